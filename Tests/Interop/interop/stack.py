# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""A whole installation on loopback: PostgreSQL, the four daemons, accounts and tokens."""
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time

import requests


class Failure(Exception):
    """What was to be proved is not so; the text says what was seen."""


def check(condition, message):
    """Fails with `message` unless `condition` holds."""
    if not condition:
        raise Failure(message)


def wait_until(what, condition, seconds=60):
    """Asks `condition` until it returns something true, which is returned; a generous limit, never a measure."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        check(time.monotonic() < deadline, f"not within {seconds} s: {what}")
        time.sleep(0.05)


def free_ports(count):
    """The first of `count` consecutive ports that are free now, over TCP and UDP."""
    for _ in range(200):
        base = 20_000 + 8 * random.randrange(1_500)
        try:
            for port in range(base, base + count):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    with socket.socket(socket.AF_INET, kind) as probe:
                        probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise Failure("no free ports")


class Stack:
    """What `zonewright up` makes, in a temporary folder. A context manager: leaving it stops and removes everything."""

    def __init__(self):
        self.binaries = os.environ["BIN"]
        self.folder = tempfile.mkdtemp(prefix="zonewright-interop-")
        # PostgreSQL's server runs as another user where this one is root, and has to reach its folder.
        os.chmod(self.folder, 0o755)
        self.state = os.path.join(self.folder, "state")
        self.port = free_ports(8)
        self.variables = {}

    def __enter__(self):
        try:
            self.run("up", "--no-examples", seconds=180)
            with open(os.path.join(self.state, "env"), encoding="utf-8") as file:
                for line in file:
                    name, _, value = line.strip().partition("=")
                    self.variables[name] = value[1:-1]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            self.run("down", check_status=False)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *arguments, seconds=60, check_status=True, standard_input=None):
        """Runs the operator's command; returns what it printed."""
        environment = dict(
            os.environ, ZONEWRIGHT_STATE=self.state, PORT_BASE=str(self.port), SWIFT_BACKTRACE="enable=no",
            # An account at a certificate authority that nobody answers for: certificates are ordered, and stay on their way.
            ZONEWRIGHT_JOB_KEYS="k1:" + "5c" * 32, ZONEWRIGHT_ACME_DIRECTORY="https://127.0.0.1:1/directory",
            # What a platform has to have for e-mail forwards and vanity name servers.
            ZONEWRIGHT_MAIL_EXCHANGERS="mx1.zonewright.example,mx2.zonewright.example",
            ZONEWRIGHT_NAME_SERVER_ADDRESSES=",".join(
                f"ns{number}.zonewright.example={address}"
                for number in (1, 2, 3, 4) for address in (f"192.0.2.{number}", f"2001:db8::{number}")
            ),
        )
        done = subprocess.run(
            [os.path.join(self.binaries, "zonewright"), *arguments],
            env=environment, capture_output=True, text=True, timeout=seconds, input=standard_input,
        )
        if check_status:
            check(done.returncode == 0, f"zonewright {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout.strip()

    @property
    def url(self):
        """The API without its version, as clients want it."""
        return self.variables["ZONEWRIGHT_URL"]

    @property
    def token(self):
        """A token of the first account that may do everything."""
        return self.variables["ZONEWRIGHT_TOKEN"]

    @property
    def account(self):
        """The number of the first account."""
        return int(self.variables["ZONEWRIGHT_ACCOUNT"])

    @property
    def dns_port(self):
        """The responder's port."""
        return int(self.variables["ZONEWRIGHT_DNS_PORT"])

    def make_account(self, email):
        """Another account: its number and a token of it that may do everything."""
        number = int(self.run("account", "create", "--email", email, "--name", email))
        return number, self.make_token(number)

    def make_token(self, account, *options):
        """One more token of an account."""
        return self.run("token", "create", "--account", str(account), "--name", "interop", *options)

    def api(self, method, path, body=None, token=None):
        """One request below `/v2`, by a plain HTTP client."""
        headers = {"Authorization": f"Bearer {token or self.token}"}
        return requests.request(method, f"{self.url}/v2{path}", json=body, headers=headers, timeout=60)

    def log(self, program):
        """The end of a program's log."""
        with open(os.path.join(self.state, "log", program + ".log"), encoding="utf-8", errors="replace") as file:
            return file.read()[-20_000:]

    def ask(self, name, kind):
        """The responder's answer over UDP (TCP where it is truncated) as texts of its answer section, sorted."""
        import dns.message
        import dns.query

        question = dns.message.make_query(name, kind)
        answer, _ = dns.query.udp_with_fallback(question, "127.0.0.1", port=self.dns_port, timeout=10)
        return sorted(data.to_text() for rrset in answer.answer for data in rrset)
