// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

// Batched datagrams from the client's side, for load generators: many packets a system call, on connected sockets.

#ifndef ZONEWRIGHT_CDATAGRAM_LOAD_H
#define ZONEWRIGHT_CDATAGRAM_LOAD_H

#include <stddef.h>
#include <stdint.h>

// The most packets that one burst holds.
#define CDATAGRAM_BURST 64
// The longest packet of a burst, in octets.
#define CDATAGRAM_BURST_PACKET 512

// The packets that one thread sends next, and room for what it receives; made once, used again for every burst.
typedef struct cdatagram_load cdatagram_load;

// `receive_size` octets are kept of each response. NULL without memory.
cdatagram_load *cdatagram_load_create(size_t receive_size);
void cdatagram_load_destroy(cdatagram_load *load);

// Octets of response `index` of the last receive, and how long the response was before it was cut.
const uint8_t *cdatagram_load_response(const cdatagram_load *load, int index, size_t *length);

// A socket that sends to and receives from `host` (a literal address) only and never blocks, with `buffer` octets asked
// for each way. `stream` asks for TCP; the connection may still be under way. -1 with errno; EINVAL for no address.
int cdatagram_load_open(const char *host, uint16_t port, int buffer, int stream);

// 1 when the kernel cuts one long send into packets by itself (UDP_SEGMENT), which saves the way through it for each.
int cdatagram_load_offload(int fd);

// Where the packets of the next burst go, one behind the other: CDATAGRAM_BURST * CDATAGRAM_BURST_PACKET octets.
uint8_t *cdatagram_load_stage(cdatagram_load *load);

// Sends what is staged: `runs` runs, the one at i of counts[i] packets of sizes[i] octets each, together at most
// CDATAGRAM_BURST. With `offload` a run is one message. How many packets the kernel took from the start, or -errno when
// it took none.
int cdatagram_load_send(
    cdatagram_load *load, int fd, const uint16_t *sizes, const uint16_t *counts, int runs, int offload);

// Takes what has arrived without waiting: the number of responses, 0 for none, or -errno.
int cdatagram_load_receive(cdatagram_load *load, int fd);

#endif
