# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""A name server under test: its processes, their cores, and when it is ready."""
import os
import pathlib
import signal
import socket
import struct
import subprocess
import time

from . import wire


def query(name, kind):
    """A query in wire form; its identifier is 4711."""
    return struct.pack("!HHHHHH", 4711, 0, 1, 0, 0, 0) + wire.name(name) + struct.pack("!HH", wire.number_of(kind), 1)


def exchange(port, name, kind, timeout=0.25):
    """The answer to one question over UDP, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(timeout)
        client.connect(("127.0.0.1", port))
        try:
            client.send(query(name, kind))
            return client.recv(4096)
        except OSError:
            return None


def ask(port, name, kind):
    """The flags of the answer to one question, or None."""
    answer = exchange(port, name, kind)
    return struct.unpack("!H", answer[2:4])[0] if answer else None


class Server:
    """A process of one's own session, pinned to some cores, that answers on a port of 127.0.0.1."""

    name = ""

    def __init__(self, folder, port, cores):
        self.folder = pathlib.Path(folder) / self.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port, self.cores = port, cores
        self.process = None

    def configure(self, data):
        """Writes what the server needs to serve a data set."""

    def command(self):
        raise NotImplementedError

    def environment(self):
        return dict(os.environ)

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["taskset", "-c", self.cores] + self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.folder, env=self.environment(), start_new_session=True,
            )

    def is_ready(self, data):
        return all((ask(self.port, zone, "SOA") or 0) & 0x840F == 0x8400 for zone in data.probes)

    def wait_ready(self, data, timeout=300):
        """The seconds until the server answers for the last zones of the data set."""
        began = time.monotonic()
        while not self.is_ready(data):
            if self.process.poll() is not None:
                raise SystemExit(f"bench-dns: {self.name} ended with {self.process.returncode}; see {self.folder}/log")
            if time.monotonic() - began > timeout:
                raise SystemExit(f"bench-dns: {self.name} does not answer after {timeout} s; see {self.folder}/log")
            time.sleep(0.002)
        return time.monotonic() - began

    def pids(self):
        """All processes of the server's session."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and os.getsid(int(entry.name)) == self.process.pid:
                    found.append(int(entry.name))
            except (ProcessLookupError, PermissionError):
                pass
        return sorted(found)

    def resident(self):
        """KiB that the processes have in memory, each apart, and their proportional share together."""
        sizes, share = [], 0
        for pid in self.pids():
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    sizes.append(int(line.split()[1]))
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    share += int(line.split()[1])
        return sizes, share

    def stop(self):
        if not self.process or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
