# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""A PostgreSQL cluster of its own, with fsync on, and what its processes cost."""
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
# Those of `zonewright up`, for everybody who is measured.
SETTINGS = ["max_connections=120", "shared_buffers=128MB", "wal_level=replica", "max_wal_size=2GB",
            "log_min_messages=warning", "commit_delay=400", "commit_siblings=4", "unix_socket_directories=",
            "listen_addresses=127.0.0.1"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    """User and system time of a process and of its children, living and dead."""
    total = 0.0
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += sum(int(field) for field in fields[11:15]) / TICKS
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                total += cpu_seconds(child)
    except (FileNotFoundError, ProcessLookupError):
        pass
    return total


def resident_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


class Cluster:
    def __init__(self, folder, settings):
        self.folder = folder / "postgres"
        self.port = free_port()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self.programs = versions[-1]
        self.owner = None
        if os.geteuid() == 0:
            self.owner = pwd.getpwnam("postgres")
            os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
            for parent in self.folder.parents:
                parent.chmod(parent.stat().st_mode | 0o011)
        data = str(self.folder / "data")
        self._run([self.programs / "initdb", "-D", data, "-U", "admin", "--auth=trust", "--encoding=UTF8",
                   "--locale=C.UTF-8", "--data-checksums", "--no-instructions"])
        command = [self.programs / "postgres", "-D", data, "-c", f"port={self.port}"]
        for setting in SETTINGS + settings:
            command += ["-c", setting]
        self.process = self._start(command)
        while subprocess.run([self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode:
            if self.process.poll() is not None:
                raise SystemExit("PostgreSQL did not start: see " + str(self.folder / "log"))
            time.sleep(0.1)

    def _identity(self):
        if self.owner is None:
            return {}
        return {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}

    def _run(self, command):
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, cwd="/", **self._identity())

    def _start(self, command):
        log = open(self.folder / "log", "w")
        return subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, cwd="/", **self._identity())

    def url(self, role, database):
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def sql(self, text, database="postgres", role="admin"):
        """Runs statements; returns what they print, unaligned."""
        done = subprocess.run([self.programs / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", self.url(role, database)],
                              input=text, text=True, stdout=subprocess.PIPE, check=True)
        return done.stdout.strip()

    def stop(self):
        self.process.terminate()
        self.process.wait()
