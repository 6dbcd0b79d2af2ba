# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""What all parts of the benchmark share: options, servers on their cores, one measurement, tables."""
import dataclasses
import json
import pathlib
import statistics
import subprocess

from .responder import Responder
from .servers import BIND, Echo, Knot, NSD, PowerDNS


@dataclasses.dataclass
class Options:
    work: pathlib.Path
    build: pathlib.Path
    seconds: float
    rounds: int
    zones: int
    large: int
    signed: int
    million: int
    names: list
    server_cores: str = "0"
    generator_cores: str = "1"
    port: int = 9600


# As many queries in flight as fit into the receive buffer of a server that leaves the system's default (Knot, PowerDNS).
IN_FLIGHT = ["--clients", "6", "--outstanding", "192"]


class Bench:
    """The servers and figures of one run."""

    def __init__(self, options):
        self.options = options
        self.servers = []
        self.figures = {}

    def make(self, name, cores=None, threads=1):
        """A server by its name, on the next port."""
        kinds = {kind.name: kind for kind in (Echo, NSD, Knot, BIND, PowerDNS)}
        port = self.options.port + len(self.servers)
        cores = cores or self.options.server_cores
        if name == Responder.name:
            server = Responder(self.options.work, port, cores, self.options.build, threads)
        else:
            server = kinds[name](self.options.work, port, cores)
        self.servers.append(server)
        return server

    def launch(self, names, data):
        """Starts servers by name with a data set, and returns them when all answer."""
        servers = []
        for name in names:
            server = self.make(name)
            server.configure(data)
            server.start()
            seconds = server.wait_ready(data)
            servers.append(server)
            print(f"   {name}: ready after {seconds:.1f} s", flush=True)
        return servers

    def stop(self):
        for server in self.servers:
            server.stop()
        self.servers = []

    def load(self, server, *arguments, seconds=None, cores=None, warm_up=1):
        """One run of the generator against a server: its report as a dictionary."""
        command = [
            "taskset", "-c", cores or self.options.generator_cores, str(self.options.build / "zonewright"), "bench", "dns",
            "--server", f"127.0.0.1:{server.port}", "--duration", str(seconds or self.options.seconds),
            "--warm-up", str(warm_up), "--json", *IN_FLIGHT,
        ]
        for pid in server.pids():
            command += ["--server-pid", str(pid)]
        ran = subprocess.run(command + [str(argument) for argument in arguments], stdout=subprocess.PIPE, text=True)
        if ran.returncode != 0:
            raise SystemExit(f"bench-dns: the generator failed against {server.name}")
        report = json.loads(ran.stdout)
        if report["answered"] == 0:
            raise SystemExit(f"bench-dns: {server.name} answered nothing")
        return report

    def rounds(self, servers, *arguments):
        """Each server in turn, several times: {name: [reports]}."""
        reports = {server.name: [] for server in servers}
        for _ in range(self.options.rounds):
            for server in servers:
                reports[server.name].append(self.load(server, *arguments))
        return reports

    def keep(self, *path, value):
        """Keeps a figure for the file of figures."""
        place = self.figures
        for key in path[:-1]:
            place = place.setdefault(key, {})
        place[path[-1]] = value


def median(reports, *keys):
    values = []
    for report in reports:
        for key in keys:
            report = report[key]
        values.append(report)
    return statistics.median(values)


def summary(reports):
    """The medians of the rounds that one line of a table shows."""
    user = median(reports, "server", "userMicroseconds")
    system = median(reports, "server", "systemMicroseconds")
    total = statistics.median(
        report["server"]["userMicroseconds"] + report["server"]["systemMicroseconds"] for report in reports
    )
    rates = [report["answersPerSecond"] for report in reports]
    codes = {}
    for report in reports:
        for code, count in report["codes"].items():
            codes[code] = codes.get(code, 0) + count
    return {
        "rate": statistics.median(rates), "slowest": min(rates), "fastest": max(rates), "user": user, "system": system,
        "total": total, "octets": median(reports, "octets", "mean"),
        "p99": median(reports, "latencyMicroseconds", "p99"),
        "lost": sum(report["lost"] for report in reports), "sent": sum(report["sent"] for report in reports),
        "busy": max(report["generatorBusyShare"] for report in reports), "codes": codes,
    }


def print_table(title, summaries):
    """One class of queries: a line a server, fastest first."""
    print(f"== {title}")
    print(f"   {'':12} {'queries/s':>10} {'slowest':>9} {'fastest':>9}  {'CPU us':>7} {'user':>6} {'system':>7}"
          f" {'octets':>7} {'lost':>6} {'generator':>9}")
    for name, line in sorted(summaries.items(), key=lambda item: -item[1]["rate"]):
        print(f"   {name:12} {line['rate']:10,.0f} {line['slowest']:9,.0f} {line['fastest']:9,.0f}  {line['total']:7.2f}"
              f" {line['user']:6.2f} {line['system']:7.2f} {line['octets']:7.1f} {line['lost']:6d}"
              f" {line['busy'] * 100:7.0f} %", flush=True)


def print_ratios(summaries, ours="zonewright"):
    """How ours stands beside each other server, by rate and by processor time a query."""
    if ours not in summaries:
        return
    mine = summaries[ours]
    for name, line in summaries.items():
        if name != ours:
            print(f"   {ours} / {name}: {mine['rate'] / line['rate']:.2f} x queries/s, "
                  f"{mine['total'] / line['total']:.2f} x CPU", flush=True)
