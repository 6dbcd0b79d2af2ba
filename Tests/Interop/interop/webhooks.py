# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""`standardwebhooks` verifies what is delivered, through rotations of the secret and a redelivery."""
import http.server
import json
import threading
from importlib.metadata import version

import requests
from standardwebhooks import Webhook, WebhookVerificationError

from interop.stack import check, wait_until


class Receiver:
    """Takes deliveries on loopback. A context manager."""

    def __init__(self):
        self.taken = []
        self.status = 200
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/events"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def wait(self, event, count=1):
        """The last of at least `count` deliveries of an event: its header fields and body."""
        def found():
            matching = [one for one in self.taken if json.loads(one[1])["name"] == event]
            return matching if len(matching) >= count else None
        return wait_until(f"{count} of {event}", found)[-1]


def verifies(secret, headers, body):
    """Whether the library takes it."""
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def own(stack, method, path):
    """One request below the own prefix."""
    answer = requests.request(
        method, f"{stack.url}/x/v1/{stack.account}{path}", headers={"Authorization": f"Bearer {stack.token}"}, timeout=60,
    )
    check(answer.ok, f"{method} {path}: {answer.status_code} {answer.text}")
    return answer.json()["data"]


def run(stack):
    """Delivers; returns what was proved in a few words."""
    with Receiver() as receiver:
        number, first = stack.run("webhook", "create", receiver.url).splitlines()[0].split("\t")[:2]
        path = f"/webhooks/{number}"
        zone = "webhooks.example"
        check(stack.api("POST", f"/{stack.account}/domains", {"name": zone}).status_code == 201, zone)
        headers, body = original = receiver.wait("domain.create")
        check(verifies(first, headers, body), f"not verified: {headers}")
        check(not verifies(first, headers, body.replace(b"domain", b"Domain", 1)), "a changed body was taken")
        check(not verifies(first, headers | {"webhook-id": "msg_x"}, body), "another identifier was taken")

        second = own(stack, "POST", f"{path}/secret")["secret"]
        records = f"/{stack.account}/zones/{zone}/records"
        made = stack.api("POST", records, {"name": "a", "type": "A", "content": "192.0.2.1"}).json()["data"]
        delivery = receiver.wait("zone_record.create")
        check(verifies(first, *delivery) and verifies(second, *delivery), "both secrets sign after a rotation")
        third = own(stack, "POST", f"{path}/secret")["secret"]
        check(stack.api("DELETE", f"{records}/{made['id']}").status_code == 204, "the record")
        delivery = receiver.wait("zone_record.delete")
        check([verifies(one, *delivery) for one in (first, second, third)] == [False, True, True], "the first signs no more")

        attempt = own(stack, "GET", f"{path}/deliveries?event=domain.create")[0]
        again = f"{path}/deliveries/{attempt['id']}/redelivery"
        # The receiver has its answer before the worker has written down what came of it.
        wait_until("the redelivery", lambda: own(stack, "POST", again)["queued"])
        repeated = receiver.wait("domain.create", 2)
        check(repeated[1] == original[1], "the same body")
        check(repeated[0]["webhook-id"] == original[0]["webhook-id"], "the same identifier")
        check(verifies(third, *repeated), "signed with the secret of now")

        receiver.status = 500
        check(stack.api("DELETE", f"/{stack.account}/domains/{zone}").status_code == 204, zone)
        receiver.wait("domain.delete")
        failed = wait_until("the failure", lambda: own(stack, "GET", f"{path}/deliveries?failed=true"))[0]
        queued = own(stack, "POST", f"{path}/deliveries/{failed['id']}/redelivery")["queued"]
        check(queued is False, "what is still tried is not put into the queue a second time")
    return f"standardwebhooks {version('standardwebhooks')}: signatures through two rotations, and a redelivery"
