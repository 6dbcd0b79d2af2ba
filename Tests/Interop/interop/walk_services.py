# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""One-click services."""
from interop.stack import check
from interop.walk_steps import every_page, has, refusal, step, timestamps

DOMAIN = "one.example"


@step("services.list_services", "services.get_service")
def catalogue(state):
    services = state["client"].services
    found = every_page(lambda **page: services.list_services(sort="sid:asc", **page), size=4)
    check(len(found) >= 10, f"{len(found)} services")
    sids = [service.sid for service in found]
    check(sids == sorted(sids), f"{sids}")
    for service in found:
        has(services.get_service(timestamps(service).sid).data, id=service.id)
    # One that needs no settings: the client cannot send any.
    state["service"] = next(service.sid for service in found if not service.settings)
    refusal(404, "Service `absent` not found", lambda: services.get_service("absent"))


@step("services.apply_service", "services.applied_services", "services.unapply_service")
def applied(state):
    account, client, sid = state["account"], state["client"], state["service"]

    def records():
        listed = client.zones.list_records(account, DOMAIN, per_page=100).data
        return {(item.name, item.type, item.content, item.priority) for item in listed if item.type != "SOA"}
    before = records()
    client.services.apply_service(account, DOMAIN, sid)
    check(records() > before, "the service's records are there")
    check([item.sid for item in client.services.applied_services(account, DOMAIN).data] == [sid], "listed")
    client.services.unapply_service(account, DOMAIN, sid)
    check(records() == before, "only the service's records are gone")
    check(client.services.applied_services(account, DOMAIN).data == [], "unapplied")
