# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Debian's `ddclient` and `inadyn` keep the addresses of hosts, with a token that may do nothing else."""
import os
import subprocess

import requests

from interop.stack import check, wait_until

ZONE = "dynamic.example"


def run(stack):
    """Lets both clients work; returns what was proved in a few words."""
    made = stack.api("POST", f"/{stack.account}/domains", {"name": ZONE})
    check(made.status_code == 201, made.text)
    token = make_token(stack, ["home:A", "home:AAAA", "office:A", "lab:A", "lab:AAAA"])
    update_with_ddclient(stack, token)
    refuse_ddclient(stack, token)
    update_with_inadyn(stack, token)
    return f"{version('ddclient')} and {version('inadyn')}, each with new, changed and unchanged addresses"


def update_with_ddclient(stack, token):
    """Two hosts in one request, then another address, then the same."""
    hosts = [f"home.{ZONE}", f"office.{ZONE}"]
    said = ddclient(stack, token, hosts, "192.0.2.10")
    for host in hosts:
        check(f"updating {host}: good: IP address set to 192.0.2.10" in said, said)
        answered(stack, host, "A", "192.0.2.10")
    first = records(stack, "home")
    check([(record["type"], record["ttl"]) for record in first] == [("A", 60)], first)
    changed = stack.api("PATCH", f"/{stack.account}/zones/{ZONE}/records/{first[0]['id']}", {"ttl": 120})
    check(changed.status_code == 200, changed.text)
    ddclient(stack, token, hosts, "192.0.2.11")
    for host in hosts:
        answered(stack, host, "A", "192.0.2.11")
    second = records(stack, "home")
    check([(record["id"], record["ttl"]) for record in second] == [(first[0]["id"], 120)], second)
    before = versions(stack)
    said = ddclient(stack, token, hosts, "192.0.2.11")
    check("nochg: No update required" in said, said)
    check(versions(stack) == before, "an address that is so already made a version")
    # One change for both hosts.
    check(before == 4, f"{before} versions, wanted 4: the zone, two updates and the TTL")


def refuse_ddclient(stack, token):
    """What the token may not do, and a token that is none."""
    before = versions(stack)
    for host in (f"www.{ZONE}", "home.nowhere.example"):
        said = ddclient(stack, token, [host], "192.0.2.12")
        check(f"updating {host}: nohost:" in said, said)
    said = ddclient(stack, token[:-1] + ("a" if token[-1] != "a" else "b"), [f"home.{ZONE}"], "192.0.2.12")
    check("authorization failed" in said, said)
    check(versions(stack) == before, "somebody changed something")


def update_with_inadyn(stack, token):
    """IPv4, another address, and IPv6."""
    host = f"lab.{ZONE}"
    for number, (kind, address) in enumerate((("A", "192.0.2.20"), ("A", "192.0.2.21"), ("AAAA", "2001:db8::20"))):
        said = inadyn(stack, token, host, address, number)
        check(f"Successful alias table update for {host} => new IP# {address}" in said, said)
        answered(stack, host, kind, address)
    # One family does not touch the other.
    answered(stack, host, "A", "192.0.2.21")
    before = versions(stack)
    inadyn(stack, token, host, "192.0.2.21", 4)
    check(versions(stack) == before, "an address that is so already made a version")


def ddclient(stack, token, hosts, address):
    """Runs it once without a memory of what it did before; returns what it said."""
    config = os.path.join(stack.folder, "ddclient.conf")
    write(config, (
        f"daemon=0\nsyslog=no\nssl=no\nuse=ip, ip={address}\n"
        f"protocol=dyndns2, server=127.0.0.1:{stack.port}, login=router, password={token} {','.join(hosts)}\n"
    ))
    cache = os.path.join(stack.folder, "ddclient.cache")
    if os.path.exists(cache):
        os.remove(cache)
    done = subprocess.run(
        ["ddclient", "-daemon=0", "-verbose", "-noquiet", "-file", config, "-cache", cache, "-pid", ""],
        capture_output=True, text=True, timeout=120,
    )
    return done.stdout + done.stderr


def inadyn(stack, token, host, address, number):
    """Runs it once with a memory of its own; returns what it said."""
    config = os.path.join(stack.folder, "inadyn.conf")
    write(config, f"""
allow-ipv6 = true
custom zonewright {{
    ssl = false
    username = router
    password = {token}
    hostname = {host}
    ddns-server = "127.0.0.1:{stack.port}"
    ddns-path = "/nic/update?hostname=%h&myip=%i"
    checkip-command = "/bin/echo {address}"
}}
""")
    cache = os.path.join(stack.folder, f"inadyn-{number}")
    os.makedirs(cache, exist_ok=True)
    done = subprocess.run(
        [
            "inadyn", "--foreground", "--once", "--force", "--no-pidfile", "--loglevel", "debug", "--config", config,
            "--cache-dir", cache,
        ],
        capture_output=True, text=True, timeout=120,
    )
    check(done.returncode == 0, f"inadyn ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def make_token(stack, policy):
    """A token that may change such records and nothing else."""
    made = requests.post(
        f"{stack.url}/x/v1/{stack.account}/tokens", json={"name": "router", "record_policy": policy},
        headers={"Authorization": f"Bearer {stack.token}"}, timeout=60,
    )
    check(made.status_code == 201, made.text)
    return made.json()["data"]["token"]


def answered(stack, host, kind, address):
    """Waits until the responder answers the address, and it alone."""
    wait_until(f"{host} has {address}", lambda: stack.ask(host, kind) == [address])


def records(stack, name):
    """The records of an owner."""
    return stack.api("GET", f"/{stack.account}/zones/{ZONE}/records?name={name}").json()["data"]


def versions(stack):
    """How many versions the zone has."""
    answer = requests.get(
        f"{stack.url}/x/v1/{stack.account}/zones/{ZONE}/versions",
        headers={"Authorization": f"Bearer {stack.token}"}, timeout=60,
    )
    return answer.json()["pagination"]["total_entries"]


def version(package):
    """A Debian package with its version."""
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, timeout=60, check=True,
    )
    return f"{package} {done.stdout}"


def write(path, text):
    """A file that nobody else reads: it holds a token."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
