# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""zonewright-web and PowerDNS, each with a database of its own in the same cluster."""
import json
import os
import pathlib
import subprocess
import time
import urllib.error
import urllib.request

from .cluster import free_port

ROOT = pathlib.Path(__file__).resolve().parents[3]


class Server:
    headers = []

    def start(self, command, environment=None):
        log = open(self.folder / f"{self.name}.log", "w")
        self.process = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log,
                                        env={**os.environ, **(environment or {})})
        self.pid = self.process.pid
        deadline = time.monotonic() + 30
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{self.name} did not start: see {log.name}")
            time.sleep(0.1)

    def answers(self):
        try:
            urllib.request.urlopen(self.base, timeout=2)
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def call(self, method, path, body=None):
        headers = dict(header.split(":", 1) for header in self.headers)
        data = None if body is None else (body if isinstance(body, bytes) else json.dumps(body).encode())
        request = urllib.request.Request(self.base + path, data=data, method=method, headers=headers)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read() or b"null")

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Zonewright(Server):
    name = "zonewright-web"

    def __init__(self, cluster, folder, build, connections):
        self.folder, self.cluster = folder, cluster
        cluster.sql((ROOT / "Shared/Database/Core/bootstrap.sql").read_text())
        cluster.sql("CREATE DATABASE zonewright OWNER zonewright_owner")
        operator = {"ZONEWRIGHT_DATABASE_URL": cluster.url("zonewright_operator", "zonewright")}

        def command(*arguments):
            done = subprocess.run([str(build / "zonewright"), *arguments], check=True, text=True,
                                  stdout=subprocess.PIPE, env={**os.environ, **operator})
            return done.stdout.strip()

        command("migrate")
        command("account", "create", "--email", "bench@example.com", "--name", "Bench")
        token = command("token", "create", "--name", "bench")
        self.account = cluster.sql("SELECT id FROM app.account", "zonewright")
        # One webhook, so that each change writes a job.
        cluster.sql("INSERT INTO app.webhook (account_id, url, secret) "
                    f"VALUES ({self.account}, 'https://hook.example/', 'whsec_AAAA')", "zonewright")
        self.headers = [f"Authorization:Bearer {token}"]
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.start([build / "zonewright-web", "--listen", f"127.0.0.1:{port}", "--ops-listen", "127.0.0.1:0",
                    "--database-connections", str(connections), "--rate-limit", "1000000000",
                    "--log-level", "warning"],
                   {"ZONEWRIGHT_DATABASE_URL": cluster.url("zonewright_web", "zonewright")})

    def path(self, rest):
        return f"/v2/{self.account}/{rest}"


class PowerDNS(Server):
    name = "pdns_server"

    def __init__(self, cluster, folder):
        self.folder, self.cluster = folder, cluster
        cluster.sql("CREATE DATABASE pdns")
        cluster.sql(pathlib.Path("/usr/share/pdns-backend-pgsql/schema/schema.pgsql.sql").read_text(), "pdns")
        port, dns = free_port(), free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.headers = ["X-API-Key:bench"]
        settings = {
            "launch": "gpgsql", "gpgsql-host": "127.0.0.1", "gpgsql-port": cluster.port, "gpgsql-dbname": "pdns",
            "gpgsql-user": "admin", "api": "yes", "api-key": "bench", "webserver": "yes",
            "webserver-address": "127.0.0.1", "webserver-port": port, "local-address": "127.0.0.1", "local-port": dns,
            "socket-dir": folder, "config-dir": folder, "guardian": "no", "daemon": "no", "loglevel": 3,
        }
        self.start(["pdns_server", *(f"--{name}={value}" for name, value in settings.items())])
