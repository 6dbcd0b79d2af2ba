# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Zones as the messages of a snapshot, written once and sent as often as wanted."""
import json
import multiprocessing
import pathlib

from . import wire, zones

CHUNK_ZONES = 1000
# A quarter of the window that followers ask for.
CHUNK_OCTETS = 1 << 20


def message(name, generation, records):
    """The ZONE message of a zone in its first version, and its hash."""
    rrsets = wire.grouped(records)
    number = wire.zone_hash({key: [wire.rdata(key[2], text) for text in texts] for key, texts in rrsets.items()})
    serial = next(text.split()[2] for (_, _, kind), texts in rrsets.items() if kind == "SOA" for text in texts)
    lines = [f"ZONE zone={name} gen={generation} ver=1 serial={serial} hash={number:064x} lines={len(records)}"]
    for (owner, ttl, kind), texts in rrsets.items():
        lines += [f"{owner} {ttl} IN {kind} {text}" for text in texts]
    return ("\n".join(lines) + "\n.\n").encode("ascii"), number


def _small(job):
    template, number = job
    octets, _ = message(zones.small_name(number), number + 1, zones.records(template, number))
    return octets


class Writer:
    """Writes chunks to a file, and beside it an index: offset, length and last generation of each, and the totals."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.file = open(self.path, "wb")
        self.chunks, self.start, self.held = [], 0, 0
        self.zones, self.records, self.generation = 0, 0, 0
        self.hashes = {}

    def add(self, octets, records):
        self.generation += 1
        self.zones += 1
        self.records += records
        self.held += 1
        self.file.write(octets)
        if self.held == CHUNK_ZONES or self.file.tell() - self.start >= CHUNK_OCTETS:
            self.end_chunk()

    def add_zone(self, name, records):
        octets, number = message(name, self.generation + 1, records)
        self.hashes[name] = {"hash": f"{number:064x}", "generation": self.generation + 1}
        self.add(octets, len(records))

    def add_small(self, template, count):
        """The small zones 0 to count - 1, which must be the first of the file."""
        jobs = ((template, number) for number in range(count))
        with multiprocessing.Pool() as pool:
            for octets in pool.imap(_small, jobs, chunksize=500):
                self.add(octets, len(template))

    def end_chunk(self):
        if self.held:
            self.chunks.append((self.start, self.file.tell() - self.start, self.generation))
            self.start, self.held = self.file.tell(), 0

    def close(self):
        self.end_chunk()
        self.file.close()
        index = {"chunks": self.chunks, "zones": self.zones, "records": self.records, "hashes": self.hashes}
        self.path.with_suffix(".json").write_text(json.dumps(index))
