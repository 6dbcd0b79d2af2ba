# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Contacts."""
from dnsimple.struct import Contact

from interop.stack import check
from interop.walk_steps import every_page, has, refusal, step, timestamps

FIELDS = dict(
    label="Home", first_name="Ada", last_name="Byron", address1="1 Example Street", city="London",
    state_province="London", postal_code="N1", country="GB", email="ada@example.com", phone="+442071838750",
)


@step("contacts.create_contact")
def create(state):
    account, contacts = state["account"], state["client"].contacts
    made = has(timestamps(contacts.create_contact(account, Contact.new(**FIELDS)).data), account_id=account, **FIELDS)
    state["contact"] = made
    error = refusal(
        400, "Validation failed", lambda: contacts.create_contact(account, Contact.new(**FIELDS | {"country": "GBR"}))
    )
    check("is the wrong length (should be 2 characters)" in error.attribute_errors["country"], f"{error}")


@step("contacts.get_contact", "contacts.list_contacts")
def read(state):
    account, contacts = state["account"], state["client"].contacts
    has(contacts.get_contact(account, state["contact"].id).data, id=state["contact"].id, **FIELDS)
    found = every_page(lambda **page: contacts.list_contacts(account, **page))
    check([contact.id for contact in found] == [state["contact"].id], "listed")
    refusal(404, "Contact `999999999` not found", lambda: contacts.get_contact(account, 999_999_999))


@step("contacts.update_contact")
def update(state):
    account, contacts = state["account"], state["client"].contacts
    changed = contacts.update_contact(account, state["contact"].id, Contact.new(city="Oxford")).data
    has(changed, id=state["contact"].id, **FIELDS | {"city": "Oxford"})


@step("contacts.delete_contact")
def delete(state):
    account, contacts = state["account"], state["client"].contacts
    made = contacts.create_contact(account, Contact.new(**FIELDS)).data
    contacts.delete_contact(account, made.id)
    refusal(404, f"Contact `{made.id}` not found", lambda: contacts.get_contact(account, made.id))
