// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

#define _GNU_SOURCE
#include "CDatagram.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

// Room for one in_pktinfo or in6_pktinfo control message.
#define CONTROL_SIZE 64

typedef union peer_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} peer_address;

struct cdatagram_batch {
    size_t send_stride;
    int received;
    int queued;
    uint8_t *queries;
    uint8_t *answers;
    peer_address peers[CDATAGRAM_BATCH];
    _Alignas(struct cmsghdr) uint8_t control[CDATAGRAM_BATCH][CONTROL_SIZE];
    struct iovec receive_vector[CDATAGRAM_BATCH];
    struct iovec send_vector[CDATAGRAM_BATCH];
    struct mmsghdr incoming[CDATAGRAM_BATCH];
    struct mmsghdr outgoing[CDATAGRAM_BATCH];
};

// From one buffer to the next: an odd number of cache lines, so that the first lines of all buffers, which most messages
// fit into, do not compete for the same places of the cache.
static size_t stride(size_t size) {
    return ((size + 63) / 64 | 1) * 64;
}

cdatagram_batch *cdatagram_batch_create(size_t receive_size, size_t send_size) {
    cdatagram_batch *batch = calloc(1, sizeof *batch);
    if (!batch) {
        return NULL;
    }
    size_t receive_stride = stride(receive_size);
    batch->send_stride = stride(send_size);
    batch->queries = malloc(receive_stride * CDATAGRAM_BATCH);
    batch->answers = malloc(batch->send_stride * CDATAGRAM_BATCH);
    if (!batch->queries || !batch->answers) {
        cdatagram_batch_destroy(batch);
        return NULL;
    }
    for (size_t i = 0; i < CDATAGRAM_BATCH; i++) {
        batch->receive_vector[i].iov_base = batch->queries + i * receive_stride;
        batch->receive_vector[i].iov_len = receive_size;
        struct msghdr *header = &batch->incoming[i].msg_hdr;
        header->msg_iov = &batch->receive_vector[i];
        header->msg_iovlen = 1;
        header->msg_name = &batch->peers[i];
        header->msg_control = batch->control[i];
        header->msg_namelen = sizeof batch->peers[i];
        header->msg_controllen = CONTROL_SIZE;
        batch->outgoing[i].msg_hdr.msg_iov = &batch->send_vector[i];
        batch->outgoing[i].msg_hdr.msg_iovlen = 1;
    }
    return batch;
}

void cdatagram_batch_destroy(cdatagram_batch *batch) {
    if (batch) {
        free(batch->queries);
        free(batch->answers);
        free(batch);
    }
}

// The control message that came with a query says which address was asked; sent back, it says which to answer from.
static void answer_from_asked_address(struct msghdr *incoming) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(incoming); c; c = CMSG_NXTHDR(incoming, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            // The route decides the interface: with asymmetric routing it is another one than the query's.
            ((struct in_pktinfo *)CMSG_DATA(c))->ipi_ifindex = 0;
        } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo *info = (struct in6_pktinfo *)CMSG_DATA(c);
            if (!IN6_IS_ADDR_LINKLOCAL(&info->ipi6_addr)) {
                info->ipi6_ifindex = 0;
            }
        }
    }
}

static int receive(cdatagram_batch *batch, int fd, int flags) {
    for (int i = 0; i < batch->received; i++) {
        struct msghdr *header = &batch->incoming[i].msg_hdr;
        header->msg_namelen = sizeof batch->peers[i];
        header->msg_controllen = CONTROL_SIZE;
        header->msg_flags = 0;
    }
    batch->received = 0;
    batch->queued = 0;
    int count = recvmmsg(fd, batch->incoming, CDATAGRAM_BATCH, flags, NULL);
    if (count < 0) {
        return -errno;
    }
    batch->received = count;
    return count;
}

int cdatagram_receive(cdatagram_batch *batch, int fd) {
    return receive(batch, fd, MSG_WAITFORONE);
}

int cdatagram_receive_waiting(cdatagram_batch *batch, int fd) {
    return receive(batch, fd, MSG_DONTWAIT);
}

static uint8_t *answer_at(const cdatagram_batch *batch, int index) {
    return batch->answers + (size_t)index * batch->send_stride;
}

cdatagram_octets cdatagram_query(const cdatagram_batch *batch, int index) {
    return (cdatagram_octets){batch->receive_vector[index].iov_base, batch->incoming[index].msg_len};
}

int cdatagram_take(cdatagram_batch *batch, int index, cdatagram_exchange *exchange) {
    const peer_address *peer = &batch->peers[index];
    exchange->query = batch->receive_vector[index].iov_base;
    exchange->length = batch->incoming[index].msg_len;
    exchange->answer = answer_at(batch, index);
    if (peer->any.sa_family == AF_INET) {
        exchange->high = 0;
        exchange->low = 0xFFFF00000000u | ntohl(peer->v4.sin_addr.s_addr);
    } else {
        uint64_t halves[2];
        memcpy(halves, &peer->v6.sin6_addr, sizeof halves);
        exchange->high = be64toh(halves[0]);
        exchange->low = be64toh(halves[1]);
    }
    // The port lies at the same place in both families' addresses.
    exchange->port = ntohs(peer->v4.sin_port);
    return exchange->port != 0;
}

void cdatagram_queue(cdatagram_batch *batch, int index, size_t length) {
    struct msghdr *from = &batch->incoming[index].msg_hdr;
    struct msghdr *to = &batch->outgoing[batch->queued].msg_hdr;
    if (from->msg_controllen) {
        answer_from_asked_address(from);
    }
    to->msg_name = from->msg_name;
    to->msg_namelen = from->msg_namelen;
    to->msg_control = from->msg_controllen ? from->msg_control : NULL;
    to->msg_controllen = from->msg_controllen;
    to->msg_flags = 0;
    to->msg_iov->iov_base = answer_at(batch, index);
    to->msg_iov->iov_len = length;
    batch->queued++;
}

int cdatagram_send(cdatagram_batch *batch, int fd) {
    int refused = 0;
    int sent = 0;
    while (sent < batch->queued) {
        int count = sendmmsg(fd, batch->outgoing + sent, (unsigned)(batch->queued - sent), 0);
        if (count > 0) {
            sent += count;
        } else if (count < 0 && errno == EINTR) {
            continue;
        } else {
            // The first one cannot go (unreachable, no buffer): the others still can.
            sent++;
            refused++;
        }
    }
    batch->queued = 0;
    return refused;
}
