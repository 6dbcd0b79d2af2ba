# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Every operation of the API's own document × who asks: nobody succeeds who should not, and who should does."""
import datetime

import requests

from interop.matrix_fixture import ELSEWHERE, RECORD, ZONE, Fixture
from interop.stack import Failure, check, wait_until

# What belongs to a user: a token of an account, whatever it may do, is nobody there.
USERS_ONLY = "/x/v1/user/"
DYNAMIC_DNS = "/nic/update"
# Lists that hold no more than the token may see.
FILTERED = {"/v2/{account}/domains", "/v2/{account}/zones", "/x/v1/{account}/domains"}
# Operations that have a success which the right token of the fixture cannot have, and why.
UNSHOWN = {
    "downloadCertificate": "an issued certificate is needed", "getCertificatePrivateKey": "an issued certificate is needed",
    "purchaseLetsencryptRenewal": "an issued certificate is needed",
    "issueLetsencryptRenewal": "an issued certificate is needed",
    "redeliverWebhookEvent": "a webhook that somebody takes is needed",
    "enableDomainDNSSEC": "the zone would have to be signed elsewhere",
    "disableDomainDNSSEC": "zones are not signed here yet",
    "getSession": "a browser's cookie is needed", "deleteSession": "a browser's cookie is needed",
    "changePassword": "a user's password is needed", "offerOneTimeCodes": "a user's password is needed",
    "confirmOneTimeCodes": "a user's password is needed", "removeOneTimeCodes": "a user's password is needed",
    "listUserTokens": "a user is needed", "createUserToken": "a user is needed", "getUserToken": "a user is needed",
    "revokeUserToken": "a user is needed",
}

# Changes that come after the others: they undo some of them, or need them.
LATE = ("rollBackZone", "putZoneState", "changeDelegationToVanity")


def run(stack):
    """Asks; returns what was proved in a few words."""
    document = requests.get(f"{stack.url}/v2/openapi.json", timeout=60).json()
    fixture = Fixture(stack)
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items() for method, operation in methods.items() if operation["security"]
    ]
    problems, asked = [], 0
    credentials = strangers(stack, fixture)
    before = state(stack)
    for method, path, operation in operations:
        for who, headers in credentials.items():
            answer = ask(document, fixture, method, path, operation, headers)
            asked += 1
            wanted = expected(who, method, path)
            if answer.status_code not in wanted:
                problems.append(f"{method} {path} with {who}: {answer.status_code}, wanted {wanted}: {answer.text[:200]}")
    after = state(stack)
    problems += [f"{path} has changed:\n{before[path]}\n{after[path]}" for path in before if after[path] != before[path]]
    if problems:
        raise Failure("\n".join(problems))
    limited(stack, credentials)
    shown = 0
    for method, path, operation in sorted(operations, key=turn):
        answer = ask(document, fixture, method, path, operation, bearer(stack.token))
        asked += 1
        has_success = any(status.startswith("2") for status in operation["responses"])
        if operation["operationId"] in UNSHOWN or not has_success:
            if answer.status_code not in (401, 404, 410, 412, 428) or str(answer.status_code) not in operation["responses"]:
                problems.append(f"{method} {path} with the right token: {answer.status_code} {answer.text[:200]}")
        elif answer.status_code // 100 != 2:
            problems.append(f"{method} {path} with the right token: {answer.status_code} {answer.text[:300]}")
        else:
            shown += 1
    if problems:
        raise Failure("\n".join(problems))
    without = sum(not any(status.startswith("2") for status in operation["responses"]) for _, _, operation in operations)
    return (
        f"{asked} requests of {len(operations)} operations by {len(credentials) + 1} callers; the right token has "
        f"{shown} successes, {without} operations have none to be had, and {len(UNSHOWN)} cannot be shown"
    )


def strangers(stack, fixture):
    """Those who may not, or not all."""
    account = stack.account

    def token(body):
        made = requests.post(
            f"{stack.url}/x/v1/{account}/tokens", json={"name": "matrix"} | body, headers=bearer(stack.token), timeout=60
        )
        check(made.status_code == 201, made.text)
        return bearer(made.json()["data"]["token"])
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=3)
    expired = token({"expires_at": soon.strftime("%Y-%m-%dT%H:%M:%SZ")})
    wait_until("a token expires", lambda: status(stack, "/v2/whoami", expired) == 401)
    return {
        "no token": {}, "a wrong token": bearer("nobody"), "an expired token": expired,
        "a token of another network": token({"networks": ["192.0.2.0/24", "2001:db8::/32"]}),
        "another account's": bearer(fixture.stranger_token),
        "read-only": bearer(stack.make_token(account, "--read-only")),
        "scoped to another zone": token({"scopes": [f"{kind}:{ELSEWHERE}:write" for kind in ("domains", "zones", "registrar")]}),
        "ACME only": token({"record_policy": ["_acme-challenge:TXT"]}),
    }


