// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

#define _GNU_SOURCE
#include "CDatagramHandover.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int fail(int fd, int error) {
    (void)close(fd);
    errno = error;
    return -1;
}

static int set_path(struct sockaddr_un *address, const char *path) {
    size_t length = strlen(path);
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (length >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address->sun_path, path, length);
    return 0;
}

int cdatagram_handover_listen(const char *path) {
    struct sockaddr_un address;
    if (set_path(&address, path) < 0) {
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    (void)unlink(path);
    // fchmod before bind decides the mode of the file, so that it is never open to others.
    if (fchmod(fd, 0600) < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || chmod(path, 0600) < 0 ||
        listen(fd, 4) < 0) {
        return fail(fd, errno);
    }
    return fd;
}

int cdatagram_handover_connect(const char *path) {
    struct sockaddr_un address;
    if (set_path(&address, path) < 0) {
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        return fail(fd, errno);
    }
    return fd;
}

int cdatagram_handover_accept(int fd) {
    return accept4(fd, NULL, NULL, SOCK_CLOEXEC);
}

int cdatagram_handover_peer(int fd, int32_t *process, uint32_t *user) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) {
        return -1;
    }
    *process = peer.pid;
    *user = peer.uid;
    return 0;
}

union control {
    char octets[CMSG_SPACE(CDATAGRAM_DESCRIPTORS * sizeof(int))];
    struct cmsghdr align;
};

int cdatagram_handover_send(int fd, const void *message, size_t length, const int *descriptors, int count) {
    if (count < 0 || count > CDATAGRAM_DESCRIPTORS) {
        errno = EINVAL;
        return -1;
    }
    union control control;
    struct iovec vector = {.iov_base = (void *)message, .iov_len = length};
    struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1};
    if (count > 0) {
        size_t size = (size_t)count * sizeof(int);
        memset(&control, 0, sizeof control);
        header.msg_control = control.octets;
        header.msg_controllen = CMSG_SPACE(size);
        struct cmsghdr *first = CMSG_FIRSTHDR(&header);
        first->cmsg_level = SOL_SOCKET;
        first->cmsg_type = SCM_RIGHTS;
        first->cmsg_len = CMSG_LEN(size);
        memcpy(CMSG_DATA(first), descriptors, size);
    }
    ssize_t sent;
    do {
        sent = sendmsg(fd, &header, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

ssize_t cdatagram_handover_receive(
    int fd, void *message, size_t size, int *descriptors, int *count, int timeout_ms) {
    *count = 0;
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    int ready = poll(&waiting, 1, timeout_ms);
    if (ready <= 0) {
        if (ready == 0) {
            errno = ETIMEDOUT;
        }
        return -1;
    }
    union control control;
    struct iovec vector = {.iov_base = message, .iov_len = size};
    struct msghdr header = {
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control.octets,
        .msg_controllen = sizeof control.octets,
    };
    ssize_t received = recvmsg(fd, &header, MSG_CMSG_CLOEXEC);
    if (received < 0) {
        return -1;
    }
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        size_t found = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < found; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
            if (*count < CDATAGRAM_DESCRIPTORS) {
                descriptors[(*count)++] = descriptor;
            } else {
                (void)close(descriptor);
            }
        }
    }
    if (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        for (int i = 0; i < *count; i++) {
            (void)close(descriptors[i]);
        }
        *count = 0;
        errno = EMSGSIZE;
        return -1;
    }
    return received;
}

int cdatagram_handover_spawn(const char *program, char *const arguments[], char *const environment[]) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;
    pid_t process = -1;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0) {
        errno = code;
        return -1;
    }
    code = posix_spawnattr_init(&attributes);
    if (code == 0) {
        code = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
        if (code == 0) {
            (void)posix_spawnattr_setsigmask(&attributes, &none);
            (void)posix_spawnattr_setsigdefault(&attributes, &all);
            (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
            code = posix_spawnp(&process, program, &actions, &attributes, arguments, environment);
        }
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    if (code != 0) {
        errno = code;
        return -1;
    }
    return process;
}

int cdatagram_detach(int fd) {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t length = sizeof address;
    if (getsockname(fd, &address.any, &length) < 0) {
        return -1;
    }
    // Nobody can be connected to a wildcard address.
    if (address.any.sa_family == AF_INET && address.v4.sin_addr.s_addr == htonl(INADDR_ANY)) {
        address.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else if (address.any.sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&address.v6.sin6_addr)) {
        address.v6.sin6_addr = in6addr_loopback;
    }
    return connect(fd, &address.any, length);
}
