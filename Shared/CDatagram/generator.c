// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

#define _GNU_SOURCE
#include "CDatagramLoad.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Since Linux 4.18; headers may be older than the kernel.
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

struct cdatagram_load {
    size_t receive_size;
    uint8_t *responses;
    struct iovec receive_vector[CDATAGRAM_BURST];
    struct mmsghdr incoming[CDATAGRAM_BURST];
    struct iovec send_vector[CDATAGRAM_BURST];
    struct mmsghdr outgoing[CDATAGRAM_BURST];
    // How many packets each outgoing message stands for.
    uint16_t packets[CDATAGRAM_BURST];
    _Alignas(struct cmsghdr) uint8_t control[CDATAGRAM_BURST][CMSG_SPACE(sizeof(uint16_t))];
    uint8_t staged[CDATAGRAM_BURST * CDATAGRAM_BURST_PACKET];
};

cdatagram_load *cdatagram_load_create(size_t receive_size) {
    cdatagram_load *load = calloc(1, sizeof *load);
    if (!load) {
        return NULL;
    }
    load->receive_size = receive_size;
    load->responses = malloc(receive_size * CDATAGRAM_BURST);
    if (!load->responses) {
        free(load);
        return NULL;
    }
    for (size_t i = 0; i < CDATAGRAM_BURST; i++) {
        load->receive_vector[i] = (struct iovec){load->responses + i * receive_size, receive_size};
        load->incoming[i].msg_hdr.msg_iov = &load->receive_vector[i];
        load->incoming[i].msg_hdr.msg_iovlen = 1;
        load->outgoing[i].msg_hdr.msg_iov = &load->send_vector[i];
        load->outgoing[i].msg_hdr.msg_iovlen = 1;
    }
    return load;
}

void cdatagram_load_destroy(cdatagram_load *load) {
    if (load) {
        free(load->responses);
        free(load);
    }
}

const uint8_t *cdatagram_load_response(const cdatagram_load *load, int index, size_t *length) {
    *length = load->incoming[index].msg_len;
    return load->receive_vector[index].iov_base;
}

uint8_t *cdatagram_load_stage(cdatagram_load *load) {
    return load->staged;
}

int cdatagram_load_open(const char *host, uint16_t port, int buffer, int stream) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    int is_v4 = inet_pton(AF_INET, host, &v4.sin_addr) == 1;
    if (!is_v4 && inet_pton(AF_INET6, host, &v6.sin6_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    const struct sockaddr *address = is_v4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6;
    socklen_t length = is_v4 ? sizeof v4 : sizeof v6;
    int kind = (stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = socket(address->sa_family, kind, 0);
    if (fd < 0) {
        return -1;
    }
    // A smaller buffer than asked for loses answers at worst, and lost answers are counted.
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    if (stream) {
        int yes = 1;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    }
    if (connect(fd, address, length) < 0 && !(stream && errno == EINPROGRESS)) {
        int failure = errno;
        (void)close(fd);
        errno = failure;
        return -1;
    }
    return fd;
}

int cdatagram_load_offload(int fd) {
    int size = 0;
    socklen_t length = sizeof size;
    return getsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &size, &length) == 0;
}

static void put_message(cdatagram_load *load, int index, size_t offset, uint16_t size, uint16_t count) {
    struct msghdr *header = &load->outgoing[index].msg_hdr;
    load->send_vector[index] = (struct iovec){load->staged + offset, (size_t)size * count};
    load->packets[index] = count;
    if (count == 1) {
        header->msg_control = NULL;
        header->msg_controllen = 0;
        return;
    }
    header->msg_control = load->control[index];
    header->msg_controllen = sizeof load->control[index];
    struct cmsghdr *control = CMSG_FIRSTHDR(header);
    control->cmsg_level = IPPROTO_UDP;
    control->cmsg_type = UDP_SEGMENT;
    control->cmsg_len = CMSG_LEN(sizeof size);
    memcpy(CMSG_DATA(control), &size, sizeof size);
}

int cdatagram_load_send(
    cdatagram_load *load, int fd, const uint16_t *sizes, const uint16_t *counts, int runs, int offload) {
    int messages = 0;
    size_t offset = 0;
    for (int run = 0; run < runs; run++) {
        uint16_t together = offload ? counts[run] : 1;
        for (uint16_t done = 0; done < counts[run]; done += together) {
            put_message(load, messages++, offset, sizes[run], together);
            offset += (size_t)sizes[run] * together;
        }
    }
    int sent = 0;
    int packets = 0;
    while (sent < messages) {
        int count = sendmmsg(fd, load->outgoing + sent, (unsigned)(messages - sent), 0);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return packets ? packets : -errno;
        }
        for (int i = sent; i < sent + count; i++) {
            packets += load->packets[i];
        }
        sent += count;
    }
    return packets;
}

int cdatagram_load_receive(cdatagram_load *load, int fd) {
    // MSG_TRUNC: the length that is reported is the response's own, also where not all of it was kept.
    int count = recvmmsg(fd, load->incoming, CDATAGRAM_BURST, MSG_DONTWAIT | MSG_TRUNC, NULL);
    if (count < 0) {
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -errno;
    }
    return count;
}
