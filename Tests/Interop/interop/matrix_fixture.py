# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""One thing of each kind, so that the right token has something to succeed with, and a request for each operation."""
import json
import re

import requests

from interop.stack import check

ZONE = "matrix.example"
ELSEWHERE = "elsewhere.example"
PUSHED = "matrix-pushed.example"
CONTACT = {
    "first_name": "Ada", "last_name": "Example", "email": "ada@matrix.example", "phone": "+47 5555 1234",
    "address1": "Street 1", "city": "Bergen", "state_province": "Vestland", "postal_code": "5003", "country": "NO",
}
SIGNER = {"algorithm": "13", "digest": "AB" * 32, "digest_type": "2", "keytag": "4711"}
RECORD = {"name": "www", "type": "A", "content": "192.0.2.1"}
DYNAMIC = f"?hostname=www.{ZONE}&myip=192.0.2.99"
# Query parameters that an operation needs.
QUERIES = {"getDomainResearchStatus": "?domain=free.example", "dynamicUpdate": DYNAMIC, "postDynamicUpdate": DYNAMIC}


class Fixture:
    """What there is in the account, and the requests that the right token succeeds with."""

    def __init__(self, stack):
        self.stack = stack
        self.stranger, self.stranger_token = stack.make_account("stranger@zonewright.example")
        for name in (ZONE, ELSEWHERE, PUSHED, "matrix-deleted.example"):
            self._make("/domains", {"name": name})
        domain, zone = f"/domains/{ZONE}", f"/zones/{ZONE}"
        template = self._make("/templates", {"sid": "matrix", "name": "Matrix"})
        record = self._make(f"{zone}/records", RECORD)
        self._make(f"{zone}/records", RECORD | {"name": "set"})
        self.values = {
            "account": stack.account, "delivery": 999_999_999, "zone": ZONE, "domain": ZONE,
            "record": record["id"], "name": "set", "type": "A",
            "template": template["id"], "contact": self._make("/contacts", CONTACT)["id"],
            "taker": self._make("/contacts", CONTACT)["id"],
            "signer": self._make(f"{domain}/ds_records", SIGNER)["id"],
            "forward": self._make(
                f"{domain}/email_forwards", {"alias_name": "info", "destination_email": "info@elsewhere.example"}
            )["id"],
            "certificate": self._make(f"{domain}/certificates/letsencrypt", {"name": "www"})["certificate_id"],
            "webhook": self._make("/webhooks", {"url": "https://hooks.example/one"})["id"],
            "primary": self._make("/secondary_dns/primaries", {"name": "one", "ip": "192.0.2.53"})["id"],
            "token": self._make("/tokens", {"name": "spare"}, "/x/v1")["details"]["id"],
            "application": self._make(
                "/oauth_applications", {"name": "one", "redirect_uris": ["https://app.example/"]}, "/x/v1"
            )["details"]["id"],
        }
        self.template_record = self._make(f"/templates/{template['id']}/records", RECORD | {"name": "tpl"})["id"]
        self._make("/secondary_dns/zones", {"name": "matrix-secondary.example"})
        services = stack.api("GET", "/services?per_page=100").json()["data"]
        self.values["service"] = next(service["sid"] for service in services if not service["requires_setup"])
        check(stack.api("DELETE", f"/{stack.account}/domains/matrix-deleted.example").status_code == 204, "deleted")
        self.values["deleted"] = self._own("GET", "/deleted_zones")[0]["id"]
        self.values["version"] = self._own("GET", f"{zone}/versions")[0]["version"]
        self.values |= {"other": 1, "change": self.values["version"]}
        # What a roll-back to that version takes away.
        self._make(f"{zone}/records", RECORD | {"name": "later"})
        # Two domains are offered to the account: one is taken, the other is not.
        self.pushes = [self._pushed_here(f"offered-{number}.example") for number in (1, 2)]

    def _make(self, path, body, prefix="/v2"):
        answer = requests.post(
            f"{self.stack.url}{prefix}/{self.stack.account}{path}", json=body,
            headers={"Authorization": f"Bearer {self.stack.token}"}, timeout=60,
        )
        check(answer.status_code == 201, f"{path}: {answer.status_code} {answer.text}")
        return answer.json()["data"]

    def _own(self, method, path):
        answer = requests.request(
            method, f"{self.stack.url}/x/v1/{self.stack.account}{path}",
            headers={"Authorization": f"Bearer {self.stack.token}"}, timeout=60,
        )
        check(answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}")
        return answer.json()["data"]

    def _pushed_here(self, name):
        token, account = self.stranger_token, self.stranger
        check(self.stack.api("POST", f"/{account}/domains", {"name": name}, token).status_code == 201, name)
        identifier = self._own("GET", "/identifier")["identifier"]
        push = self.stack.api(
            "POST", f"/{account}/domains/{name}/pushes", {"new_account_identifier": identifier}, token
        )
        check(push.status_code == 201, push.text)
        return push.json()["data"]["id"]

    def url(self, path, operation):
        """Where an operation is asked, with the names and numbers of what there is."""
        name = operation["operationId"]
        values = dict(self.values)
        if "/templates/{template}/records" in path:
            values["record"] = self.template_record
        if name == "initiatePush":
            values["domain"] = PUSHED
        if name == "purchaseLetsencryptRenewal":
            # The only one is not issued, so that there is none to be renewed.
            values["certificate"] = 999_999_999
        values["push"] = self.pushes[0 if name == "acceptPush" else 1]
        query = QUERIES.get(name, "")
        return self.stack.url + re.sub(r"{(\w+)}", lambda match: str(values.get(match[1], 1)), path) + query

    def body(self, document, operation):
        """The content type and the text of a body with which the operation succeeds; none for those that take none."""
        content = operation.get("requestBody", {}).get("content", {})
        if not content:
            return None, None
        given = self._bodies().get(operation["operationId"])
        if given is not None:
            return ("text/dns", given) if isinstance(given, str) else ("application/json", json.dumps(given))
        kind, media = next(iter(content.items()))
        if kind == "application/x-www-form-urlencoded":
            return kind, ""
        return kind, json.dumps(value(document, media["schema"]))

    def _bodies(self):
        return {
            "createDomain": {"name": "matrix-new.example"},
            "createZoneRecord": RECORD | {"name": "new"},
            "updateZoneRecord": {"ttl": 120},
            "batchChangeZoneRecords": {"creates": [RECORD | {"name": "batch"}]},
            "updateZoneNsRecords": {"ns_names": ["ns1.host.example", "ns2.host.example"]},
            "importZone": "imported 300 IN TXT \"matrix\"\n",
            "putZoneState": {"rrsets": [
                {"name": name, "type": "A", "ttl": 3600, "records": ["192.0.2.1"]} for name in ("www", "set", "state")
            ]},
            "putRecordSet": {"ttl": 300, "records": ["192.0.2.3", "192.0.2.4"]},
            "createContact": CONTACT,
            "updateContact": {"label": "Matrix"},
            "createDelegationSigner": SIGNER | {"keytag": "4712"},
            "createEmailForward": {"alias_name": "new", "destination_email": "new@elsewhere.example"},
            "initiatePush": {"new_account_email": "stranger@zonewright.example"},
            "acceptPush": {"contact_id": self.values["taker"]},
            "changeDelegation": ["ns1.host.example", "ns2.host.example"],
            "changeDelegationToVanity": [f"ns{number}.{ZONE}" for number in (1, 2, 3, 4)],
            "createWebhook": {"url": "https://hooks.example/two"},
            "createWebhookWithSecret": {"url": "https://hooks.example/three"},
            "createTemplate": {"sid": "matrix-two", "name": "Two"},
            "updateTemplate": {"name": "Matrix again"},
            "createTemplateRecord": RECORD | {"name": "tpl2"},
            "applyService": {},
            "purchaseLetsencryptCertificate": {"name": "shop"},
            "createPrimaryServer": {"name": "two", "ip": "2001:db8::53"},
            "linkPrimaryServer": {"zone": "matrix-secondary.example"},
            "unlinkPrimaryServer": {"zone": "matrix-secondary.example"},
            "createSecondaryZone": {"name": "matrix-secondary-two.example"},
            "createToken": {"name": "new"},
            "putDomainNote": {"note": "Matrix"}, "putRecordNote": {"note": "Matrix"},
            "putDomainLabels": {"labels": {"env": "test"}}, "putRecordLabels": {"labels": {"env": "test"}},
            "createOAuthApplication": {"name": "two", "redirect_uris": ["https://two.example/"]},
        }


def value(document, schema):
    """Something that fits a schema, more or less."""
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
