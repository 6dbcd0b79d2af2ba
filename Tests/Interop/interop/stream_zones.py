# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Bodies and hashes of ZSP/1, written from Docs/protocol.md alone: [n] is its section n. Of RRsets only digests are kept."""
import hashlib
from collections import namedtuple

import dns.name
import dns.rdata
import dns.rdatatype

SUM = 1 << 256
# What is held of a zone. key: generation and version; sets: digests by owner and type.
Zone = namedtuple("Zone", "key hash sets")


def digest(*parts):
    """SHA-256 as a number; a pair is a number and how many octets it has [4]."""
    octets = (part if isinstance(part, bytes) else part[0].to_bytes(part[1], "big") for part in parts)
    return int.from_bytes(hashlib.sha256(b"".join(octets)).digest(), "big")


def set_hash(zones):
    """The set hash of zones by name [4]."""
    return sum(
        digest(dns.name.from_text(name).to_wire().lower(), (zone.key[0], 8), (zone.key[1], 8), (zone.hash, 32))
        for name, zone in zones.items()
    ) % SUM


def zone_hash(sets):
    """The zone hash [4]."""
    return sum(sets.values()) % SUM


def set_key(owner, kind):
    """What tells RRsets apart; it disregards the case of owners."""
    return dns.name.from_text(owner, None), dns.rdatatype.from_text(kind)


def digests(lines, apex):
    """The digests of record lines' RRsets by owner and type [2.2, 4]."""
    sets = {}
    for line in lines:
        owner, ttl, network, kind, text = line.split(" ", 4)
        key = owner, kind = set_key(owner, kind)
        if network != "IN" or not owner.is_subdomain(apex) or sets.setdefault(key, (ttl, set()))[0] != ttl:
            raise ValueError(f"not a record of this zone: {line}")
        sets[key][1].add(dns.rdata.from_text("IN", kind, text, relativize=False).to_wire())
    return {
        (owner, kind): digest(
            owner.to_wire().lower(), (kind, 2), (int(ttl), 4),
            *(part for data in sorted(all_data) for part in ((len(data), 2), data)),
        ) for (owner, kind), (ttl, all_data) in sets.items()
    }


def result(verb, fields, body, held):
    """The digests of a zone after PUT, ZONE or DIFF [2.2]; ValueError when the body leads nowhere."""
    apex = dns.name.from_text(fields["zone"])
    if verb == "DIFF":
        removed, added = ([line[1:] for line in body if line.startswith(sign)] for sign in "-+")
        if not held or held.key != (int(fields["gen"]), int(fields["base"])):
            raise ValueError("it is not from what is held")
        gone = {set_key(*line.split(" ")) for line in removed}
        sets = {key: value for key, value in held.sets.items() if key not in gone} | digests(added, apex)
        is_whole = (len(removed), len(added), len(body)) == (
            int(fields["del"]), int(fields["add"]), len(removed) + len(added)
        )
    else:
        sets, is_whole = digests(body, apex), len(body) == int(fields["lines"])
    if not is_whole or (apex, dns.rdatatype.SOA) not in sets:
        raise ValueError("not the announced number of lines, or no SOA")
    return sets
