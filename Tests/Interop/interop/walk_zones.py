# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Domains and zones, records, batches, the zone file and the distribution."""
from dnsimple.struct.batch_change_zone_records import (
    BatchChangeZoneRecordsCreateInput as Create,
    BatchChangeZoneRecordsDeleteInput as Delete,
    BatchChangeZoneRecordsInput as Batch,
    BatchChangeZoneRecordsUpdateInput as Update,
)
from dnsimple.struct.zone_record import ZoneRecordInput, ZoneRecordUpdateInput

from interop.stack import check, wait_until
from interop.walk_steps import every_page, has, refusal, step, timestamps, until_distributed

ZONE = "walk.example"

# Type, name, priority, content as sent, content as it comes back: section 3.3 of what clients rely on.
RECORDS = [
    ("A", "", None, "192.0.2.1", None),
    ("AAAA", "www", None, "2001:db8::1", None),
    ("ALIAS", "shop", None, "shop.vendor.example", None),
    ("CAA", "", None, '0 issue "letsencrypt.org"', None),
    ("CNAME", "blog", None, "host.vendor.example.", "host.vendor.example"),
    ("HINFO", "box", None, '"PC" "Linux"', None),
    ("MX", "", 10, "mx.vendor.example", None),
    ("NAPTR", "sip", None, '100 10 "S" "SIP+D2U" "" _sip._udp.walk.example.', None),
    ("NS", "child", None, "ns1.vendor.example.", "ns1.vendor.example"),
    ("PTR", "back", None, "host.vendor.example.", None),
    ("SRV", "_sip._udp", 5, "10 5060 sip.vendor.example.", None),
    ("SSHFP", "box", None, "4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789", None),
    ("TXT", "", None, "v=spf1 -all", None),
    ("TXT", "quoted", None, '"as it was sent"', None),
    ("URL", "go", None, "https://vendor.example/there", None),
]

# Types that are not stored yet: they must be refused, so that the list can only shrink.
TYPES_NOT_YET = set()


@step("domains.create_domain")
def create_domain(state):
    account, domains = state["account"], state["client"].domains
    domain = domains.create_domain(account, ZONE).data
    has(timestamps(domain), name=ZONE, unicode_name=ZONE, account_id=account, state="hosted", auto_renew=False)
    state["domain"] = domain
    for name in ("one.example", "two.example", "bücher.example"):
        domains.create_domain(account, name)
    error = refusal(400, "Validation failed", lambda: domains.create_domain(account, ""))
    check(error.attribute_errors["name"] == ["can't be blank"], f"{error.attribute_errors}")
    refusal(400, "Validation failed", lambda: domains.create_domain(account, ZONE))


@step("domains.get_domain")
def get_domain(state):
    domains = state["client"].domains
    for identifier in (ZONE, state["domain"].id):
        has(domains.get_domain(state["account"], identifier).data, id=state["domain"].id, name=ZONE)
    refusal(404, "Domain `absent.example` not found", lambda: domains.get_domain(state["account"], "absent.example"))


@step("domains.list_domains")
def list_domains(state):
    account, domains = state["account"], state["client"].domains
    found = every_page(lambda **page: domains.list_domains(account, sort="name:desc", **page))
    names = [domain.name for domain in found]
    check(names == sorted(names, reverse=True) and ZONE in names, f"{names}")
    check("bücher.example" in [domain.unicode_name for domain in found], f"{names}")
    response = domains.list_domains(account, filter={"name_like": "walk"})
    check([domain.name for domain in response.data] == [ZONE], "name_like")
    response = domains.list_domains(account, filter={"name_like": "absent"})
    check(response.data == [] and response.pagination.total_entries == 0, "no domain is an empty list")


@step("zones.list_zones", "zones.get_zone")
def zones(state):
    account, zones = state["account"], state["client"].zones
    names = [zone.name for zone in every_page(lambda **page: zones.list_zones(account, sort="name:asc", **page))]
    check(names == sorted(names) and ZONE in names, f"{names}")
    check([zone.name for zone in zones.list_zones(account, filter={"name_like": "wal"}).data] == [ZONE], "name_like")
    zone = has(timestamps(zones.get_zone(account, ZONE).data), name=ZONE, reverse=False, secondary=False, active=True)
    state["zone"] = has(zones.get_zone(account, zone.id).data, id=zone.id)
    refusal(404, "Zone `absent.example` not found", lambda: zones.get_zone(account, "absent.example"))


