# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""The zone stream, followed by a client that somebody else could have written: `stream_client`, from Docs/protocol.md."""
import copy
import hashlib
import json
import os
import random
import re
import threading
import time
from collections import Counter

import dns.dnssec
import dns.name
import dns.zone
import requests
from cryptography.hazmat.primitives.asymmetric import ec

from interop.stack import check, wait_until
from interop.stream_client import Ended, Follower
from interop.stream_proxy import LineProxy
from interop.stream_zones import set_hash

ZONES = [f"stream{number}.example" for number in range(6)]
CHANGES = 200

# Type, name, priority and content: each kind of data, letters of both cases, escapes, and what is longer than one string.
RECORDS = [
    ("A", "", None, "192.0.2.1"), ("A", "", None, "192.0.2.2"), ("A", "*", None, "192.0.2.3"),
    ("AAAA", "www", None, "2001:db8::1"), ("CAA", "", None, '0 issue "letsencrypt.org"'),
    ("CNAME", "blog", None, "Host.Vendor.example"), ("HINFO", "box", None, '"PC" "Linux x"'),
    ("MX", "", 10, "MX-with-a-long-name.vendor.example"), ("MX", "", 20, "mx.vendor.example"),
    ("NAPTR", "sip", None, '100 10 "S" "SIP+D2U" "" _sip._udp.Vendor.example.'), ("NS", "child", None, "ns1.vendor.example"),
    ("PTR", "back", None, "host.vendor.example"), ("SRV", "_sip._udp", 5, "10 5060 Sip.vendor.example"),
    ("SSHFP", "box", None, "4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789"),
    ("TXT", "", None, "v=spf1 -all"), ("TXT", "quoted", None, r'"a \"quoted\" string; \\ and \200\000" "and another"'),
    ("TXT", "long", None, "x" * 700), ("HTTPS", "www", None, '1 . alpn="h2,h3" ipv4hint=192.0.2.1'),
    ("SVCB", "svc", None, "2 Svc.vendor.example. port=8443"), ("DS", "child", None, "12345 13 2 " + "ab" * 32),
    ("TLSA", "_443._tcp", None, "3 1 1 " + "cd" * 32), ("DNAME", "tree", None, "Other.vendor.example"),
    ("LOC", "here", None, "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m"),
]


def run(stack):
    """Follows, in every way that a follower can; returns what was proved in a few words."""
    kinds = make_zones(stack)
    follower = Follower("interop-1")
    stage = Following(stack, follower)
    before = changing_while_followed(stack, stage)
    settled = compare(stack, stage.finish(), "after all changes")
    check(follower.snapshots == 1 and not follower.refusals, f"{follower.snapshots} snapshots, {follower.refusals}")

    fresh = Follower("interop-2")
    follow_to_checkpoint(stack, fresh)
    check(compare(stack, fresh, "from the snapshot alone") == settled and fresh.snapshots == 1, "both replicas")
    damage = damaged(stack, before)
    return (
        f"{len(follower.zones)} zones, {kinds} record types, {CHANGES} changes, a disconnection: position {settled[0]} and "
        f"set hash {settled[1] >> 208:012x}… as at origin and responder, twice; {damage} kinds of damage noticed"
    )


def make_zones(stack):
    """Zones of all kinds; returns how many record types they have."""
    for zone in ZONES + ["doomed.example"]:
        made = stack.api("POST", f"/{stack.account}/domains", {"name": zone})
        check(made.status_code == 201, made.text)
    creates = [
        {"type": kind, "name": name, "content": content, "ttl": 300} | ({"priority": priority} if priority else {})
        for kind, name, priority, content in RECORDS
    ]
    for zone in ZONES[:3]:
        done = stack.api("POST", f"/{stack.account}/zones/{zone}/batch", {"creates": creates})
        check(done.status_code == 200, done.text)
    return len({kind for kind, *_ in RECORDS}) + import_presigned(stack) + 1


