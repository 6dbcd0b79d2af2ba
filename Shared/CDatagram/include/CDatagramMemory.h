// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

// What Swift has no word for.

#ifndef ZONEWRIGHT_CDATAGRAM_MEMORY_H
#define ZONEWRIGHT_CDATAGRAM_MEMORY_H

#include <malloc.h>

// Begins to bring memory into the cache: costs nothing that has to be waited for, and may name any address.
static inline void cdatagram_prefetch(const void *address) {
    __builtin_prefetch(address);
}

// Gives free memory of all the allocator's arenas back to the system (malloc_trim(3)).
static inline void cdatagram_trim_memory(void) {
    malloc_trim(0);
}

// Octets that the allocator has and nobody uses, whether the system has their pages back or not (mallinfo(3)).
static inline size_t cdatagram_free_memory(void) {
    return mallinfo2().fordblks;
}

#endif
