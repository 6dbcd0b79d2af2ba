# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""A million small zones: taking them over, what they need on disk and in memory, a restart, uniformly random zones."""
import os
import pathlib
import time

from . import zones
from .bench import summary
from .data import Data
from .ours import start
from .responder import Responder


def million(bench):
    count = bench.options.million
    data = Data(bench.options.work, count, template=zones.TINY, kinds=zones.TINY_QUESTIONS, files=False)
    print(f"== {count:,} zones of {len(zones.TINY)} records")
    server = bench.make(Responder.name)
    server.configure(data)
    server.start()
    seconds = server.origin.wait_loaded(1800)
    disk, length = server.replica_octets()
    sizes, _ = server.resident()
    print(f"   taken over in {seconds:.1f} s: {data.records / seconds:,.0f} RRs a second")
    print(f"   replica {disk / 1e6:,.0f} MB on disk (files {length / 1e6:,.0f} MB); resident {sizes[0] / 1024:.0f} MB")
    figures = {"zones": count, "records": data.records, "seconds": seconds, "disk": disk, "residentKiB": sizes}
    figures["restart"] = {title: restart(server, data, cold) for title, cold in (("warm", False), ("cold", True))}
    queries = data.queries("random", zones.questions(1_000_000, count, zones.TINY_QUESTIONS))
    figures["queries"] = measure(bench, server, "uniformly random zones", queries)
    bench.stop()
    small = Data(bench.options.work, 10_000, template=zones.TINY, kinds=zones.TINY_QUESTIONS, files=False)
    server = start(bench, small)
    queries = small.queries("random", zones.questions(1_000_000, 10_000, zones.TINY_QUESTIONS))
    figures["small"] = measure(bench, server, "the same of 10,000 zones", queries)
    print(f"   {figures['queries']['rate'] / figures['small']['rate']:.2f} x the rate of the small set")
    bench.keep("million", value=figures)
    bench.stop()


def measure(bench, server, title, queries):
    line = summary([bench.load(server, "--queries", queries) for _ in range(bench.options.rounds)])
    print(f"   {title}: {line['rate']:,.0f} queries/s, {line['total']:.2f} us CPU a query "
          f"(user {line['user']:.2f}, system {line['system']:.2f}), lost {line['lost']}", flush=True)
    return line


def restart(server, data, cold):
    """The seconds from a start to the first answer; with nothing of the replica in memory when it is to be cold."""
    origin, server.origin = server.origin, None
    server.stop()
    server.origin = origin
    if cold:
        drop = pathlib.Path("/proc/sys/vm/drop_caches")
        try:
            os.sync()
            drop.write_text("3\n")
        except OSError:
            print("   no right to empty the page cache: no cold start")
            return None
    began = time.monotonic()
    server.start()
    server.wait_ready(data)
    seconds = time.monotonic() - began
    print(f"   {'cold' if cold else 'warm'} start to first answer: {seconds:.2f} s", flush=True)
    return seconds