def import_presigned(stack):
    """A zone that was signed elsewhere; returns how many types it adds."""
    text = (
        "@ 3600 IN SOA ns1.signed.example. host.signed.example. 1 3600 600 604800 300\n@ 3600 IN NS ns1.signed.example.\n"
        "ns1 300 IN A 192.0.2.53\nns1 600 IN AAAA 2001:db8::53\n"
    )
    zone = dns.zone.from_text(text, "signed.example.", relativize=False)
    key = ec.generate_private_key(ec.SECP256R1())
    public = dns.dnssec.make_dnskey(key.public_key(), dns.dnssec.Algorithm.ECDSAP256SHA256, flags=257)
    with zone.writer() as transaction:
        dns.dnssec.sign_zone(zone, transaction, keys=[(key, public)], dnskey_ttl=3600, lifetime=30 * 86_400, add_dnskey=True)
    path = os.path.join(stack.folder, "signed.example.zone.signed")
    zone.to_file(path, relativize=False)
    stack.run("zone", "import", "--presigned", path)
    return len({"RRSIG", "NSEC", "DNSKEY"})


class Following:
    """A follower in a thread: until it is told to leave, and from then on until it is told to finish."""

    def __init__(self, stack, follower):
        self.stack, self.follower, self.error = stack, follower, None
        self.leaving, self.left, self.returning, self.ending = (threading.Event() for _ in range(4))
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        try:
            port = self.stack.port + 2
            follow(port, self.follower, self.leaving.is_set)
            self.left.set()
            self.returning.wait(600)
            follow(port, self.follower, lambda: self.ending.is_set() and at_head(self.stack, self.follower))
        except Exception as error:
            self.error = error
            self.left.set()

    def finish(self):
        """Waits for the last checkpoint; the follower, which has compared it."""
        wait_until_distributed(self.stack)
        self.ending.set()
        self.thread.join(120)
        check(
            not self.thread.is_alive() and self.error is None,
            f"the client is at {self.follower.position}, refused {self.follower.refusals}: {self.error!r}",
        )
        return self.follower


def follow(port, follower, until):
    """Follows, and connects anew when the origin ends the connection or is silent, as section 5.4 has it."""
    deadline = time.monotonic() + 300
    while True:
        try:
            return follower.follow(port, until)
        except OSError as error:
            check(time.monotonic() < deadline, f"the origin ends every connection: {error}")
            time.sleep(random.random())


def at_head(stack, follower):
    """Whether the origin's newest checkpoint was compared."""
    return follower.checkpoint is not None and follower.checkpoint[0] == metric(stack, 3, "glue_stream_head")


def follow_to_checkpoint(stack, follower):
    """Follows until the checkpoint of the present head was compared."""
    deadline = time.monotonic() + 120

    def is_done():
        check(time.monotonic() < deadline, f"{follower.node} is at {follower.position} without a checkpoint")
        return at_head(stack, follower)
    follow(stack.port + 2, follower, is_done)


def changing_while_followed(stack, stage):
    """Changes, with the client away in the middle; returns a copy of it as it was when it left."""
    wait_until("the client has its snapshot", lambda: stage.error or stage.follower.position > 0)
    copied = None
    for number in range(CHANGES):
        change(stack, number)
        if number == CHANGES * 2 // 5:
            stage.leaving.set()
            wait_until("the client leaves", stage.left.is_set)
            check(stage.error is None, f"the client: {stage.error!r}")
            copied = copy.deepcopy({name: value for name, value in vars(stage.follower).items() if name != "stream"})
        if number == CHANGES * 3 // 5:
            stage.returning.set()
    return copied


