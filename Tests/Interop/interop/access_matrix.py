# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Every operation of the API's own document × who asks: nobody succeeds who should not."""
import json
import re

import requests

from interop.stack import Failure, check

ZONE = "matrix.example"
# What belongs to a user: a token of an account, whatever it may do, is nobody there.
USERS_ONLY = "/x/v1/user/"


def run(stack):
    """Asks; returns what was proved in a few words."""
    document = requests.get(f"{stack.url}/v2/openapi.json", timeout=60).json()
    made = stack.api("POST", f"/{stack.account}/domains", {"name": ZONE})
    check(made.status_code == 201, made.text)
    _, foreign = stack.make_account("stranger@zonewright.example")
    credentials = {
        "no token": {}, "a wrong token": bearer("nobody"), "another account's": bearer(foreign),
        "read-only": bearer(stack.make_token(stack.account, "--read-only")),
    }
    own, problems, asked = bearer(stack.token), [], 0
    before = state(stack)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if not operation["security"]:
                continue
            url, body = fill(stack, path), example(document, operation)
            for who, headers in credentials.items():
                answer = ask(method, url, body, headers)
                asked += 1
                wanted = expected(who, method, path)
                if answer.status_code not in wanted:
                    problems.append(f"{method} {path} with {who}: {answer.status_code}, wanted {wanted}: {answer.text[:200]}")
            # The one that may: it gets past the guards, whatever becomes of the example.
            if method == "get":
                answer = ask(method, url, body, own)
                asked += 1
                if answer.status_code in (401, 403):
                    problems.append(f"{method} {path} with the right token: {answer.status_code}")
    check(state(stack) == before, "somebody changed something")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            # Removing the domain comes last of all, or nothing is left to ask for.
            if method == "get" or not operation["security"] or (method, path) == ("delete", DOMAIN_PATH):
                continue
            if path.startswith(USERS_ONLY):
                continue
            answer = ask(method, fill(stack, path), example(document, operation), own)
            asked += 1
            if answer.status_code in (401, 403) or answer.status_code >= 500 and answer.status_code != 501:
                problems.append(f"{method} {path} with the right token: {answer.status_code}")
    check(stack.api("DELETE", f"/{stack.account}/domains/{ZONE}").status_code == 204, "the right token removes the domain")
    if problems:
        raise Failure("\n".join(problems))
    return f"{asked} requests of {sum(map(len, document['paths'].values()))} operations"


DOMAIN_PATH = "/v2/{account}/domains/{domain}"


def bearer(token):
    """The header of a token."""
    return {"Authorization": f"Bearer {token}"}


def ask(method, url, body, headers):
    """One request; a redirection is an answer."""
    return requests.request(
        method.upper(), url, data=body, headers=headers | {"Content-Type": "application/json"}, timeout=60,
        allow_redirects=False,
    )


def expected(who, method, path):
    """The statuses that are right for somebody who is not to succeed or, reading with a token for that, may."""
    if who in ("no token", "a wrong token") or path.startswith(USERS_ONLY):
        return {401}
    if "{account}" not in path:
        # What belongs to nobody, or to whoever asks.
        return {200, 400, 403, 404}
    if who == "another account's":
        return {404}
    if method == "get":
        return {200, 400, 404, 410, 412}
    return {403}


def fill(stack, path):
    """The URL of a path with the things there are."""
    # No token of that number, or the right one would revoke itself.
    values = {"account": stack.account, "zone": ZONE, "domain": ZONE, "record": 1, "token": 999_999_999}
    return stack.url + re.sub(r"{(\w+)}", lambda match: str(values.get(match[1], 1)), path)


def example(document, operation):
    """A body that fits the operation's schema, or none."""
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return None
    kind, media = next(iter(content.items()))
    if kind != "application/json":
        return "@ 300 IN TXT \"matrix\"\n"
    return json.dumps(value(document, media["schema"]))


def value(document, schema):
    """Something that fits a schema."""
    if "$ref" in schema:
        return value(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return value(document, schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    if kind == "object":
        members = schema.get("properties", {})
        return {name: value(document, members[name]) for name in schema.get("required", [])}
    if kind == "array":
        return [value(document, schema["items"])]
    return {"integer": 1, "number": 1, "boolean": True, "null": None}.get(kind, "example.com")


def state(stack):
    """What the account has."""
    return [
        stack.api("GET", f"/{stack.account}{path}").json()["data"] for path in ("/domains", "/zones", f"/zones/{ZONE}/records")
    ]
