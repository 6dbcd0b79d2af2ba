# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""One run of wrk against one server, with what it cost there."""
import json
import pathlib
import subprocess

from .cluster import cpu_seconds

SCRIPT = pathlib.Path(__file__).with_name("load.lua")


class Failed(Exception):
    """A run with answers other than 2xx says nothing about speed."""


def run(server, cluster, lines, folder, *, connections, seconds, per_request=1):
    """Sends `lines` (METHOD PATH [BODY]) in turn; `per_request` is how many records one of them changes or reads."""
    requests = folder / "requests"
    requests.write_text("".join(line + "\n" for line in lines))
    before = cpu_seconds(server.pid), cpu_seconds(cluster.process.pid)
    command = ["wrk", "-t", str(min(2, connections)), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "10s",
               "-s", str(SCRIPT), server.base, "--", str(requests), *server.headers]
    output = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
    after = cpu_seconds(server.pid), cpu_seconds(cluster.process.pid)
    found = [line for line in output.splitlines() if line.startswith("RESULT ")]
    figures = json.loads(found[0].removeprefix("RESULT "))
    if figures["bad"] or figures["socket_errors"] or not figures["requests"]:
        raise Failed(f"{figures['bad']} bad answers, {figures['socket_errors']} socket errors of {figures['requests']}")
    count = figures["requests"]
    figures["rate"] = count / figures["seconds"]
    figures["records"] = figures["rate"] * per_request
    figures["server_us"] = (after[0] - before[0]) / count * 1e6
    figures["database_us"] = (after[1] - before[1]) / count * 1e6
    return figures


def text(name, figures, target=""):
    return (f"{name:<44} {figures['rate']:>9,.0f}/s  p50 {figures['p50']:>7.2f}  p99 {figures['p99']:>7.2f} ms  "
            f"CPU server {figures['server_us']:>6.0f}  database {figures['database_us']:>6.0f} µs  {target}")
