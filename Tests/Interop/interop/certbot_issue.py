# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""`certbot` with `certbot-dns-dnsimple` gets a certificate for a name and a wildcard from `pebble`, which looks the
challenges up at our responder."""
import json
import os
import socket
import subprocess
import sys
from importlib.metadata import version

from cryptography import x509

from interop.stack import Failure, check, free_ports, wait_until
from interop.tls import PrivateAuthority

# Clients split names at the public suffix, so that it has to be a real one; nobody outside is asked about it.
ZONE = "zonewright-interop.com"
NAMES = ["www." + ZONE, "*." + ZONE]


def run(stack):
    """Issues; returns what was proved in a few words."""
    check(stack.api("POST", f"/{stack.account}/domains", {"name": ZONE}).status_code == 201, "the zone")
    account = stack.account
    records = f"/{account}/zones/{ZONE}/records"
    # One that must survive the clean-up.
    check(stack.api("POST", records, {"name": "_acme-challenge", "type": "TXT", "content": "kept"}).ok, "the record")
    before = listed(stack, records)
    authority = PrivateAuthority(stack.folder, ["localhost"])
    with Pebble(stack, authority) as pebble:
        folder = os.path.join(stack.folder, "certbot")
        os.mkdir(folder)
        credentials = os.path.join(folder, "credentials.ini")
        with open(os.open(credentials, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(f"dns_dnsimple_token = {stack.token}\n")
        environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        environment |= {
            "LEXICON_DNSIMPLE_API_ENDPOINT": f"{stack.url}/v2", "REQUESTS_CA_BUNDLE": authority.bundle,
        }
        done = subprocess.run(
            [
                os.path.join(os.path.dirname(sys.executable), "certbot"), "certonly", "--non-interactive", "--agree-tos",
                "--register-unsafely-without-email", "--server", pebble.directory, "--authenticator", "dns-dnsimple",
                "--dns-dnsimple-credentials", credentials, "--dns-dnsimple-propagation-seconds", "5",
                "--config-dir", folder, "--work-dir", folder, "--logs-dir", folder, "--cert-name", "interop",
                *[word for name in NAMES for word in ("-d", name)],
            ],
            env=environment, capture_output=True, text=True, timeout=180,
        )
        check(done.returncode == 0, f"certbot: {done.stdout}\n{done.stderr[-6000:]}\npebble: {pebble.log()[-4000:]}")
        with open(os.path.join(folder, "live", "interop", "cert.pem"), "rb") as file:
            certificate = x509.load_pem_x509_certificate(file.read())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        check(sorted(names.get_values_for_type(x509.DNSName)) == sorted(NAMES), f"{names}")
    check(listed(stack, records) == before, f"challenge records are left: {listed(stack, records)}")
    wait_until("only the old challenge record is answered", lambda: stack.ask("_acme-challenge." + ZONE, "TXT") == ['"kept"'])
    return (
        f"certbot {version('certbot')}, certbot-dns-dnsimple {version('certbot-dns-dnsimple')}: a certificate for "
        f"{' and '.join(NAMES)}; no challenge record is left"
    )


def listed(stack, path):
    """All records but the SOA, whose serial grows."""
    answer = stack.api("GET", path + "?per_page=100").json()
    return sorted((item["id"], item["type"], item["content"]) for item in answer["data"] if item["type"] != "SOA")


class Pebble:
    """Debian's `pebble`, asking our responder for everything. A context manager."""

    def __init__(self, stack, authority):
        self.stack, self.port = stack, free_ports(4)
        self.directory = f"https://localhost:{self.port}/dir"
        self._log = os.path.join(stack.folder, "pebble.log")
        self._config = os.path.join(stack.folder, "pebble.json")
        with open(self._config, "w", encoding="utf-8") as file:
            json.dump({"pebble": {
                "listenAddress": f"127.0.0.1:{self.port}", "managementListenAddress": f"127.0.0.1:{self.port + 1}",
                "certificate": authority.certificate, "privateKey": authority.key,
                "httpPort": self.port + 2, "tlsPort": self.port + 3, "ocspResponderURL": "",
                "externalAccountBindingRequired": False,
            }}, file)

    def __enter__(self):
        # No waiting before it validates, and none of the nonces refused that it otherwise refuses for practice.
        environment = dict(os.environ, PEBBLE_VA_NOSLEEP="1", PEBBLE_WFE_NONCEREJECT="0")
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                ["pebble", "-config", self._config, "-dnsserver", f"127.0.0.1:{self.stack.dns_port}", "-strict=false"],
                env=environment, stdout=log, stderr=log,
            )
        try:
            wait_until("pebble listens", self._listens)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _listens(self):
        if self._process.poll() is not None:
            raise Failure(f"pebble ended: {self.log()}")
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def log(self):
        """What it said so far."""
        with open(self._log, encoding="utf-8", errors="replace") as file:
            return file.read()
