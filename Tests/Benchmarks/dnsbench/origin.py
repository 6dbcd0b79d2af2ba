# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""An origin of the zone stream protocol (Docs/protocol.md) that sends a prepared snapshot, and changes of one zone."""
import json
import pathlib
import socket
import threading
import time

from . import wire, zones

EPOCH = "bench:1"


class Origin:
    """Serves one follower at a time on a port of 127.0.0.1, from threads of its own."""

    def __init__(self, path):
        self.file = open(path, "rb")
        self.index = json.loads(pathlib.Path(path).with_suffix(".json").read_text())
        self.entries = []  # entry n has position n + 1 + the snapshot's, which is 1
        self.state = threading.Condition()
        self.acknowledged = 0
        self.chunk = 0
        self.connection = None
        self.refused = []
        self.began = self.loaded = None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def wait_loaded(self, timeout):
        """The seconds from the follower's request to its word that everything is durable."""
        with self.state:
            if not self.state.wait_for(lambda: self.loaded or self.refused, timeout):
                raise SystemExit(f"bench-dns: the zones were not taken over within {timeout} s")
            if self.refused:
                raise SystemExit(f"bench-dns: the responder refused: {self.refused[0]}")
            return self.loaded - self.began

    def wait_current(self, timeout):
        with self.state:
            return self.state.wait_for(lambda: self.acknowledged == self._head(), timeout)

    def publish(self, text):
        """Adds an entry; {pos} in it becomes its position."""
        with self.state:
            self.entries.append(text.format(pos=self._head() + 1).encode("ascii"))
            self.state.notify_all()

    def close(self):
        self.listener.close()
        with self.state:
            if self.connection:
                self.connection.close()

    def _head(self):
        return 1 + len(self.entries)

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.state:
                self.connection, self.acknowledged, self.chunk = connection, 0, 0
            try:
                self._serve(connection)
            except (OSError, EOFError):
                pass
            finally:
                connection.close()

    def _serve(self, connection):
        lines = connection.makefile("r", encoding="ascii", newline="\n")
        head = self._head()
        self._say(connection, f"ZSP/1 ready node=bench epoch={EPOCH} head={head} floor=1 caps=diff")
        hello = self._fields(lines)
        self._say(connection, f"+OK hello node={hello['node']}")
        follow = self._fields(lines)
        window = int(follow["window"])
        threading.Thread(target=self._listen, args=(connection, lines), daemon=True).start()
        if follow["epoch"] == EPOCH and int(follow["from"]) >= 1:
            position = int(follow["from"])
            with self.state:
                self.acknowledged = position
            self._say(connection, f"+OK resume epoch={EPOCH} from={position} head={head}")
        else:
            position = 1
            self.began = time.monotonic()
            self._send_snapshot(connection, window)
        self._send_entries(connection, position)

    def _send_snapshot(self, connection, window):
        chunks = self.index["chunks"]
        self._say(connection, f"+OK snapshot epoch={EPOCH} at=1 zones={self.index['zones']}")
        sizes = [length for _, length, _ in chunks]
        for number, (offset, length, generation) in enumerate(chunks, 1):
            while not self._wait(connection, lambda: sum(sizes[self.chunk:number - 1]) < window):
                pass
            connection.sendfile(self.file, offset, length)
            self._say(connection, f"CHUNK {number} after={generation}")
        self._say(connection, "END at=1")

    def _send_entries(self, connection, position):
        while True:
            self._wait(connection, lambda: self._head() > position)
            with self.state:
                ready = self.entries[position - 1:]
            if ready:
                connection.sendall(b"".join(ready))
                position += len(ready)

    def _wait(self, connection, condition):
        """Waits for a condition; PINGs, and returns false, when it does not come true within a second."""
        with self.state:
            if self.state.wait_for(lambda: condition() or self.connection is not connection, 1):
                if self.connection is not connection:
                    raise EOFError
                return True
        self._say(connection, f"PING {int(time.time() * 1000)} head={self._head()}")
        return False

    def _listen(self, connection, lines):
        try:
            for line in lines:
                words = line.split()
                with self.state:
                    if words[0] == "ACK":
                        fields = dict(word.split("=", 1) for word in words[2:])
                        self.acknowledged = int(words[1])
                        self.chunk = max(self.chunk, int(fields.get("chunk", 0)))
                        if self.acknowledged >= 1 and self.began and not self.loaded:
                            self.loaded = time.monotonic()
                    elif words[0] == "NAK" or words[0].startswith("-"):
                        self.refused.append(line.strip())
                    self.state.notify_all()
        except (OSError, ValueError):
            pass
        with self.state:
            if self.connection is connection:
                self.connection = None
            self.state.notify_all()

    @staticmethod
    def _say(connection, line):
        connection.sendall(line.encode("ascii") + b"\n")

    @staticmethod
    def _fields(lines):
        line = lines.readline()
        if not line:
            raise EOFError
        return dict(word.split("=", 1) for word in line.split()[1:] if "=" in word)


class Changes:
    """Changes of the wide zone, one host and the serial each, and the hash that results."""

    def __init__(self, origin, hosts):
        held = origin.index["hashes"][zones.LARGE]
        self.hosts = hosts
        self.hash, self.generation, self.version = int(held["hash"], 16), held["generation"], 1
        self.values = {}

    def make(self):
        """The next change: what to publish, the name and its new address. To be published in the order of making."""
        number = self.version * 7919 % self.hosts
        owner = f"host{number:06d}.{zones.LARGE}"
        before = self.values.get(number, zones.address(number))
        after = f"11.{self.version >> 16 & 255}.{self.version >> 8 & 255}.{self.version & 255}"
        self._replace(owner, "A", before, after)
        soa = "ns1.zonewright.example. hostmaster.zonewright.example. {} 86400 7200 604800 300"
        self._replace(zones.LARGE, "SOA", soa.format(self.version), soa.format(self.version + 1))
        self.values[number] = after
        self.version += 1
        text = (
            f"DIFF {{pos}} zone={zones.LARGE} gen={self.generation} ver={self.version} serial={self.version} "
            f"hash={self.hash:064x} base={self.version - 1} del=0 add=2\n"
            f"+{owner} 3600 IN A {after}\n+{zones.LARGE} 3600 IN SOA {soa.format(self.version)}\n.\n"
        )
        return text, owner, after

    def _replace(self, owner, kind, before, after):
        old = wire.digest(owner, 3600, kind, [wire.rdata(kind, before)])
        new = wire.digest(owner, 3600, kind, [wire.rdata(kind, after)])
        self.hash = (self.hash - old + new) % wire.MODULUS