def change(stack, number):
    """One change of many kinds, by number."""
    zone, of_account = ZONES[number % len(ZONES)], f"/{stack.account}"
    records = f"{of_account}/zones/{zone}/records"
    if number % 40 == 13:
        path, method, body = f"/{stack.account}/zones/{zone}/versions/2/rollback", "POST", None
        done = requests.post(f"{stack.url}/x/v1{path}", headers={"Authorization": f"Bearer {stack.token}"}, timeout=60)
    elif number == 50 or number == 90:
        # Deleted, and made anew while the client is away: a greater generation.
        done = stack.api("DELETE", f"{of_account}/domains/doomed.example")
        if number == 90:
            check(done.status_code == 204, done.text)
            done = stack.api("POST", f"{of_account}/domains", {"name": "doomed.example"})
    elif number == 51:
        done = stack.api("POST", f"{of_account}/domains", {"name": "doomed.example"})
    elif number % 20 == 7:
        done = stack.api("POST", f"{of_account}/domains", {"name": f"new{number}.example"})
    elif number % 20 == 17:
        done = stack.api("DELETE", f"{of_account}/domains/new{number - 10}.example")
    else:
        present = [record for record in stack.api("GET", records + "?name_like=live&per_page=100").json()["data"]]
        if number % 5 == 3 and present:
            done = stack.api("DELETE", f"{records}/{present[0]['id']}")
        elif number % 5 == 4 and present:
            done = stack.api("PATCH", f"{records}/{present[-1]['id']}", {"ttl": 60 + number})
        else:
            made = {"type": "TXT", "name": f"Live{number % 7}", "content": f"change {number}", "ttl": 60}
            done = stack.api("POST", records, made)
    check(done.status_code in (200, 201, 204), f"change {number} of {zone}: {done.status_code} {done.text}")


def wait_until_distributed(stack):
    """Waits until the responder has every zone as it is now."""
    names = [zone["name"] for zone in stack.api("GET", f"/{stack.account}/zones?per_page=100").json()["data"]]
    for name in names:
        path = f"/{stack.account}/zones/{name}/distribution"
        wait_until(f"{name} is distributed", lambda: stack.api("GET", path).json()["data"]["distributed"] is True)


def compare(stack, follower, when):
    """Compares everything held with the responder's replica and the origin's checkpoint; returns position and set hash."""
    wait_until(
        "the responder is there", lambda: metric(stack, 5, "replica_position") == metric(stack, 3, "glue_stream_head")
    )
    lines = stack.run("dns", "zones", "--json").splitlines()
    held = {zone["name"]: zone for zone in map(json.loads, lines)}
    ours = {
        name: (str(zone.key[0]), str(zone.key[1]), f"{zone.hash:064x}") for name, zone in follower.zones.items()
    }
    theirs = {name: (zone["generation"], zone["version"], zone["hash"]) for name, zone in held.items()}
    check(len(ours) > len(ZONES) and ours == theirs, f"{when}: zones differ: {set(ours.items()) ^ set(theirs.items())}")
    position, zones, announced = follower.checkpoint
    check(position == follower.position == metric(stack, 5, "replica_position"), f"{when}: {position}, {follower.position}")
    check((zones, announced) == (len(held), f"{set_hash(follower.zones):064x}"), f"{when}: the set hash")
    check(replica_set_hash(held.values()) == set_hash(follower.zones), f"{when}: the set hash of what the responder holds")
    check(metric(stack, 5, "follower_mismatches_total") == 0, f"{when}: the responder saw a checkpoint that differed")
    return position, set_hash(follower.zones)


def replica_set_hash(zones):
    """The set hash of zones as `zonewright dns` lists them."""
    return sum(
        int.from_bytes(hashlib.sha256(
            dns.name.from_text(zone["name"]).to_wire() + int(zone["generation"]).to_bytes(8, "big")
            + int(zone["version"]).to_bytes(8, "big") + bytes.fromhex(zone["hash"])
        ).digest(), "big") for zone in zones
    ) % (1 << 256)


def metric(stack, offset, name):
    """A metric of the daemon whose operations port has this offset."""
    text = requests.get(f"http://127.0.0.1:{stack.port + offset}/metrics", timeout=30).text
    found = re.search(rf"^{name} ([0-9.e+]+)$", text, re.MULTILINE)
    check(found, f"no metric {name}")
    return int(float(found[1]))


