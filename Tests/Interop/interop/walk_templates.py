# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Templates, their records, and applying them."""
from dnsimple.struct import Template, TemplateRecord

from interop.stack import check, wait_until
from interop.walk_steps import every_page, has, refusal, step, timestamps

DOMAIN = "one.example"


@step("templates.create_template")
def create(state):
    account, templates = state["account"], state["client"].templates
    made = templates.create_template(account, Template.new("Web and mail", "web-mail", "What most sites need")).data
    state["template"] = has(timestamps(made), account_id=account, name="Web and mail", sid="web-mail")
    error = refusal(400, "Validation failed", lambda: templates.create_template(account, Template.new("", "", "")))
    check(error.attribute_errors["name"] == ["can't be blank"], f"{error.attribute_errors}")


@step("templates.get_template", "templates.list_templates")
def read(state):
    account, templates = state["account"], state["client"].templates
    for identifier in ("web-mail", state["template"].id):
        has(templates.get_template(account, identifier).data, id=state["template"].id)
    found = every_page(lambda **page: templates.list_templates(account, sort="sid:asc", **page))
    check([template.sid for template in found] == ["web-mail"], "listed")
    refusal(404, "Template `absent` not found", lambda: templates.get_template(account, "absent"))


@step("templates.update_template")
def update(state):
    account, templates = state["account"], state["client"].templates
    changed = templates.update_template(account, "web-mail", Template.new("Renamed", "web-mail", None)).data
    has(changed, id=state["template"].id, name="Renamed", description="What most sites need")


@step(
    "templates.create_template_record", "templates.get_template_record", "templates.list_template_records",
    "templates.delete_template_record",
)
def records(state):
    account, templates = state["account"], state["client"].templates
    made = [
        templates.create_template_record(account, "web-mail", TemplateRecord.new(*fields)).data for fields in (
            ("tpl", "A", "192.0.2.77", 600), ("alias", "CNAME", "tpl.{{domain}}", 600),
            ("", "MX", "mx.{{domain}}", 600, 10), ("gone", "A", "192.0.2.78", 600),
        )
    ]
    has(timestamps(made[0]), template_id=state["template"].id, name="tpl", type="A", ttl=600, content="192.0.2.77")
    has(made[2], priority=10)
    has(templates.get_template_record(account, "web-mail", made[1].id).data, content="tpl.{{domain}}")
    templates.delete_template_record(account, "web-mail", made[3].id)
    refusal(404, r".+ not found", lambda: templates.get_template_record(account, "web-mail", made[3].id))
    found = every_page(lambda **page: templates.list_template_records(account, "web-mail", sort="id:asc", **page))
    check([record.id for record in found] == [record.id for record in made[:3]], "listed")


@step("templates.apply_template")
def apply(state):
    account, stack = state["account"], state["stack"]
    state["client"].templates.apply_template(account, DOMAIN, "web-mail")
    wait_until("the template's records are answered", lambda: stack.ask("tpl." + DOMAIN, "A") == ["192.0.2.77"])
    check("tpl.one.example." in stack.ask("alias." + DOMAIN, "CNAME"), "the variable")
    check(stack.ask(DOMAIN, "MX") == ["10 mx.one.example."], "the MX")


@step("templates.delete_template")
def delete(state):
    state["client"].templates.delete_template(state["account"], "web-mail")
    refusal(
        404, "Template `web-mail` not found",
        lambda: state["client"].templates.get_template(state["account"], "web-mail"),
    )
