# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""What is measured."""
import json

from . import load
from .cluster import resident_mib

ADDRESS = "192.0.2.1"


class Bench:
    def __init__(self, options, cluster, ours, powerdns):
        self.options, self.cluster, self.ours, self.powerdns = options, cluster, ours, powerdns
        self.figures = {}
        self.failed = False
        self.zones = [f"zone{number}.example" for number in range(options.zones)]

    def measure(self, name, server, lines, connections, target="", per_request=1):
        try:
            # A short run first: connections, prepared statements, caches.
            if not self.options.quick:
                load.run(server, self.cluster, lines, self.options.work, connections=connections, seconds=2)
            figures = load.run(server, self.cluster, lines, self.options.work, connections=connections,
                               seconds=self.options.seconds, per_request=per_request)
        except load.Failed as error:
            self.failed = True
            print(f"{name:<44} FAILED: {error}", flush=True)
            return None
        self.figures[name] = figures
        if per_request > 1:
            target = f"{figures['records']:,.0f} records/s  {target}"
        print(load.text(name, figures, target), flush=True)
        return figures

    def prepare(self):
        """Zones for changes, and records to be read."""
        self.records = []
        for zone in self.zones:
            self.ours.call("POST", self.ours.path("domains"), {"name": zone})
            record = {"name": "www", "type": "A", "content": ADDRESS, "ttl": 300}
            made = self.ours.call("POST", self.ours.path(f"zones/{zone}/records"), record)
            self.records.append(f"GET {self.ours.path(f'zones/{zone}/records/')}{made['data']['id']}")


def get(bench):
    bench.measure("GET record, 64 connections", bench.ours, bench.records, 64, "(asked: 8,000/s, p99 < 20 ms)")


def create(bench):
    body = json.dumps({"name": "h%N", "type": "A", "content": ADDRESS, "ttl": 300})
    tables = ["app.record", "app.zone_change", "app.audit", "distribution.outbox", "jobs.job"]
    count = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)

    def rows():
        return [int(number) for number in bench.cluster.sql(count, "zonewright").split("|")]

    for name, zones in (("spread over zones", bench.zones), ("all in one zone", bench.zones[:1])):
        before = rows()
        lines = [f"POST {bench.ours.path(f'zones/{zone}/records')} {body}" for zone in zones]
        bench.measure(f"POST record, 32 connections, {name}", bench.ours, lines, 32,
                      "(asked: 1,500/s)" if len(zones) > 1 else "")
        grown = {new - old for new, old in zip(rows(), before)}
        if len(grown) != 1:
            bench.failed = True
            print(f"  not every change has its rows: {grown}")


def batch(bench):
    record = json.dumps({"name": "b%N", "type": "A", "content": ADDRESS, "ttl": 300})
    body = '{"creates":[' + ",".join([record] * 100) + "]}"
    lines = [f"POST {bench.ours.path(f'zones/{zone}/batch')} {body}" for zone in bench.zones]
    bench.measure("POST batch of 100, 16 connections", bench.ours, lines, 16, "(asked: 20,000 records/s)", 100)


def lists(bench):
    count = bench.options.large
    bench.ours.call("POST", bench.ours.path("domains"), {"name": "large.example"})
    file = "$ORIGIN large.example.\n$TTL 300\n" + "".join(
        f"h{n} A 10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}\n" if n % 10 else f"h{n} TXT \"text {n * 7919 % count}\"\n"
        for n in range(count)
    )
    path = f"/x/v1/{bench.ours.account}/zones/large.example/import"
    bench.ours.call("POST", path, file.encode())
    bench.cluster.sql("VACUUM ANALYZE", "zonewright")
    base = f"GET {bench.ours.path('zones/large.example/records')}?per_page=100&"
    for what in ("", "type=A&sort=name:asc", "type=TXT&sort=name:desc", "sort=content:asc", "type=A&sort=content:desc",
                 "name_like=h9&sort=name:asc", "name_like=9999&sort=type:asc"):
        bench.measure(f"{count:,} records: {what or 'page 1'}", bench.ours, [base + what], 4, "(p99 < 20 ms)")


