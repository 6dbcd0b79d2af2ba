# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""The data sets on disk: zone files for those who read them, a stream for those who follow, query files."""
import hashlib
import pathlib
import shutil
import subprocess

from . import stream, zones

SOURCES = pathlib.Path(__file__).resolve().parents[1]


class Data:
    """A data set in a folder; made once for its numbers and for the code that makes it."""

    def __init__(self, work, small, large=0, signed=0, template=zones.SMALL, kinds=zones.QUESTIONS, files=True):
        self.work = pathlib.Path(work)
        self.small, self.large, self.signed, self.template = small, large, signed, template
        code = b"".join((SOURCES / "dnsbench" / f"{name}.py").read_bytes() for name in ("zones", "stream", "data", "wire"))
        mark = f"{small}-{large}-{signed}-{len(template)}"
        self.folder = self.work / f"data-{mark}-{hashlib.sha256(code).hexdigest()[:12]}"
        self.stream = self.folder / "stream"
        self.kinds = kinds
        self.zone_names = [zones.small_name(number) for number in range(small)]
        self.zone_names += [zones.LARGE] if large else []
        self.zone_names += [zones.SIGNED] if signed else []
        self.probes = [zones.small_name(small - 1)] + self.zone_names[small:]
        if not (self.folder / "complete").exists():
            for old in self.work.glob(f"data-{mark}-*"):
                shutil.rmtree(old)
            (self.folder / "zones").mkdir(parents=True)
            self._make(files)
            (self.folder / "complete").touch()

    @property
    def records(self):
        import json
        return json.loads(self.stream.with_suffix(".json").read_text())["records"]

    def queries(self, name, lines):
        """The path of a query file with these lines."""
        path = self.folder / f"{name}.queries"
        if not path.exists():
            with open(path, "w") as out:
                out.writelines(lines)
        return path

    def compile(self, source, name, options):
        """The path of a C file of the benchmarks, compiled."""
        path = self.work / "built" / name
        path.parent.mkdir(exist_ok=True)
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", path, SOURCES / source] + options, check=True)
        return path

    def _make(self, files):
        writer = stream.Writer(self.stream)
        writer.add_small(self.template, self.small)
        if files:
            for number in range(self.small):
                self._write(zones.small_name(number), zones.records(self.template, number))
        if self.large:
            records = zones.wide_zone(zones.LARGE, self.large)
            self._write(zones.LARGE, records)
            writer.add_zone(zones.LARGE, records)
        if self.signed:
            self._write(zones.SIGNED, zones.signable_zone(self.signed))
            writer.add_zone(zones.SIGNED, self._sign(zones.SIGNED))
        writer.close()

    def _write(self, name, records):
        text = "".join(f"{owner} {ttl} IN {kind} {data}\n" for owner, ttl, kind, data in records)
        (self.folder / "zones" / f"{name}zone").write_text(text)

    def _sign(self, name):
        """Signs a zone with NSEC, replaces its file, and returns its records."""
        keys = self.folder / "keys"
        keys.mkdir()

        def key(*options):
            made = subprocess.run(["ldns-keygen", "-a", "ECDSAP256SHA256", *options, name], cwd=keys, check=True,
                                  stdout=subprocess.PIPE, text=True)
            return made.stdout.strip()

        file = self.folder / "zones" / f"{name}zone"
        subprocess.run(["ldns-signzone", "-o", name, "-e", "20361231000000", "-f", "signed", file, key("-k"), key()],
                       cwd=keys, check=True)
        records = []
        for line in (keys / "signed").read_text().splitlines():
            line = line.split(" ;")[0]
            if line and not line.startswith(";"):
                owner, ttl, _, kind, data = line.split(None, 4)
                records.append((owner, int(ttl), kind, data))
        self._write(name, records)
        return records
