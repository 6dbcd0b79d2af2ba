# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""The parts that put the servers beside one another on the same zones: queries of every class, and memory."""
import time

from . import zones
from .bench import print_ratios, print_table, summary
from .data import Data

QUERIES = 200_000

# Classes of queries. Those in ONCE have one form; the others are asked without and with EDNS.
ONCE = {"signed": "DO", "tcp": "TCP"}
CLASSES = ("mixed", "hot", "subdomain", "wide", "unhosted", "signed", "tcp")


def data_set(bench):
    options = bench.options
    return Data(options.work, options.zones, options.large, options.signed)


def arguments(bench, data, name):
    options = bench.options
    if name in ("mixed", "tcp"):
        mixed = ["--queries", data.queries("mixed", zones.questions(QUERIES, options.zones))]
        return mixed + (["--tcp"] if name == "tcp" else [])
    if name == "hot":
        return ["--queries", data.queries("hot", zones.hot_questions(QUERIES, options.zones))]
    if name == "subdomain":
        return ["--names-below", zones.small_name(options.zones // 2)]
    if name == "wide":
        return ["--queries", data.queries("wide", zones.host_questions(QUERIES, zones.LARGE, options.large - 3, 0.2))]
    if name == "unhosted":
        return ["--zones-below", "example"]
    if name == "signed":
        return ["--queries", data.queries("signed", zones.signed_questions(QUERIES, options.signed)), "--do"]
    raise SystemExit(f"bench-dns: no such class of queries: {name}")


def classes(bench, names):
    """Queries of some classes to all servers in turn."""
    data = data_set(bench)
    servers = bench.launch(bench.options.names, data)
    for name in names:
        # PowerDNS serves a signed file only with a database of metadata beside it.
        cannot = {"signed": "powerdns", "tcp": "echo"}.get(name)
        asked = [server for server in servers if server.name != cannot]
        for edns in ([[]] if name in ONCE else [[], ["--edns"]]):
            title = f"{name}, {ONCE.get(name) or ('EDNS' if edns else 'no EDNS')}"
            reports = bench.rounds(asked, *arguments(bench, data, name), *edns)
            summaries = {server: summary(of_server) for server, of_server in reports.items()}
            print_table(title, summaries)
            print_ratios(summaries)
            print_codes(summaries)
            bench.keep("classes", title, value=summaries)
    print_memory(bench, servers)
    bench.stop()


def print_codes(summaries):
    """Says so when servers do not answer the same: then they did not do the same work."""
    shares = {}
    for name, line in summaries.items():
        if name != "echo":
            total = sum(line["codes"].values())
            shares[name] = {code: round(100 * count / total) for code, count in line["codes"].items()}
    for code in {code for share in shares.values() for code in share}:
        found = [share.get(code, 0) for share in shares.values()]
        if max(found) - min(found) > 3:
            print(f"   the servers do not answer alike (per cent of codes): {shares}")
            return


def print_memory(bench, servers):
    """What each server's processes have in memory after all of that."""
    print("== memory, MB: each process, and their proportional share together")
    for server in servers:
        sizes, share = server.resident()
        print(f"   {server.name:12} {' + '.join(f'{size / 1024:.0f}' for size in sizes):>20}  {share / 1024:6.0f}")
        bench.keep("memory", server.name, value={"residentKiB": sizes, "proportionalKiB": share})


def memory(bench):
    """Memory after a start, and before and after a while of names that nobody has asked for; without a signed zone."""
    options = bench.options
    data = Data(options.work, options.zones, options.large)
    servers = bench.launch([name for name in bench.options.names if name != "echo"], data)
    # What was needed for loading may go back to the system a little later.
    time.sleep(10)
    print_memory(bench, servers)
    seconds = bench.options.seconds * 4
    for server in servers:
        for title, flood in (
            ("random names of a zone", ["--names-below", zones.LARGE]),
            ("random zones", ["--zones-below", "example"]),
            ("random names of random zones", ["--queries", data.queries("mixed", zones.questions(QUERIES, data.small))]),
        ):
            report = bench.load(server, *flood, seconds=seconds)
            before = report["server"]["memoryKiBBefore"]["resident"]
            after = report["server"]["memoryKiBAfter"]["resident"]
            print(f"   {server.name:12} {title:30} {report['answered']:12,} queries: {before / 1024:6.1f} MB before, "
                  f"{after / 1024:6.1f} MB after", flush=True)
            bench.keep("growth", server.name, title, value={"beforeKiB": before, "afterKiB": after})
    bench.stop()