def zones(bench):
    count = bench.options.large
    bench.cluster.sql(f"""
        INSERT INTO app.domain (account_id, name, unicode_name)
        SELECT {bench.ours.account}, name, name FROM (SELECT 'many' || n || '.example' AS name
        FROM generate_series(1, {count}) AS n) AS names;
        INSERT INTO app.zone (account_id, domain_id, name)
        SELECT account_id, id, name FROM app.domain WHERE name LIKE 'many%';
        """, "zonewright")
    bench.cluster.sql("VACUUM ANALYZE", "zonewright")
    for kind in ("zones", "domains"):
        base = f"GET {bench.ours.path(kind)}?per_page=100&"
        for what in ("", "sort=id:desc", "name_like=many9&sort=name:asc", "name_like=many9999"):
            bench.measure(f"{count:,} {kind}: {what or 'page 1'}", bench.ours, [base + what], 4, "(p99 < 20 ms)")


def memory(bench):
    """Resident memory while requests of every kind go on."""
    wanted = bench.options.requests
    body = json.dumps({"name": "m%N", "type": "A", "content": ADDRESS, "ttl": 300})
    lines = []
    for zone, record in zip(bench.zones, bench.records):
        lines += [record] * 16
        lines += [f"GET {bench.ours.path(f'zones/{zone}')}", f"GET {bench.ours.path('zones')}?per_page=5",
                  f"POST {bench.ours.path(f'zones/{zone}/records')} {body}"]
    done, samples = 0, []
    while done < wanted:
        figures = load.run(bench.ours, bench.cluster, lines, bench.options.work, connections=64, seconds=5)
        done += figures["requests"]
        samples.append((done, resident_mib(bench.ours.pid)))
    bench.figures["memory"] = samples
    step = max(1, len(samples) // 10)
    shown = ", ".join(f"{count:,}: {mib:.1f}" for count, mib in samples[::step] + samples[-1:])
    print(f"resident MiB after requests: {shown}", flush=True)


def powerdns(bench):
    server = bench.powerdns()
    names = [f"{zone}." for zone in bench.zones]
    base = "/api/v1/servers/localhost/zones"
    for name in names:
        server.call("POST", base, {"name": name, "kind": "Native", "nameservers": ["ns1.example.", "ns2.example."]})

    def change(zone):
        records = [{"content": ADDRESS, "disabled": False}]
        rrset = {"name": f"h%N.{zone}", "type": "A", "ttl": 300, "changetype": "REPLACE", "records": records}
        return f"PATCH {base}/{zone} " + json.dumps({"rrsets": [rrset]})

    new = json.dumps({"name": "n%N.example.", "kind": "Native", "nameservers": ["ns1.example.", "ns2.example."]})
    try:
        bench.measure("PowerDNS: GET zone, 32 connections", server, [f"GET {base}/{name}" for name in names], 32)
        theirs = bench.measure("PowerDNS: PATCH RRset, 32 connections", server, [change(name) for name in names], 32)
        bench.measure("PowerDNS: new zone, 32 connections", server, [f"POST {base} {new}"], 32)
    finally:
        server.stop()
    zone = [f"GET {bench.ours.path(f'zones/{name}')}" for name in bench.zones]
    bench.measure("Zonewright: GET zone, 32 connections", bench.ours, zone, 32)
    domain = json.dumps({"name": "n%N.example"})
    bench.measure("Zonewright: new zone, 32 connections", bench.ours, [f"POST {bench.ours.path('domains')} {domain}"], 32)
    ours = bench.figures.get("POST record, 32 connections, spread over zones")
    if ours and theirs:
        print(f"record changes: {ours['rate'] / theirs['rate']:.1f} × PowerDNS (asked: 8 ×)", flush=True)


PARTS = {"get": get, "create": create, "batch": batch, "powerdns": powerdns, "lists": lists, "zones": zones,
         "memory": memory}
