# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""The servers that are compared, each configured for one core as well as it can be."""
from .server import Server, ask


class Echo(Server):
    name = "echo"

    def configure(self, data):
        self.binary = data.compile("echo.c", "echo", [])

    def command(self):
        return [str(self.binary), str(self.port)]

    def is_ready(self, data):
        return ask(self.port, "example.", "A") is not None


class NSD(Server):
    name = "nsd"

    def configure(self, data):
        lines = [
            "server:", f"    ip-address: 127.0.0.1@{self.port}", "    server-count: 1", "    reuseport: yes",
            '    username: ""', f'    zonesdir: "{data.folder}/zones"', '    database: ""', '    pidfile: ""',
            f'    xfrdfile: "{self.folder}/xfrd"', f'    zonelistfile: "{self.folder}/zonelist"',
            "    rrl-ratelimit: 0", "    receive-buffer-size: 4194304", "    send-buffer-size: 4194304",
            "    verbosity: 0", "remote-control:", "    control-enable: no",
        ]
        for zone in data.zone_names:
            lines += ["zone:", f'    name: "{zone}"', f'    zonefile: "{zone}zone"']
        (self.folder / "nsd.conf").write_text("\n".join(lines) + "\n")

    def command(self):
        return ["nsd", "-d", "-c", str(self.folder / "nsd.conf")]


class Knot(Server):
    name = "knot"

    def configure(self, data):
        lines = [
            "server:", f"    listen: 127.0.0.1@{self.port}", f"    rundir: {self.folder}", "    udp-workers: 1",
            "    tcp-workers: 1", "    background-workers: 1", "database:", f"    storage: {self.folder}", "log:",
            "  - target: stderr", "    any: error", "template:", "  - id: default",
            f"    storage: {data.folder}/zones", '    file: "%s.zone"', "    zonefile-sync: -1",
            "    zonefile-load: whole", "    journal-content: none", "    semantic-checks: off", "zone:",
        ]
        lines += [f"  - domain: {zone}" for zone in data.zone_names]
        (self.folder / "knot.conf").write_text("\n".join(lines) + "\n")

    def command(self):
        return ["knotd", "-c", str(self.folder / "knot.conf")]


def named_zones(data):
    return "".join(
        f'zone "{zone}" {{ type master; file "{data.folder}/zones/{zone}zone"; }};\n' for zone in data.zone_names
    )


class BIND(Server):
    name = "bind"

    def configure(self, data):
        (self.folder / "named.conf").write_text(
            f"""options {{
    directory "{self.folder}";
    listen-on port {self.port} {{ 127.0.0.1; }};
    listen-on-v6 {{ none; }};
    pid-file none;
    session-keyfile none;
    recursion no;
    dnssec-validation no;
    notify no;
    zone-statistics none;
    check-integrity no;
    querylog no;
}};
controls {{ }};
logging {{ category default {{ null; }}; }};
""" + named_zones(data))

    def command(self):
        return ["named", "-f", "-n", "1", "-c", str(self.folder / "named.conf")]


class PowerDNS(Server):
    name = "powerdns"

    def configure(self, data):
        (self.folder / "named.conf").write_text(named_zones(data))
        settings = {
            "launch": "bind", "bind-config": f"{self.folder}/named.conf", "bind-check-interval": 0,
            "local-address": "127.0.0.1", "local-port": self.port, "socket-dir": self.folder, "daemon": "no",
            "guardian": "no", "receiver-threads": 1, "distributor-threads": 1, "reuseport": "yes", "loglevel": 0,
            "setuid": "", "setgid": "", "webserver": "no", "api": "no", "security-poll-suffix": "",
        }
        text = "".join(f"{key}={value}\n" for key, value in settings.items())
        (self.folder / "pdns.conf").write_text(text)

    def command(self):
        return ["pdns_server", f"--config-dir={self.folder}"]
