# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Who the token is, and how the client sees errors and limits."""
import dnsimple

from interop.stack import check
from interop.walk_steps import refusal, step, timestamps


@step("identity.whoami")
def whoami(state):
    response = state["client"].identity.whoami()
    check(response.rate_limit > 0 and response.rate_limit_remaining < response.rate_limit, "the limit is not counted")
    check(response.rate_limit_reset > 1_700_000_000, "the window has no end")
    check(response.data.user is None, "an account's token has no user")
    check(timestamps(response.data.account).id == state["account"], "another account")

    stranger = dnsimple.Client(access_token="nobody", base_url=state["stack"].url)
    refusal(401, "Authentication failed", stranger.identity.whoami)
    refusal(404, "Not Found", lambda: state["client"].domains.list_domains(state["other_account"]))
    reader = dnsimple.Client(
        access_token=state["stack"].make_token(state["account"], "--read-only"), base_url=state["stack"].url
    )
    check(reader.domains.list_domains(state["account"]).data == [], "an empty account has domains")
    refusal(
        403, r"Permission Denied\. Required Scope: domains:\*:write",
        lambda: reader.domains.create_domain(state["account"], "denied.example"),
    )


@step("accounts.list_accounts")
def accounts(state):
    found = state["client"].accounts.list_accounts().data
    check([account.id for account in found] == [state["account"]], f"accounts {found}")
    check(found[0].plan_identifier, "clients skip accounts without a plan")
