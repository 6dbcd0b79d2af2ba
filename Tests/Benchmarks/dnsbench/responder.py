# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""zonewright-dns under test, fed by an origin over the line protocol."""
import os
import shutil

from .origin import Origin
from .server import Server


class Responder(Server):
    name = "zonewright"

    def __init__(self, folder, port, cores, build, threads=1):
        super().__init__(folder, port, cores)
        self.build, self.threads = build, threads
        self.origin = None
        self.preload = None
        self.data = self.folder / "data"

    def configure(self, data, keep=False):
        """Serves the data set's stream; an empty replica unless one is to be kept."""
        if not keep:
            shutil.rmtree(self.data, ignore_errors=True)
        self.origin = Origin(data.stream)

    def command(self):
        return [
            str(self.build / "zonewright-dns"), "--listen", f"127.0.0.1:{self.port}", "--data-dir", str(self.data),
            "--udp-threads", str(self.threads), "--tcp-threads", "1", "--upstream", self.origin.address,
            "--node-name", "bench", "--ops-listen", "127.0.0.1:0", "--log-level", "warning",
        ]

    def environment(self):
        environment = dict(os.environ, SWIFT_BACKTRACE="enable=no")
        if self.preload:
            environment.update(self.preload)
        return environment

    def replica_octets(self):
        """Octets that the replica takes on disk, and the length of its files."""
        files = [path.stat() for path in self.data.rglob("*") if path.is_file()]
        return sum(file.st_blocks * 512 for file in files), sum(file.st_size for file in files)

    def stop(self):
        super().stop()
        if self.origin:
            self.origin.close()
            self.origin = None
