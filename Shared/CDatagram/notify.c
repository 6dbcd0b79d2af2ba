// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

#define _GNU_SOURCE
#include "CDatagramNotify.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int cdatagram_notify_open(char address[CDATAGRAM_NOTIFY_ADDRESS]) {
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return -1;
    }
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    socklen_t length = sizeof name;
    const int on = 1;
    // An address of the family alone has the kernel choose an abstract one (unix(7)).
    if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0 ||
        bind(fd, (struct sockaddr *)&name, sizeof name.sun_family) < 0 ||
        getsockname(fd, (struct sockaddr *)&name, &length) < 0) {
        int error = errno;
        (void)close(fd);
        errno = error;
        return -1;
    }
    size_t size = length - offsetof(struct sockaddr_un, sun_path);
    if (size < 2 || size >= CDATAGRAM_NOTIFY_ADDRESS) {
        (void)close(fd);
        errno = EADDRNOTAVAIL;
        return -1;
    }
    memcpy(address, name.sun_path, size);
    address[0] = '@';
    address[size] = '\0';
    return fd;
}

ssize_t cdatagram_notify_receive(int fd, void *message, size_t size, int32_t *process) {
    union {
        char octets[CMSG_SPACE(sizeof(struct ucred))];
        struct cmsghdr align;
    } control;
    struct iovec vector = {.iov_base = message, .iov_len = size};
    struct msghdr header = {
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control.octets,
        .msg_controllen = sizeof control.octets,
    };
    *process = 0;
    // A descriptor that somebody sends along has no room beside the credentials, and is closed by the kernel.
    ssize_t received = recvmsg(fd, &header, MSG_CMSG_CLOEXEC);
    if (received < 0) {
        return -1;
    }
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS) {
            struct ucred sender;
            memcpy(&sender, CMSG_DATA(c), sizeof sender);
            *process = sender.pid;
        }
    }
    return received;
}

int cdatagram_adopt_orphans(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}
