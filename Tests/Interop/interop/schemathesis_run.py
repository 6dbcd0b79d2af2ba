# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""`schemathesis` with all its checks finds nothing that the API's own document does not say."""
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
SECONDARY = "schema-secondary.example"

# Statuses of valid data: what is not there, or not offered, is no fault of the data. 400 is not among them.
ACCEPTED = ["2xx", "304", "401", "403", "404", "409", "410", "412", "422", "428", "501"]
# Statuses of data that the schemas do not allow.
REFUSED = ["400", "401", "403", "404", "409", "410", "412", "413", "422", "428", "501"]
# How the description of an operation begins that refuses valid data, with the reason after it.
REFUSES_MORE = "Refused with 400 as well, though it fits the schemas: "
# So many do. Docs/interop.md has them; one more has to be explained there.
MOST_REFUSING_MORE = 43


def run(stack):
    """Runs it with a fixed seed; returns what was proved in a few words."""
    for name in (ZONE, DOMAIN, REMOVABLE):
        check(stack.api("POST", f"/{stack.account}/domains", {"name": name}).status_code == 201, name)
    made = stack.api("POST", f"/{stack.account}/secondary_dns/zones", {"name": SECONDARY})
    check(made.status_code == 201, made.text)
    served = requests.get(f"{stack.url}/v2/openapi.json", timeout=60).json()
    refusing = refusing_more(served)
    check(len(refusing) <= MOST_REFUSING_MORE, f"{len(refusing)} operations refuse what fits their schemas: {refusing}")
    document = os.path.join(stack.folder, "openapi.json")
    with open(document, "w", encoding="utf-8") as file:
        json.dump(narrowed(served, stack.account), file)
    config = os.path.join(stack.folder, "schemathesis.toml")
    with open(config, "w", encoding="utf-8") as file:
        file.write(configuration(refusing))
    done = subprocess.run(
        [
            os.path.join(os.path.dirname(sys.executable), "schemathesis"), "--config-file", config, "run", document,
            "--url", stack.url, "--header", f"Authorization: Bearer {stack.token}", "--checks", "all",
            "--max-examples", os.environ.get("SCHEMATHESIS_EXAMPLES", "8"), "--generation-deterministic",
            "--continue-on-failure", "--request-timeout", "30", "--phases", "examples,coverage,fuzzing,stateful",
            # One: Python's own parser of sources, which the generator calls, fails now and then in several threads.
            "--workers", "1",
            # How fast a busy machine makes up data is nothing about the API.
            "--suppress-health-check", "too_slow",
        ],
        capture_output=True, text=True, timeout=600, cwd=stack.folder,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "interop.schemathesis_hooks"},
    )
    said = done.stdout + done.stderr
    check(done.returncode == 0, f"schemathesis ended with {done.returncode}:\n{said[-40_000:]}")
    left = int(stack.api("GET", "/whoami").headers["X-RateLimit-Remaining"])
    check(left > 0, "the limit was used up, so that the rest was not looked at")
    operations = sum(map(len, served["paths"].values()))
    cases = int(re.search(r"(\d+) generated", said)[1])
    return (
        f"schemathesis {version('schemathesis')}, all checks: {cases} requests of {operations} operations, "
        f"{len(refusing)} of which may refuse valid data"
    )


def refusing_more(document):
    """The names of the operations whose description says what they refuse beyond their schemas."""
    return sorted(
        operation["operationId"]
        for operations in document["paths"].values() for operation in operations.values()
        if operation.get("description", "").startswith(REFUSES_MORE)
    )


def configuration(refusing):
    """What is right for valid and for invalid data; valid data may meet 400 only where the document says so."""
    return (
        # NUL is refused wherever it stands in JSON, also in members that nobody looks at, which no schema can say. The
        # part `faults` sends it.
        "[generation]\nallow-x00 = false\n"
        f"[checks.positive_data_acceptance]\nexpected-statuses = {json.dumps(ACCEPTED)}\n"
        f"[checks.negative_data_rejection]\nexpected-statuses = {json.dumps(REFUSED)}\n"
        f"[[operations]]\ninclude-operation-id = {json.dumps(refusing)}\n"
        f"[operations.checks.positive_data_acceptance]\nexpected-statuses = {json.dumps(ACCEPTED + ['400'])}\n"
    )


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
            if path.endswith("link"):
                # A zone that is not there is the body's fault, and not that of the primary server just made.
                operation["requestBody"]["content"]["application/json"]["schema"]["properties"]["zone"] = {
                    "enum": [SECONDARY]
                }
    return document