def damaged(stack, state):
    """Follows on from `state` through a proxy that damages lines; returns in how many ways, all of them noticed."""
    def follower(number):
        made = Follower(f"interop-damaged-{number}")
        vars(made).update(copy.deepcopy(state), node=made.node)
        return made

    def once(pattern, replacement):
        """Damages the first line that matches."""
        left = [1]
        return lambda line: re.sub(pattern, replacement, line) if re.match(pattern, line) and left and left.pop() else line

    # A record that is another, but a good one: only the hash can tell. The zone is asked for, and all is well.
    healed = follower(1)
    with LineProxy(stack.port + 2, once(rb'(\+?live\d\.\S+ )\d+( IN TXT .*)', rb"\g<1>61059\2")) as proxy:
        follow(proxy.port, healed, lambda: at_head(stack, healed))
        check(proxy.damaged == 1 and len(healed.wants) >= 1, f"{proxy.damaged} lines damaged, asked for {healed.wants}")
    check(compare(stack, healed, "after a damaged record")[0] == healed.position and not healed.refusals, "healed")

    # The same in a snapshot, which is not complete until the zone is there.
    begun = Follower("interop-damaged-0")
    with LineProxy(stack.port + 2, once(rb'(live\d\.\S+ )\d+( IN TXT .*)', rb"\g<1>61059\2")) as proxy:
        follow(proxy.port, begun, lambda: at_head(stack, begun))
        check(proxy.damaged == 1 and len(begun.wants) == 1, f"{proxy.damaged} lines damaged, asked for {begun.wants}")
    check(compare(stack, begun, "after a damaged snapshot")[0] == healed.position and not begun.refusals, "healed")

    # The same each time: the zone is refused after three attempts, kept as it was, and the others go on.
    refusing = follower(2)
    always = re.compile(rb"^(\+?live\d\.stream1\.\S+ )\d+( IN TXT .*)")
    with LineProxy(stack.port + 2, lambda line: always.sub(rb"\g<1>61059\2", line)) as proxy:
        follow(proxy.port, refusing, lambda: refusing.position >= healed.position)
    kept = refusing.zones["stream1.example."]
    check(Counter(refusing.wants)["stream1.example."] >= 3, f"asked for {refusing.wants}")
    check({(name, code) for name, code in refusing.refusals} == {("stream1.example.", 460)}, f"{refusing.refusals}")
    check(kept == state["zones"]["stream1.example."], "a refused zone was changed")
    check(
        {name: zone for name, zone in refusing.zones.items() if name != "stream1.example."}
        == {name: zone for name, zone in healed.zones.items() if name != "stream1.example."}, "the others go on",
    )

    # What ends the connection: a position that is missing, a set hash that differs, lines that break the rules.
    cases = {
        "a position too far": (409, once(rb"(PUT|DIFF|DEL|SKIP) (\d+) (.*)", rb"\1 9\2 \3")),
        "another set hash": (409, once(rb"(CKPT .* set=)[0-9a-f]{8}(.*)", rb"\g<1>01234567\2")),
        "two spaces": (400, once(rb"PING (.*)", rb"PING  \1")),
        "no number": (400, once(rb"(DIFF|PUT) (.* ver=)\d+(.*)", rb"\1 \2x\3")),
        "a line without end": (413, once(rb"(PING .*)", rb"\1" + b" x" * 4_096)),
        "another protocol": (505, once(rb"ZSP/1(.*)", rb"ZSP/2\1")),
        "a verb that must be understood": (505, once(rb"PING(.*)", rb"!NEW\1")),
    }
    for number, (what, (code, damage)) in enumerate(cases.items(), 3):
        victim, noticed = follower(number), None
        with LineProxy(stack.port + 2, damage) as proxy:
            try:
                follow(proxy.port, victim, lambda: at_head(stack, victim))
            except Ended as error:
                noticed = error.args[0]
            check(noticed == code and proxy.damaged == 1, f"{what}: {noticed}, {proxy.damaged} lines damaged")
        # Whatever it was: the next connection leads to the same state.
        follow_to_checkpoint(stack, victim)
        compare(stack, victim, f"after {what}")
        taken = victim.snapshots - state["snapshots"]
        check(taken == (what == "another set hash"), f"{what}: {taken} snapshots")
    return len(cases) + 3
