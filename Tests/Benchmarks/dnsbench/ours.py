# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""The parts that measure zonewright-dns alone: changes while it is asked, two cores, allocations."""
import mmap
import struct
import threading
import time

from . import wire, zones
from .bench import median, summary
from .compare import QUERIES, data_set
from .origin import Changes
from .responder import Responder
from .server import exchange


def start(bench, data, cores=None, threads=1, preload=None):
    server = bench.make(Responder.name, cores, threads)
    server.preload = preload
    server.configure(data)
    server.start()
    server.origin.wait_loaded(600)
    server.wait_ready(data)
    return server


def changes(bench):
    """Latency at a steady rate, idle and with ten changes a second to the zone that is asked."""
    data = data_set(bench)
    hosts = bench.options.large - 3
    queries = data.queries("hosts", zones.host_questions(QUERIES, zones.LARGE, hosts))
    server = start(bench, data)
    print(f"== {bench.options.large:,} records in one zone, 20,000 queries a second, with and without 10 changes a second")
    change = Changes(server.origin, hosts)
    seconds = bench.options.seconds * 3
    # Made beforehand: making them would take time from the generator's core.
    made = [change.make() for _ in range(int(10 * (seconds + 3) * bench.options.rounds))]
    published = iter(made)
    stop = threading.Event()
    last = []

    def run():
        due = time.monotonic()
        for next_change in published:
            last[:] = next_change
            server.origin.publish(next_change[0])
            due += 0.1
            if stop.wait(max(0, due - time.monotonic())):
                return

    def measure(title):
        report = bench.load(server, "--queries", queries, "--rate", 20000, seconds=seconds)
        latency = report["latencyMicroseconds"]
        print(f"   {title:10} p50 {latency['p50']:6.0f} us, p99 {latency['p99']:6.0f} us, p99.9 {latency['p999']:6.0f} us,"
              f" max {latency['max']:6.0f} us; lost {report['lost']}, codes {report['codes']}", flush=True)
        return report

    figures = {"idle": [], "changing": []}
    for _ in range(bench.options.rounds):
        figures["idle"].append(measure("idle"))
        stop.clear()
        thread = threading.Thread(target=run)
        thread.start()
        figures["changing"].append(measure("changing"))
        stop.set()
        thread.join()
    check_current(server, *last[1:])
    p99 = {name: summary_p99(reports) for name, reports in figures.items()}
    failures = sum(report["codes"].get("SERVFAIL", 0) for report in figures["changing"])
    count = len(server.origin.entries)
    print(f"   {count} changes; p99 {p99['changing'] / p99['idle']:.2f} x idle, {failures} SERVFAIL")
    bench.keep("changes", value={"p99": p99, "servfail": failures, "changes": count})
    bench.stop()


def check_current(server, owner, value):
    """Ends the benchmark unless all changes were taken over and the last one is answered."""
    if not server.origin.wait_current(10) or server.origin.refused:
        raise SystemExit(f"bench-dns: the changes were not taken over: {server.origin.refused[:1]}")
    if wire.rdata("A", value) not in (exchange(server.port, owner, "A") or b""):
        raise SystemExit(f"bench-dns: the last change, {owner} {value}, is not answered")


def summary_p99(reports):
    return median(reports, "latencyMicroseconds", "p99")


def cores(bench):
    """Processor time a query with one thread on one core, and with two threads on two, the generator beside them."""
    data = data_set(bench)
    queries = data.queries("mixed", zones.questions(QUERIES, data.small))
    print("== one thread on one core, two threads on two (the generator shares them)")
    figures = {}
    for threads, where in ((1, bench.options.server_cores), (2, "0,1")):
        server = start(bench, data, where, threads)
        asked = ["--queries", queries, "--clients", 32, "--outstanding", 1024]
        reports = [bench.load(server, *asked, cores="0,1") for _ in range(bench.options.rounds)]
        line = figures[threads] = summary(reports)
        print(f"   {threads} threads: {line['rate']:9,.0f} queries/s, {line['total']:.2f} us CPU a query "
              f"(user {line['user']:.2f}, system {line['system']:.2f})", flush=True)
        bench.stop()
    ratio = 2 * figures[1]["total"] / figures[2]["total"]
    print(f"   two cores could answer {ratio:.2f} x as many as one, by CPU a query")
    bench.keep("cores", value={"one": figures[1], "two": figures[2], "ratio": ratio})


def allocations(bench):
    """Calls of the allocator while at least a million queries are answered: by the threads that answer over UDP, by all."""
    data = data_set(bench)
    library = data.compile("count-allocations.c", "count-allocations.so", ["-shared", "-fPIC"])
    counts = data.work / "allocations"
    counts.write_bytes(bytes(4096))
    preload = {"LD_PRELOAD": str(library), "COUNT_ALLOCATIONS": str(counts)}
    server = start(bench, data, preload=preload)
    print("== calls of the allocator in steady state, by the threads that receive datagrams and by all threads")
    with open(counts, "rb") as file, mmap.mmap(file.fileno(), 4096, prot=mmap.PROT_READ) as shared:
        def calls():
            return struct.unpack("<QQ", shared[0:16])

        for title, asked in (
            ("mixed", ["--queries", data.queries("mixed", zones.questions(QUERIES, data.small))]),
            ("random names", ["--names-below", zones.LARGE]),
            ("signed", ["--queries", data.queries("signed", zones.signed_questions(QUERIES, data.signed)), "--do"]),
        ):
            bench.load(server, *asked, seconds=2)
            answered = 0
            before = calls()
            while answered < 1_000_000:
                answered += bench.load(server, *asked, warm_up=0)["answered"]
            after = calls()
            everybody, answering = after[0] - before[0], after[1] - before[1]
            print(f"   {title:14} {answering:6,} by those, {everybody:8,} by all, in {answered:11,} queries", flush=True)
            bench.keep("allocations", title, value={"answering": answering, "all": everybody, "queries": answered})
    bench.stop()
