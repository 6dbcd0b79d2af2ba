# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""`octodns` with `octodns-dnsimple` brings a zone about, finds nothing to do, and then changes it."""
import os
import subprocess
import sys
from importlib.metadata import version

import yaml

from interop.stack import check, wait_until
from interop.tls import ConnectProxy, PrivateAuthority

ZONE = "octo.example"
HOST = "api.sandbox.dnsimple.com"

RECORDS = {
    "": [
        {"type": "A", "ttl": 300, "values": ["192.0.2.1", "192.0.2.2"]},
        {"type": "CAA", "ttl": 300, "values": [{"flags": 0, "tag": "issue", "value": "letsencrypt.org"}]},
        {"type": "MX", "ttl": 300, "values": [
            {"preference": 10, "exchange": "mx1.vendor.example."}, {"preference": 20, "exchange": "mx2.vendor.example."},
        ]},
        {"type": "TXT", "ttl": 300, "values": ["v=spf1 include:vendor.example -all", "a\\;b"]},
    ],
    "_sip._udp": {"type": "SRV", "ttl": 300, "values": [
        {"priority": 10, "weight": 20, "port": 5060, "target": "sip.vendor.example."},
    ]},
    "box": {"type": "SSHFP", "ttl": 300, "values": [
        {"algorithm": 1, "fingerprint_type": 1, "fingerprint": "bf6b6825d2977c511a475bbefb88aad54a92ac73"},
    ]},
    "child": {"type": "NS", "ttl": 300, "values": ["ns1.vendor.example.", "ns2.vendor.example."]},
    "ptr": {"type": "PTR", "ttl": 300, "values": ["host.vendor.example."]},
    "www": [
        {"type": "AAAA", "ttl": 300, "values": ["2001:db8::1"]},
        {"type": "A", "ttl": 300, "values": ["192.0.2.3"]},
    ],
    "blog": {"type": "CNAME", "ttl": 300, "value": "host.vendor.example."},
    # More names than one page of the list holds.
    **{f"n{number:02}": {"type": "A", "ttl": 300, "value": f"198.51.100.{number}"} for number in range(30)},
}


def run(stack):
    """Synchronises three times; returns what was proved in a few words."""
    authority = PrivateAuthority(stack.folder, [HOST])
    zones = os.path.join(stack.folder, "zones")
    os.mkdir(zones)
    config = os.path.join(stack.folder, "octodns.yaml")
    write(config, {
        "providers": {
            "file": {"class": "octodns.provider.yaml.YamlProvider", "directory": zones, "enforce_order": False},
            "dnsimple": {
                "class": "octodns_dnsimple.DnsimpleProvider", "token": "env/TOKEN", "account": stack.account,
                "sandbox": True,
            },
        },
        "zones": {ZONE + ".": {"sources": ["file"], "targets": ["dnsimple"]}},
    })
    source = os.path.join(zones, ZONE + ".yaml")
    with ConnectProxy(authority, [HOST], stack.port) as proxy:
        environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        environment |= {
            "HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", "REQUESTS_CA_BUNDLE": authority.bundle,
            "TOKEN": stack.token,
        }
        write(source, RECORDS)
        planned = sync(config, environment)
        check("Creates=" in planned and "No changes were planned" not in planned, planned)
        check(stack.api("GET", f"/{stack.account}/zones/{ZONE}").status_code == 404, "a plan changed something")
        sync(config, environment, "--doit")
        wait_until("the MX is answered", lambda: len(stack.ask(ZONE, "MX")) == 2)
        check(stack.ask("_sip._udp." + ZONE, "SRV") == ["10 20 5060 sip.vendor.example."], "SRV")
        check(stack.ask(ZONE, "TXT") == ['"a;b"', '"v=spf1 include:vendor.example -all"'], f"{stack.ask(ZONE, 'TXT')}")
        second = sync(config, environment, "--doit")
        check("No changes were planned" in second, second)

        changed = {name: records for name, records in RECORDS.items() if name != "blog"}
        changed["www"] = {"type": "AAAA", "ttl": 600, "values": ["2001:db8::2", "2001:db8::3"]}
        changed["new"] = {"type": "TXT", "ttl": 60, "value": "added"}
        write(source, changed)
        third = sync(config, environment, "--doit")
        check("Creates=1, Updates=1, Deletes=2" in third, third)
        wait_until("the change is answered", lambda: stack.ask("www." + ZONE, "AAAA") == ["2001:db8::2", "2001:db8::3"])
        wait_until("what was removed is gone", lambda: not stack.ask("blog." + ZONE, "CNAME"))
        fourth = sync(config, environment, "--doit")
        check("No changes were planned" in fourth, fourth)
        check(proxy.tunnels > 0, "nothing went through the proxy")
    types = {item["type"] for records in RECORDS.values() for item in (records if isinstance(records, list) else [records])}
    return (
        f"octodns {version('octodns')}, octodns-dnsimple {version('octodns-dnsimple')}: {len(types)} record types made, "
        "no changes, a change, no changes; as " + HOST
    )


def write(path, value):
    """Writes a YAML file."""
    with open(path, "w", encoding="utf-8") as file:
        yaml.safe_dump(value, file)


def sync(config, environment, *options):
    """Runs octodns-sync; returns what it said."""
    program = os.path.join(os.path.dirname(sys.executable), "octodns-sync")
    done = subprocess.run(
        [program, "--config-file", config, *options], env=environment, capture_output=True, text=True, timeout=180
    )
    check(done.returncode == 0, f"octodns-sync ended with {done.returncode}:\n{done.stdout}\n{done.stderr[-6000:]}")
    return done.stdout + done.stderr
