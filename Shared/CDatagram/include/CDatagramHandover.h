// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

// Unix-domain messages that carry descriptors, for a process that hands its sockets to another one.

#ifndef ZONEWRIGHT_CDATAGRAM_HANDOVER_H
#define ZONEWRIGHT_CDATAGRAM_HANDOVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// The most descriptors that one message carries; the kernel's own limit is 253.
#define CDATAGRAM_DESCRIPTORS 64

// A SOCK_SEQPACKET socket that listens at `path`, open to its owner alone, or -1 with errno. What lies at the path is
// removed first.
int cdatagram_handover_listen(const char *path);
// A socket connected to `path`, or -1 with errno.
int cdatagram_handover_connect(const char *path);
// The next connection of a listening socket, or -1 with errno.
int cdatagram_handover_accept(int fd);
// The process and the user at the other end of a connection, as the kernel knows them: 0, or -1 with errno.
int cdatagram_handover_peer(int fd, int32_t *process, uint32_t *user);

// Sends one message with descriptors; 0, or -1 with errno. The descriptors stay the caller's.
int cdatagram_handover_send(int fd, const void *message, size_t length, const int *descriptors, int count);
// Waits up to `timeout_ms` for one message: its length, 0 at the end, or -1 with errno (ETIMEDOUT when none came).
// The descriptors that came with it are the caller's, `*count` of them, at most `CDATAGRAM_DESCRIPTORS`.
ssize_t cdatagram_handover_receive(
    int fd, void *message, size_t size, int *descriptors, int *count, int timeout_ms);

// Starts a program, looked for in PATH, as a child with these arguments and environment: its process id, or -1 with
// errno. It gets standard input, output and error and no other descriptor, and every signal as usual.
int cdatagram_handover_spawn(const char *program, char *const arguments[], char *const environment[]);

// Makes a bound UDP socket deaf to everybody but itself, so that what waits in it can be answered while new datagrams
// go to the other sockets of its address: 0, or -1 with errno.
int cdatagram_detach(int fd);

#endif
