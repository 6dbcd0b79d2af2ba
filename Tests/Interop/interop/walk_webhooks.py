# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Webhooks."""
from dnsimple.struct import Webhook

from interop.stack import check
from interop.walk_steps import has, refusal, step


@step("webhooks.create_webhook", "webhooks.get_webhook", "webhooks.list_webhooks", "webhooks.delete_webhook")
def webhooks(state):
    account, webhooks = state["account"], state["client"].webhooks
    made = has(webhooks.create_webhook(account, Webhook.new("https://hooks.example/zonewright")).data,
               url="https://hooks.example/zonewright", suppressed_at=None)
    has(webhooks.get_webhook(account, made.id).data, id=made.id, url=made.url)
    check([hook.id for hook in webhooks.list_webhooks(account, sort="id:asc").data] == [made.id], "listed")
    error = refusal(
        400, "Validation failed", lambda: webhooks.create_webhook(account, Webhook.new("http://hooks.example/plain"))
    )
    check("url" in error.attribute_errors, f"{error.attribute_errors}")
    webhooks.delete_webhook(account, made.id)
    refusal(404, f"Webhook `{made.id}` not found", lambda: webhooks.get_webhook(account, made.id))
