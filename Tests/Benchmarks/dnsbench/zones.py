# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""The zones and queries of the benchmarks. The same numbers give the same zones and queries on every machine."""
import random

SEED = 20261123

# (owner, type, data) of a small zone, 18 records; {z} is its name with the final dot, {a} and {b} differ by zone.
SMALL = [
    ("{z}", "SOA", "ns1.zonewright.example. hostmaster.zonewright.example. 1 86400 7200 604800 300"),
    ("{z}", "NS", "ns1.zonewright.example."),
    ("{z}", "NS", "ns2.zonewright.example."),
    ("{z}", "A", "192.0.2.{a}"),
    ("{z}", "A", "198.51.100.{a}"),
    ("{z}", "AAAA", "2001:db8::{a}"),
    ("{z}", "MX", "10 mail.{z}"),
    ("{z}", "MX", "20 mail.backup.example."),
    ("{z}", "TXT", '"v=spf1 mx -all"'),
    ("www.{z}", "CNAME", "{z}"),
    ("mail.{z}", "A", "192.0.2.{b}"),
    ("mail.{z}", "AAAA", "2001:db8:1::{b}"),
    ("*.wild.{z}", "A", "203.0.113.{a}"),
    ("sub.{z}", "NS", "ns1.sub.{z}"),
    ("sub.{z}", "NS", "ns2.sub.{z}"),
    ("ns1.sub.{z}", "A", "203.0.113.1"),
    ("ns2.sub.{z}", "A", "203.0.113.2"),
    ("_sip._tcp.{z}", "SRV", "10 20 5060 mail.{z}"),
]

# Ten records, for a great many zones.
TINY = [SMALL[index] for index in (0, 1, 2, 3, 5, 6, 8, 9, 10, 12)]

# What is asked of a small zone: an RRset at the apex, a CNAME, a wildcard, a name that does not exist, a referral, and a
# type that is not there. {n} is another number in every query.
QUESTIONS = [
    ("{z}", "A"), ("{z}", "AAAA"), ("{z}", "MX"), ("{z}", "TXT"), ("www.{z}", "A"),
    ("h{n}.wild.{z}", "A"), ("missing{n}.{z}", "A"), ("host{n}.sub.{z}", "A"), ("mail.{z}", "TXT"),
]

# What is asked of a zone of TINY.
TINY_QUESTIONS = [("{z}", "A"), ("{z}", "MX"), ("www.{z}", "A"), ("mail.{z}", "A"), ("missing{n}.{z}", "A")]

LARGE = "large.example."
SIGNED = "signed.example."


def small_name(number):
    return f"zone{number:07d}.example."


def records(template, number):
    """The records of small zone `number`: (owner, ttl, type, data)."""
    fields = {"z": small_name(number), "a": 1 + number % 250, "b": 1 + number // 250 % 250}
    return [(owner.format(**fields), 3600, kind, data.format(**fields)) for owner, kind, data in template]


def address(number):
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def wide_zone(name, count):
    """A zone of `count` records: apex and hosts."""
    zone = [
        (name, 3600, "SOA", "ns1.zonewright.example. hostmaster.zonewright.example. 1 86400 7200 604800 300"),
        (name, 3600, "NS", "ns1.zonewright.example."),
        (name, 3600, "NS", "ns2.zonewright.example."),
    ]
    return zone + [(f"host{number:06d}.{name}", 3600, "A", address(number)) for number in range(count - 3)]


def signable_zone(names):
    """A zone with some of everything, to be signed: its questions are those of QUESTIONS and of its hosts."""
    fields = {"z": SIGNED, "a": 7, "b": 8}
    zone = [(owner.format(**fields), 3600, kind, data.format(**fields)) for owner, kind, data in SMALL]
    # Records of a type at a name have one TTL in the stream, so signatures of NSEC records must have that of the others.
    zone[0] = zone[0][:3] + (zone[0][3].replace(" 300", " 3600"),)
    return zone + [(f"host{number:06d}.{SIGNED}", 3600, "A", address(number)) for number in range(names)]


def questions(count, zones, kinds=QUESTIONS, seed=SEED):
    """`count` questions to the first `zones` small zones, as lines of a query file."""
    generator = random.Random(seed)
    for _ in range(count):
        name, kind = generator.choice(kinds)
        zone = small_name(generator.randrange(zones))
        yield f"{name.format(z=zone, n=generator.randrange(1000000))} {kind}\n"


def hot_questions(count, zones):
    """1,000 questions, asked again and again."""
    lines = list(questions(1000, zones, seed=SEED + 1))
    generator = random.Random(SEED + 2)
    for _ in range(count):
        yield generator.choice(lines)


def host_questions(count, name, hosts, missing=0.0, seed=SEED + 3):
    """Questions for the hosts of a wide zone; a share of `missing` asks for names that are not there."""
    generator = random.Random(seed)
    for _ in range(count):
        number = generator.randrange(hosts)
        if generator.random() < missing:
            yield f"absent{number:06d}-{generator.randrange(1000)}.{name} A\n"
        else:
            yield f"host{number:06d}.{name} A\n"


def signed_questions(count, hosts):
    """The mixed questions and as many for hosts, to the signed zone."""
    generator = random.Random(SEED + 4)
    for _ in range(count):
        if generator.random() < 0.5:
            yield f"host{generator.randrange(hosts):06d}.{SIGNED} A\n"
        else:
            name, kind = generator.choice(QUESTIONS)
            yield f"{name.format(z=SIGNED, n=generator.randrange(1000000))} {kind}\n"
