// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

// The system calls that Swift cannot make well by itself: batched datagram I/O and UDP sockets with
// ancillary data. What is received and what is answered is decided in Swift.

#ifndef ZONEWRIGHT_CDATAGRAM_H
#define ZONEWRIGHT_CDATAGRAM_H

#include "CDatagramHandover.h"
#include "CDatagramLoad.h"
#include "CDatagramMemory.h"
#include "CDatagramNotify.h"

#include <stddef.h>
#include <stdint.h>

// The most datagrams that one batch holds.
#define CDATAGRAM_BATCH 64

// Buffers and message headers for one thread; made once, used again for every batch.
typedef struct cdatagram_batch cdatagram_batch;

// Why a socket could not be made: the call that failed, so that the message can name it.
typedef enum cdatagram_step {
    CDATAGRAM_STEP_NONE = 0,
    CDATAGRAM_STEP_ADDRESS,
    CDATAGRAM_STEP_SOCKET,
    CDATAGRAM_STEP_OPTION,
    CDATAGRAM_STEP_BIND,
} cdatagram_step;

// What `cdatagram_open` is asked for.
typedef struct cdatagram_options {
    // Bytes asked of SO_RCVBUF and SO_SNDBUF; 0 leaves the system's default.
    int receive_buffer;
    int send_buffer;
    // How long a blocked receive waits before it returns with nothing.
    int receive_timeout_ms;
    // 1 lets other sockets with the same option share the port.
    int reuse_port;
} cdatagram_options;

// A bound UDP socket for `host` (a literal IPv4 or IPv6 address) and `port`, or -1 with `*step` and errno.
int cdatagram_open(const char *host, uint16_t port, const cdatagram_options *options, cdatagram_step *step);

// The port that a socket is bound to, or -1 with errno.
int cdatagram_port(int fd);

// Closes a socket.
void cdatagram_close(int fd);

// A batch with `receive_size` bytes for each query and `send_size` for each answer; NULL without memory.
cdatagram_batch *cdatagram_batch_create(size_t receive_size, size_t send_size);
void cdatagram_batch_destroy(cdatagram_batch *batch);

// Waits for at least one datagram and takes as many as are there: their number, or -errno.
int cdatagram_receive(cdatagram_batch *batch, int fd);
// Takes as many datagrams as are there: their number, or -errno when there is none.
int cdatagram_receive_waiting(cdatagram_batch *batch, int fd);

// A datagram that was received, and where its answer goes.
typedef struct cdatagram_exchange {
    const uint8_t *query;
    size_t length;
    // Room for as many bytes as `cdatagram_batch_create` was told.
    uint8_t *answer;
    // The sender's address as an IPv6 address in two numbers, IPv4 as ::ffff:a.b.c.d, and its port.
    uint64_t high;
    uint64_t low;
    uint16_t port;
} cdatagram_exchange;

// The octets of a datagram that was received.
typedef struct cdatagram_octets {
    const uint8_t *octets;
    size_t length;
} cdatagram_octets;

// Datagram `index` of the last receive.
cdatagram_octets cdatagram_query(const cdatagram_batch *batch, int index);

// Datagram `index` of the last receive, and where its answer goes: 0 when its sender used port 0, which nothing can be sent to.
int cdatagram_take(cdatagram_batch *batch, int index, cdatagram_exchange *exchange);
// Queues the first `length` bytes of its answer to go to the sender, from the address that was asked.
void cdatagram_queue(cdatagram_batch *batch, int index, size_t length);

// Sends what is queued: how many datagrams the kernel refused.
int cdatagram_send(cdatagram_batch *batch, int fd);

#endif
