# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""A follower of ZSP/1, written from Docs/protocol.md alone: [n] is its section n. `stream_zones` has bodies and hashes."""
import re
import socket

import dns.exception

from interop.stream_zones import Zone, result, set_hash, zone_hash

FIELD, WORD = "[!-<>-~]+=[!-~]*", "[!-<>-~]+"
CONTROL_LINE = re.compile(f"({WORD})((?: {WORD})*)((?: {FIELD})*)(?: {WORD}(?: [!-~]+)*)?")


class Ended(Exception):
    """The follower ends the connection: a code of [8] and a sentence."""


class Follower:
    """What is held, and what happened: zones asked for, refusals, snapshots, the last checkpoint that was compared."""

    def __init__(self, node):
        self.node, self.epoch, self.position, self.zones, self.quarantined = node, "-", 0, {}, set()
        self.wants, self.refusals, self.snapshots, self.checkpoint = [], [], 0, None

    def follow(self, port, until):
        """Follows the origin on a port of loopback until `until()` holds [5]. OSError: connect anew; Ended: look at it."""
        with socket.create_connection(("127.0.0.1", port), 3.5) as connection, connection.makefile("rwb") as self.stream:
            # The zones of a snapshot that is coming in; of zones asked for first and newest position, and attempts; the
            # last position seen.
            self.snapshot, self.wanted, self.seen = None, {}, self.position
            try:
                if self.control()[0] != "ZSP/1":
                    raise Ended(505, "this is not ZSP/1")
                self.say(f"HELLO node={self.node} role=responder software=interop/1")
                self.control()
                self.say(f"FOLLOW epoch={self.epoch} from={self.position} window=65536")
                while not until():
                    self.take(*self.control())
                self.say("QUIT")
            except (Ended, ValueError, LookupError) as error:
                ended = error if isinstance(error, Ended) else Ended(400, f"it breaks the rules: {error!r}")
                self.say("-%d %s" % ended.args)
                raise ended from error

    def say(self, line):
        """Sends a line."""
        self.stream.write(line.encode() + b"\n")
        self.stream.flush()

    def line(self, limit):
        """The next line without its LF [2]."""
        line = self.stream.readline(limit + 1)
        if not line.endswith(b"\n"):
            raise Ended(413, "the line is too long") if len(line) > limit else ConnectionError("the origin is gone")
        return line[:-1].decode("ascii")

    def control(self):
        """Verb, arguments and fields of a control line [2.1]."""
        line = self.line(4_096)
        if line.startswith("-"):
            raise ConnectionError(line)
        parts = CONTROL_LINE.fullmatch(line)
        fields = [field.split("=", 1) for field in parts[3].split()] if parts else []
        if not parts or len(dict(fields)) < len(fields):
            raise ValueError(line[:100])
        return parts[1], parts[2].split(), dict(fields)

    def body(self):
        """The lines of a body [2.2]."""
        lines = []
        while (line := self.line(307_200)) not in (".", ".."):
            lines.append(line)
        if line == "..":
            self.control()  # the error line that has to follow
            raise Ended(400, "a void body without an error line")
        return lines

    def take(self, verb, arguments, fields):
        """One message of the origin [5.2]."""
        numbers = [int(text) for text in arguments if text.isdecimal()]
        body = self.body() if verb in ("PUT", "DIFF", "ZONE") else None
        if verb in ("PUT", "DIFF", "DEL", "SKIP"):
            if numbers[0] > self.seen + 1:
                raise Ended(409, f"position {numbers[0]} comes after {self.seen}")
            if numbers[-1] <= self.seen:
                return
            self.seen = numbers[-1]
        if body is not None:
            self.change(verb, fields, body)
        elif verb == "GONE" or verb == "DEL" and self.key(fields["zone"]) <= (int(fields["gen"]), int(fields["ver"])):
            self.forget(fields["zone"])
        elif verb == "PING":
            self.say(f"PONG {arguments[0]}")
        elif verb == "+OK" and arguments == ["snapshot"]:
            if self.zones and fields["zones"] == "0":
                raise Ended(409, "the snapshot is empty")
            self.epoch, self.position, self.seen, self.snapshot = fields["epoch"], 0, int(fields["at"]), set()
        elif verb == "CHUNK":
            self.say(f"ACK 0 chunk={numbers[0]}")
        elif verb == "END":
            for name in self.zones.keys() - self.snapshot:
                self.forget(name)
            self.snapshot, self.snapshots = None, self.snapshots + 1
        elif verb == "CKPT" and numbers[0] == self.seen and not self.wanted and not self.quarantined:
            if (len(self.zones), set_hash(self.zones)) != (int(fields["zones"]), int(fields["set"], 16)):
                self.position = 0  # the next connection asks for a snapshot [7]
                raise Ended(409, f"the set hash at {self.seen} differs")
            self.checkpoint = self.seen, len(self.zones), fields["set"]
        elif verb.startswith("!"):
            raise Ended(505, verb)
        # Nothing is acknowledged from the first zone on that is still wanted [6].
        position = min([first - 1 for first, _, _ in self.wanted.values()] + [self.seen])
        if self.snapshot is None and position > self.position:
            self.position = position
            self.say(f"ACK {position}")

    def change(self, verb, fields, body):
        """A zone's new state, or the way to it; one that cannot be had is asked for, or refused [6]."""
        name, key = fields["zone"], (int(fields["gen"]), int(fields["ver"]))
        # A snapshot that lacks a zone is no position to resume from.
        first, newest, attempts = self.wanted.get(name, (self.seen if self.snapshot is None else 1, self.seen, 0))
        newest = newest if verb == "ZONE" else self.seen
        if self.snapshot is not None:
            self.snapshot.add(name)
        elif key <= self.key(name) and not attempts:
            return
        try:
            sets = result(verb, fields, body, self.zones.get(name))
            code = 0 if zone_hash(sets) == int(fields["hash"], 16) else 460
        except (ValueError, OverflowError, dns.exception.DNSException):
            code = 422
        if code == 0:
            self.forget(name)
            self.zones[name] = Zone(key, zone_hash(sets), sets)
        elif verb == "DIFF" and attempts:
            self.wanted[name] = first, newest, attempts  # the answer under way has this change as well [5.1]
        elif verb == "DIFF" or code == 460 and attempts < 3:
            self.wanted[name] = first, newest, attempts + 1
            self.wants.append(name)
            self.say(f"WANT zone={name}")
        else:
            self.wanted.pop(name, None)
            self.quarantined.add(name)
            self.refusals.append((name, code))
            self.say(f"NAK {newest} {code} zone={name}")

    def key(self, name):
        """Generation and version held; less than every other for a zone that is not."""
        return self.zones[name].key if name in self.zones else (0, 0)

    def forget(self, name):
        """Nothing of the zone is held, wanted or refused."""
        self.zones.pop(name, None)
        self.wanted.pop(name, None)
        self.quarantined.discard(name)
