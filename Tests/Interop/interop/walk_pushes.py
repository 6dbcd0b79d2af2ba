# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Pushes of domains from one account to another."""
from dnsimple.struct import Contact
from dnsimple.struct.domain_push import DomainPushInput

from interop.stack import check, wait_until
from interop.walk_contacts import FIELDS
from interop.walk_steps import every_page, has, refusal, step, timestamps

NAME = "pushed.example"


def initiate(state):
    push = state["client"].domains.initiate_push(
        state["account"], NAME, DomainPushInput(new_account_email=state["other_email"])
    ).data
    domain = state["client"].domains.get_domain(state["account"], NAME).data
    return has(timestamps(push), domain_id=domain.id, accepted_at=None)


@step("domains.initiate_push", "domains.list_pushes", "domains.reject_push")
def reject(state):
    state["client"].domains.create_domain(state["account"], NAME)
    push, receiver = initiate(state), state["other_client"].domains
    found = every_page(lambda **page: receiver.list_pushes(state["other_account"], **page))
    check([item.id for item in found] == [push.id], "listed for the receiver")
    receiver.reject_push(state["other_account"], push.id)
    check(receiver.list_pushes(state["other_account"]).data == [], "rejected")
    check(state["client"].domains.get_domain(state["account"], NAME).data.name == NAME, "it stays")


@step("domains.accept_push")
def accept(state):
    push, client = initiate(state), state["other_client"]
    contact = client.contacts.create_contact(state["other_account"], Contact.new(**FIELDS)).data
    client.domains.accept_push(state["other_account"], push.id, DomainPushInput(contact_id=contact.id))
    has(client.domains.get_domain(state["other_account"], NAME).data, account_id=state["other_account"])
    has(client.zones.get_zone(state["other_account"], NAME).data, account_id=state["other_account"])
    refusal(
        404, f"Domain `{NAME}` not found", lambda: state["client"].domains.get_domain(state["account"], NAME)
    )
    wait_until("it is answered as before", lambda: state["stack"].ask(NAME, "SOA"))
