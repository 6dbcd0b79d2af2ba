# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Thousands of TCP clients that do nothing, or send one octet at a time, while UDP and new TCP clients are served."""
import resource
import socket
import struct
import threading
import time

from . import zones
from .bench import median
from .compare import QUERIES, data_set
from .ours import start
from .server import query

COUNT = 5000


class SlowClients:
    """Connections from many addresses: every other one sends a query an octet at a time, and none reads."""

    def __init__(self, port, count):
        self.sockets = []
        self.stop = threading.Event()
        self.octets = framed(zones.small_name(0))
        self.refused = 0
        for number in range(count):
            client = socket.socket()
            client.bind((f"127.0.{1 + number // 50 % 200}.{1 + number // 10000}", 0))
            client.settimeout(5)
            try:
                client.connect(("127.0.0.1", port))
            except OSError:
                self.refused += 1
            client.setblocking(False)
            self.sockets.append(client)
        self.thread = threading.Thread(target=self._drip, daemon=True)
        self.thread.start()

    def _drip(self):
        at = 0
        while not self.stop.wait(1):
            octet = self.octets[at % len(self.octets):][:1]
            at += 1
            for client in self.sockets[::2]:
                try:
                    client.send(octet)
                except OSError:
                    pass

    def open(self):
        """How many of the connections the server has not closed."""
        left = 0
        for client in self.sockets:
            try:
                left += client.recv(1, socket.MSG_PEEK) != b""
            except BlockingIOError:
                left += 1
            except OSError:
                pass
        return left

    def close(self):
        self.stop.set()
        self.thread.join()
        for client in self.sockets:
            client.close()


def framed(name):
    octets = query(name, "A")
    return struct.pack("!H", len(octets)) + octets


def ask_tcp(port):
    """The seconds that a query over a new TCP connection takes; None when it is not answered."""
    began = time.monotonic()
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as client:
            client.sendall(framed(zones.small_name(1)))
            if len(client.recv(4096)) < 14:
                return None
    except OSError:
        return None
    return time.monotonic() - began


def slow_clients(bench):
    data = data_set(bench)
    queries = data.queries("mixed", zones.questions(QUERIES, data.small))
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    count = min(COUNT, limit // 2 - 100)
    server = start(bench, data)
    print(f"== {count:,} TCP clients, half of them idle, half sending one octet a second")
    rates = {"without": [], "with": []}
    slowest, unanswered = 0.0, 0
    for _ in range(bench.options.rounds):
        rates["without"].append(bench.load(server, "--queries", queries))
        before = server.resident()[0][0]
        clients = SlowClients(server.port, count)
        rates["with"].append(bench.load(server, "--queries", queries))
        times = [ask_tcp(server.port) for _ in range(20)]
        unanswered += times.count(None)
        answered = [seconds for seconds in times if seconds is not None]
        slowest = max([slowest] + answered)
        print(f"   {clients.open():,} of {count:,} connections open, {server.resident()[0][0] - before:,} KiB more resident, "
              f"{len(answered)} of 20 new TCP queries answered, the slowest after {max(answered, default=0) * 1000:.1f} ms",
              flush=True)
        clients.close()
    without, beside = (median(rates[name], "answersPerSecond") for name in ("without", "with"))
    print(f"   UDP: {without:,.0f} queries/s without them, {beside:,.0f} with them: {100 * (1 - beside / without):.1f} % less")
    bench.keep("slow-clients", value={"without": without, "with": beside, "slowestNewTCP": slowest,
                                       "unansweredNewTCP": unanswered, "clients": count})
    bench.stop()
