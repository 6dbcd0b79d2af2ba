// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

// The service manager's side of sd_notify(3), and of processes whose parent ends before they do.

#ifndef ZONEWRIGHT_CDATAGRAM_NOTIFY_H
#define ZONEWRIGHT_CDATAGRAM_NOTIFY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// The octets of an address that `cdatagram_notify_open` writes, the end mark included.
#define CDATAGRAM_NOTIFY_ADDRESS 16

// A datagram socket that never blocks, at an abstract address that nobody else has: it, or -1 with errno. The address is
// written as NOTIFY_SOCKET has it, with '@' in front and a zero at the end.
int cdatagram_notify_open(char address[CDATAGRAM_NOTIFY_ADDRESS]);
// The next message, cut to `size`: its length, or -1 with errno (EAGAIN when there is none). `*process` is its sender as
// the kernel knows it, 0 when it does not.
ssize_t cdatagram_notify_receive(int fd, void *message, size_t size, int32_t *process);

// Makes descendants whose parent has ended children of this process: 0, or -1 with errno.
int cdatagram_adopt_orphans(void);

#endif
