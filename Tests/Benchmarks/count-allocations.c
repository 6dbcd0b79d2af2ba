// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

// Preloaded into a program, counts its calls of the allocator in a file that others can read meanwhile, the file that
// COUNT_ALLOCATIONS names (at least 4,096 octets long): two numbers of eight octets, the calls of all threads, and those
// of threads that have received datagrams with recvmmsg.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

// glibc's own names for what is replaced here: no look-up, which would itself allocate.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

enum { EVERYBODY, RECEIVING, COUNTERS };

static _Atomic uint64_t without_file[COUNTERS];
static _Atomic uint64_t *counters = without_file;
static _Thread_local __attribute__((tls_model("initial-exec"))) int receives;
static int (*next_recvmmsg)(int, struct mmsghdr *, unsigned, int, struct timespec *);

__attribute__((constructor)) static void prepare(void) {
    *(void **)&next_recvmmsg = dlsym(RTLD_NEXT, "recvmmsg");
    const char *path = getenv("COUNT_ALLOCATIONS");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) {
        return;
    }
    void *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared != MAP_FAILED) {
        counters = shared;
    }
    close(fd);
}

static void count(void) {
    atomic_fetch_add_explicit(&counters[EVERYBODY], 1, memory_order_relaxed);
    if (receives) {
        atomic_fetch_add_explicit(&counters[RECEIVING], 1, memory_order_relaxed);
    }
}

int recvmmsg(int fd, struct mmsghdr *messages, unsigned number, int flags, struct timespec *timeout) {
    receives = 1;
    return next_recvmmsg(fd, messages, number, flags, timeout);
}

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *pointer, size_t size) {
    count();
    return __libc_realloc(pointer, size);
}

void *memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **pointer, size_t alignment, size_t size) {
    count();
    void *made = __libc_memalign(alignment, size);
    if (!made) {
        return ENOMEM;
    }
    *pointer = made;
    return 0;
}