@step("zones.create_record")
def create_record(state):
    account, zones = state["account"], state["client"].zones
    state["records"] = []
    for kind, name, priority, content, shown in RECORDS:
        sent = ZoneRecordInput(name, kind, content, ttl=300, priority=priority)
        if kind in TYPES_NOT_YET:
            refusal(400, "Validation failed", lambda: zones.create_record(account, ZONE, sent))
            continue
        record = zones.create_record(account, ZONE, sent).data
        has(timestamps(record), type=kind, name=name, content=shown or content, ttl=300, priority=priority)
        has(record, zone_id=ZONE, parent_id=None, regions=["global"], system_record=False)
        state["records"].append(record)
    error = refusal(
        400, "Validation failed",
        lambda: zones.create_record(account, ZONE, ZoneRecordInput("", "A", "not an address")),
    )
    check("content" in error.attribute_errors, f"{error.attribute_errors}")
    error = refusal(
        400, "Validation failed", lambda: zones.create_record(account, ZONE, ZoneRecordInput("", "NOPE", "x"))
    )
    check(error.attribute_errors == {"record_type": ["unsupported"]}, f"{error.attribute_errors}")


@step("zones.get_record")
def get_record(state):
    account, zones = state["account"], state["client"].zones
    for record in state["records"]:
        check(vars(zones.get_record(account, ZONE, record.id).data) == vars(record), f"{vars(record)}")
    refusal(404, "Record `999999999` not found", lambda: zones.get_record(account, ZONE, 999_999_999))


@step("zones.list_records")
def list_records(state):
    account, zones = state["account"], state["client"].zones
    found = every_page(lambda **page: zones.list_records(account, ZONE, sort="id:asc", **page), size=5)
    check([record.id for record in found] == sorted(record.id for record in found), "sorted by id")
    check({record.id for record in state["records"]} <= {record.id for record in found}, "all records are listed")
    system = {record.type for record in found if record.system_record}
    check(system == {"SOA", "NS"}, f"system records {system}")

    def ids(**filter):
        return {record.id for record in zones.list_records(account, ZONE, filter=filter, per_page=100).data}
    mine = {record.id for record in state["records"] if record.name == "" and record.type == "TXT"}
    check(ids(name="", type="TXT") == mine, "an empty name is the apex")
    check(ids(name_like="quot") == {record.id for record in state["records"] if record.name == "quoted"}, "name_like")


@step("zones.update_record")
def update_record(state):
    account, zones = state["account"], state["client"].zones
    record = next(record for record in state["records"] if record.type == "AAAA")
    changed = zones.update_record(account, ZONE, record.id, ZoneRecordUpdateInput(content="2001:db8::2", ttl=60)).data
    has(changed, id=record.id, name="www", type="AAAA", content="2001:db8::2", ttl=60)
    moved = zones.update_record(account, ZONE, record.id, ZoneRecordUpdateInput(name="")).data
    has(moved, id=record.id, name="", content="2001:db8::2")
    refusal(
        404, "Record `999999999` not found",
        lambda: zones.update_record(account, ZONE, 999_999_999, ZoneRecordUpdateInput(ttl=60)),
    )


@step("zones.check_zone_distribution", "zones.check_zone_record_distribution")
def distribution(state):
    account, zones, stack = state["account"], state["client"].zones, state["stack"]
    until_distributed(lambda: zones.check_zone_distribution(account, ZONE))
    until_distributed(lambda: zones.check_zone_record_distribution(account, ZONE, state["records"][0].id))
    # What the API calls distributed is answered.
    check(stack.ask(ZONE, "A") == ["192.0.2.1"], "the responder's A")
    check(stack.ask(ZONE, "AAAA") == ["2001:db8::2"], "the responder's AAAA")
    check(stack.ask(ZONE, "MX") == ["10 mx.vendor.example."], "the responder's MX")
    check(stack.ask(ZONE, "TXT") == ['"v=spf1 -all"'], "the responder's TXT")
    check(stack.ask("_sip._udp." + ZONE, "SRV") == ["5 10 5060 sip.vendor.example."], "the responder's SRV")
    refusal(404, "Zone `absent.example` not found", lambda: zones.check_zone_distribution(account, "absent.example"))


