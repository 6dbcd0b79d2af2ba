// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

// The cheapest server there can be on a UDP socket: what comes in goes back with the QR bit set, in batches, from one
// thread. What it costs is the kernel's share of every name server's cost, so no name server can be faster on the same
// sockets.
//
// usage: echo PORT          on 127.0.0.1; prints "ready" when it answers

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, SIZE = 4096, BUFFER = 4 << 20 };

static uint8_t packets[BATCH][SIZE];
static struct sockaddr_in peers[BATCH];
static struct iovec vectors[BATCH];
static struct mmsghdr messages[BATCH];

static int open_socket(uint16_t port) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP);
    int size = BUFFER, yes = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size) < 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("echo");
        exit(EXIT_FAILURE);
    }
    return fd;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: echo PORT\n");
        return 64;
    }
    int fd = open_socket((uint16_t)atoi(argv[1]));
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){packets[i], SIZE};
        messages[i].msg_hdr = (struct msghdr){.msg_name = &peers[i], .msg_iov = &vectors[i], .msg_iovlen = 1};
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        for (int i = 0; i < BATCH; i++) {
            messages[i].msg_hdr.msg_namelen = sizeof peers[i];
            vectors[i].iov_len = SIZE;
        }
        int count = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
        for (int i = 0; i < count; i++) {
            vectors[i].iov_len = messages[i].msg_len;
            packets[i][2] |= 0x80;
        }
        for (int sent = 0; sent < count;) {
            int more = sendmmsg(fd, messages + sent, (unsigned)(count - sent), 0);
            sent += more > 0 ? more : 1;
        }
    }
}
