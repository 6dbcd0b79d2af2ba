# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""`schemathesis` finds no answer that the API's own document does not describe."""
import json
import os
import re
import subprocess
import sys
from importlib.metadata import version

import requests

from interop.stack import check

ZONE = "schema.example"
DOMAIN = "schema-domain.example"
# The one that may be removed.
REMOVABLE = "schema-removable.example"

# Statuses with which valid data may be refused: a schema cannot say what is a good record, a free name or a new key.
REFUSALS = ["2xx", "304", "400", "401", "403", "404", "409", "410", "412", "422", "428", "501"]

# What answers look like, of every operation.
ANSWERS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method,use_after_free,ensure_resource_availability,ignored_auth"
)
# Operations for which it is also looked at which data is taken and which refused. The others say more in words than in
# their schemas yet: Docs/interop.md.
ALL_CHECKS = (
    r"^/v2/(whoami|accounts|\{account\}/(domains(/\{domain\}(/dnssec)?)?"
    r"|zones(/\{zone\}(/(file|distribution|activation|batch|records(/\{record\}(/distribution)?)?))?)?))$"
)


def run(stack):
    """Runs it with a fixed seed; returns what was proved in a few words."""
    for name in (ZONE, DOMAIN, REMOVABLE):
        check(stack.api("POST", f"/{stack.account}/domains", {"name": name}).status_code == 201, name)
    document = os.path.join(stack.folder, "openapi.json")
    with open(document, "w", encoding="utf-8") as file:
        json.dump(narrowed(requests.get(f"{stack.url}/v2/openapi.json", timeout=60).json(), stack.account), file)
    config = os.path.join(stack.folder, "schemathesis.toml")
    with open(config, "w", encoding="utf-8") as file:
        file.write(f"[checks.positive_data_acceptance]\nexpected-statuses = {json.dumps(REFUSALS)}\n")
    cases = 0
    for options in (
        ["--checks", "all", "--max-examples", "25", "--include-path-regex", ALL_CHECKS],
        ["--checks", ANSWERS, "--max-examples", "10"],
    ):
        done = subprocess.run(
            [
                os.path.join(os.path.dirname(sys.executable), "schemathesis"), "--config-file", config, "run",
                document, "--url", stack.url, "--header", f"Authorization: Bearer {stack.token}", *options,
                "--seed", "20261123", "--generation-deterministic", "--workers", "2",
                "--continue-on-failure", "--request-timeout", "30", "--phases", "examples,coverage,fuzzing,stateful",
            ],
            capture_output=True, text=True, timeout=600, cwd=stack.folder,
        )
        said = done.stdout + done.stderr
        check(done.returncode == 0, f"schemathesis ended with {done.returncode}:\n{said[-20_000:]}")
        cases += int(re.search(r"(\d+) generated", said)[1])
    left = int(stack.api("GET", "/whoami").headers["X-RateLimit-Remaining"])
    check(left > 0, "the limit was used up, so that the rest was not looked at")
    return f"schemathesis {version('schemathesis')}: {cases} requests"


def narrowed(document, account):
    """The document with the names of what exists in the place of any name, so that requests get past the first look-up;
    all else stays as it is served."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            is_removal = method == "delete" and path.endswith("{domain}")
            known = {"account": account, "zone": ZONE, "domain": REMOVABLE if is_removal else DOMAIN}
            # None, or it would revoke its own.
            known["token"] = 999_999_999
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path" and parameter["name"] in known:
                    parameter["schema"] = {"enum": [known[parameter["name"]]]}
    return document