@step("zones.delete_record")
def delete_record(state):
    account, zones, stack = state["account"], state["client"].zones, state["stack"]
    record = next(record for record in state["records"] if record.type == "MX")
    zones.delete_record(account, ZONE, record.id)
    refusal(404, f"Record `{record.id}` not found", lambda: zones.get_record(account, ZONE, record.id))
    wait_until("the responder forgot the MX", lambda: stack.ask(ZONE, "MX") == [])
    system = zones.list_records(account, ZONE, filter={"type": "SOA"}).data[0]
    try:
        zones.delete_record(account, ZONE, system.id)
    except Exception as error:
        check(error.status in (400, 403), f"{error}")
    else:
        check(False, "the SOA can be deleted")


@step("zones.batch_change_records")
def batch(state):
    account, zones, stack = state["account"], state["client"].zones, state["stack"]
    old = zones.create_record(account, ZONE, ZoneRecordInput("swap", "CNAME", "old.vendor.example")).data
    kept = zones.create_record(account, ZONE, ZoneRecordInput("kept", "A", "192.0.2.9")).data
    # Only in the order deletes, updates, creates can an address take the place of an alias.
    done = zones.batch_change_records(account, ZONE, Batch(
        creates=[Create("swap", "A", "192.0.2.10"), Create("", "MX", "mx2.vendor.example", priority=20)],
        updates=[Update(kept.id, content="192.0.2.11")],
        deletes=[Delete(old.id)],
    )).data
    has(done.creates[0], name="swap", type="A", content="192.0.2.10")
    has(done.creates[1], name="", type="MX", priority=20)
    has(done.updates[0], id=kept.id, content="192.0.2.11")
    has(done.deletes[0], id=old.id)
    wait_until("the batch is answered", lambda: stack.ask("swap." + ZONE, "A") == ["192.0.2.10"])

    error = refusal(400, "Validation failed", lambda: zones.batch_change_records(account, ZONE, Batch(
        creates=[Create("never", "A", "192.0.2.12")], deletes=[Delete(kept.id), Delete(old.id)]
    )))
    check(error.attribute_errors["deletes"][0]["index"] == 1, f"{error.attribute_errors}")
    check(error.attribute_errors["deletes"][0]["message"] == f"Record not found ID={old.id}", f"{error.attribute_errors}")
    error = refusal(400, "Validation failed", lambda: zones.batch_change_records(account, ZONE, Batch(
        creates=[Create("never", "A", "192.0.2.12"), Create("never", "NOPE", "x")], deletes=[Delete(kept.id)]
    )))
    wanted = {"creates": [{"index": 1, "message": "Validation failed", "errors": {"record_type": ["unsupported"]}}]}
    check(error.attribute_errors == wanted, f"{error.attribute_errors}")
    check(zones.list_records(account, ZONE, filter={"name": "never"}).data == [], "half a batch was done")
    has(zones.get_record(account, ZONE, kept.id).data, content="192.0.2.11")


@step("zones.get_zone_file")
def zone_file(state):
    text = state["client"].zones.get_zone_file(state["account"], ZONE).data.zone
    check(text.startswith(f"$ORIGIN {ZONE}.\n$TTL "), f"{text[:200]}")
    check("\nswap.walk.example." in text or "\nswap " in text or "\nswap\t" in text, f"{text}")


@step("zones.deactivate_dns", "zones.activate_dns")
def activation(state):
    account, zones, stack = state["account"], state["client"].zones, state["stack"]
    has(zones.deactivate_dns(account, ZONE).data, name=ZONE, active=False)
    wait_until("an inactive zone is not answered", lambda: stack.ask(ZONE, "A") == [])
    has(zones.activate_dns(account, ZONE).data, name=ZONE, active=True)
    wait_until("an active zone is answered", lambda: stack.ask(ZONE, "A") == ["192.0.2.1"])


@step("domains.delete_domain")
def delete_domain(state):
    account, client = state["account"], state["client"]
    client.domains.delete_domain(account, "two.example")
    refusal(404, "Domain `two.example` not found", lambda: client.domains.get_domain(account, "two.example"))
    refusal(404, "Zone `two.example` not found", lambda: client.zones.get_zone(account, "two.example"))
    refusal(404, "Domain `two.example` not found", lambda: client.domains.delete_domain(account, "two.example"))
