# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Wire form and digests of records, as the zone stream protocol defines them (Docs/protocol.md, 4)."""
import base64
import functools
import hashlib
import ipaddress
import re
import struct

TYPES = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "DS": 43, "RRSIG": 46,
    "NSEC": 47, "DNSKEY": 48, "NSEC3": 50, "NSEC3PARAM": 51,
}
MODULUS = 1 << 256


@functools.lru_cache(maxsize=1 << 16)
def name(text):
    """A name without escapes, uncompressed, its case kept."""
    labels = text.rstrip(".").split(".") if text != "." else []
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def number_of(kind):
    return TYPES[kind] if kind in TYPES else int(kind[4:])


def bitmap(kinds):
    windows = {}
    for number in map(number_of, kinds):
        window = windows.setdefault(number >> 8, bytearray(32))
        window[(number & 255) >> 3] |= 0x80 >> (number & 7)
    octets = b""
    for window, bits in sorted(windows.items()):
        bits = bytes(bits).rstrip(b"\0")
        octets += bytes([window, len(bits)]) + bits
    return octets


def strings(text):
    parts = [part.encode() for part in re.findall(r'"([^"]*)"', text)]
    return b"".join(bytes([len(part)]) + part for part in parts)


def moment(text):
    """A signature's time, as a number or as YYYYMMDDHHmmSS."""
    if len(text) != 14:
        return int(text)
    import calendar
    fields = [int(text[:4])] + [int(text[at:at + 2]) for at in range(4, 14, 2)]
    return calendar.timegm(tuple(fields) + (0, 0, 0))


def rdata(kind, text):
    """The data of a record in wire form. Raises KeyError for a type that no benchmark uses."""
    if kind == "A":
        return bytes(map(int, text.split(".")))
    if kind == "TXT":
        return strings(text)
    words = text.split()
    if kind in ("NS", "CNAME", "PTR"):
        return name(words[0])
    if kind == "AAAA":
        return ipaddress.IPv6Address(text).packed
    if kind == "MX":
        return struct.pack("!H", int(words[0])) + name(words[1])
    if kind == "SRV":
        return struct.pack("!HHH", *map(int, words[:3])) + name(words[3])
    if kind == "SOA":
        return name(words[0]) + name(words[1]) + struct.pack("!IIIII", *map(int, words[2:7]))
    if kind == "DS":
        return struct.pack("!HBB", *map(int, words[:3])) + bytes.fromhex("".join(words[3:]))
    if kind == "DNSKEY":
        return struct.pack("!HBB", *map(int, words[:3])) + base64.b64decode("".join(words[3:]))
    if kind == "NSEC":
        return name(words[0]) + bitmap(words[1:])
    if kind == "RRSIG":
        numbers = (number_of(words[0]), int(words[1]), int(words[2]), int(words[3]), moment(words[4]), moment(words[5]))
        head = struct.pack("!HBBIIIH", *numbers, int(words[6]))
        return head + name(words[7]) + base64.b64decode("".join(words[8:]))
    raise KeyError(kind)


def digest(owner, ttl, kind, datas):
    """The digest of an RRset as a number."""
    octets = name(owner).lower() + struct.pack("!HI", number_of(kind), ttl)
    for data in sorted(set(datas)):
        octets += struct.pack("!H", len(data)) + data
    return int.from_bytes(hashlib.sha256(octets).digest(), "big")


def zone_hash(rrsets):
    """The hash of a zone from its RRsets: {(owner, ttl, type): [data in wire form]}."""
    return sum(digest(*key, datas) for key, datas in rrsets.items()) % MODULUS


def grouped(records):
    """The records of a zone as RRsets: {(owner, ttl, type): [data as text]}."""
    rrsets = {}
    for owner, ttl, kind, text in records:
        rrsets.setdefault((owner, ttl, kind), []).append(text)
    return rrsets
