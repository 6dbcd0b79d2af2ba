// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

#define _GNU_SOURCE
#include "CDatagram.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int set_int(int fd, int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value);
}

// Options without which answers could leave wrongly or the server could not stop.
static int set_required(int fd, int family, int wildcard, const cdatagram_options *options) {
    struct timeval timeout = {
        .tv_sec = options->receive_timeout_ms / 1000,
        .tv_usec = (options->receive_timeout_ms % 1000) * 1000,
    };
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) < 0) {
        return -1;
    }
    if (options->reuse_port && set_int(fd, SOL_SOCKET, SO_REUSEPORT, 1) < 0) {
        return -1;
    }
    if (family == AF_INET6 && set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) < 0) {
        return -1;
    }
    // A socket bound to one address already answers from it, and a query without control data costs less.
    if (!wildcard) {
        return 0;
    }
    return family == AF_INET ? set_int(fd, IPPROTO_IP, IP_PKTINFO, 1) : set_int(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

// Options that a kernel may refuse without harm: forged ICMP must not shrink our idea of the path (RFC 9715).
static void set_wished(int fd, int family, const cdatagram_options *options) {
    if (family == AF_INET) {
        (void)set_int(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT);
    } else {
        (void)set_int(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
    }
    if (options->receive_buffer > 0) {
        (void)set_int(fd, SOL_SOCKET, SO_RCVBUF, options->receive_buffer);
    }
    if (options->send_buffer > 0) {
        (void)set_int(fd, SOL_SOCKET, SO_SNDBUF, options->send_buffer);
    }
}

int cdatagram_open(const char *host, uint16_t port, const cdatagram_options *options, cdatagram_step *step) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    struct sockaddr *address;
    socklen_t length;
    int family;
    int wildcard;
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
        family = AF_INET;
        address = (struct sockaddr *)&v4;
        length = sizeof v4;
        wildcard = v4.sin_addr.s_addr == htonl(INADDR_ANY);
    } else if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1) {
        family = AF_INET6;
        address = (struct sockaddr *)&v6;
        length = sizeof v6;
        wildcard = IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr);
    } else {
        *step = CDATAGRAM_STEP_ADDRESS;
        errno = EINVAL;
        return -1;
    }
    int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP);
    if (fd < 0) {
        *step = CDATAGRAM_STEP_SOCKET;
        return -1;
    }
    *step = CDATAGRAM_STEP_OPTION;
    if (set_required(fd, family, wildcard, options) == 0) {
        set_wished(fd, family, options);
        *step = CDATAGRAM_STEP_BIND;
        if (bind(fd, address, length) == 0) {
            *step = CDATAGRAM_STEP_NONE;
            return fd;
        }
    }
    int failure = errno;
    (void)close(fd);
    errno = failure;
    return -1;
}

int cdatagram_port(int fd) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length) < 0) {
        return -1;
    }
    return address.ss_family == AF_INET ? ntohs(((struct sockaddr_in *)&address)->sin_port)
                                        : ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
}

void cdatagram_close(int fd) {
    (void)close(fd);
}