def bearer(token):
    """The header of a token."""
    return {"Authorization": f"Bearer {token}"}


def status(stack, path, headers):
    """The status of a GET."""
    return requests.get(stack.url + path, headers=headers, timeout=60).status_code


def ask(document, fixture, method, path, operation, headers):
    """One request as the right token would succeed with it; a redirection is an answer."""
    kind, body = fixture.body(document, operation)
    return requests.request(
        method.upper(), fixture.url(path, operation), data=body, headers=headers | ({"Content-Type": kind} if kind else {}),
        timeout=60, allow_redirects=False,
    )


def expected(who, method, path):
    """The statuses that are right for somebody who is not to succeed or, with a token for that, may read."""
    if who in ("no token", "a wrong token", "an expired token"):
        return {401}
    if who == "a token of another network":
        return {403}
    if path.startswith(USERS_ONLY):
        return {401}
    if path == DYNAMIC_DNS:
        # It says in its body that there is no such host.
        return {200}
    if "{account}" not in path:
        # What belongs to nobody, or to whoever asks.
        return {200, 404} if method == "get" else {404}
    if who == "another account's":
        return {404}
    reads = {200, 404, 410, 412, 428}
    if who == "read-only":
        return reads if method == "get" else {403}
    if who == "scoped to another zone":
        return {200} if method == "get" and path in FILTERED else {403}
    # Refused as what it is not to change, or since nobody succeeds with it.
    return reads if method == "get" else {403, 404, 410, 412, 428}


def limited(stack, credentials):
    """That the limited tokens can do what they are for, and see nothing else."""
    scoped, acme = credentials["scoped to another zone"], credentials["ACME only"]
    base = f"{stack.url}/v2/{stack.account}"
    for kind in ("domains", "zones"):
        seen = [item["name"] for item in requests.get(f"{base}/{kind}", headers=scoped, timeout=60).json()["data"]]
        check(seen == [ELSEWHERE], f"a token for {ELSEWHERE} sees {seen}")
        check(status(stack, f"/v2/{stack.account}/{kind}/{ELSEWHERE}", scoped) == 200, "its own, by name")
    challenge = {"name": "_acme-challenge", "type": "TXT", "content": "proof"}
    for headers, zone, record in ((scoped, ELSEWHERE, RECORD), (acme, ZONE, challenge)):
        made = requests.post(f"{base}/zones/{zone}/records", json=record, headers=headers, timeout=60)
        check(made.status_code == 201, f"{zone}: {made.status_code} {made.text}")
        identifier = made.json()["data"]["id"]
        gone = requests.delete(f"{base}/zones/{zone}/records/{identifier}", headers=headers, timeout=60)
        check(gone.status_code == 204, gone.text)


def turn(item):
    """Reading first, then changes as the document has them, removal last and from the leaves to the root."""
    method, path, operation = item
    if method != "delete":
        return 1 if method != "get" else 0, 0, operation["operationId"] in LATE
    return 2, -path.count("/"), path == "/v2/{account}/domains/{domain}"


def state(stack):
    """What the account has, by where that is asked."""
    paths = [
        f"/v2/{stack.account}{path}" for path in (
            "/domains", "/zones", f"/zones/{ZONE}", f"/zones/{ZONE}/records", "/contacts", "/templates", "/webhooks",
            "/secondary_dns/primaries", "/pushes", f"/domains/{ZONE}/ds_records", f"/domains/{ZONE}/email_forwards",
            f"/domains/{ZONE}/services", f"/registrar/domains/{ZONE}/delegation",
        )
    ] + [f"/x/v1/{stack.account}{path}" for path in ("/oauth_applications", "/deleted_zones")]
    own = bearer(stack.token)
    seen = {path: requests.get(stack.url + path, headers=own, timeout=60).json()["data"] for path in paths}
    for webhook in seen[f"/v2/{stack.account}/webhooks"]:
        # Nobody is there to take deliveries.
        del webhook["suppressed_at"]
    return seen
