# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Delegation, and what a platform without a registrar answers to the rest."""
from dnsimple.struct import (
    CheckRegistrantChangeInput, CreateRegistrantChangeInput, DomainRegistrationRequest, DomainRenewRequest,
    DomainRestoreRequest, DomainTransferRequest, Tld,
)

from interop.stack import check
from interop.walk_steps import refusal, step

DOMAIN = "one.example"


@step("registrar.get_domain_delegation", "registrar.change_domain_delegation")
def delegation(state):
    account, registrar = state["account"], state["client"].registrar
    wanted = ["ns1.elsewhere.example", "ns2.elsewhere.example"]
    check(registrar.change_domain_delegation(account, DOMAIN, wanted).data == wanted, "stored")
    check(registrar.get_domain_delegation(account, DOMAIN).data == wanted, "kept")


@step("registrar.change_domain_delegation_to_vanity", "registrar.change_domain_delegation_from_vanity")
def vanity(state):
    account, registrar = state["account"], state["client"].registrar
    names = [server.name for server in state["client"].vanity_name_servers.enable_vanity_name_servers(account, DOMAIN).data]
    made = registrar.change_domain_delegation_to_vanity(account, DOMAIN, names).data
    check([server.name for server in made] == names, "the vanity name servers")
    registrar.change_domain_delegation_from_vanity(account, DOMAIN)
    state["client"].vanity_name_servers.disable_vanity_name_servers(account, DOMAIN)
    refusal(400, "Validation failed", lambda: registrar.change_domain_delegation_to_vanity(account, DOMAIN, names))


@step("registrar.list_registrant_changes")
def readable(state):
    account, registrar = state["account"], state["client"].registrar
    check(registrar.list_registrant_changes(account).data == [], "no changes of registrants")


@step(
    "registrar.check_domain", "registrar.get_domain_prices", "registrar.register_domain", "registrar.transfer_domain",
    "registrar.renew_domain", "registrar.restore_domain", "registrar.transfer_domain_out",
    "registrar.enable_domain_auto_renewal", "registrar.disable_domain_auto_renewal", "registrar.enable_whois_privacy",
    "registrar.disable_whois_privacy", "registrar.get_domain_transfer_lock", "registrar.enable_domain_transfer_lock",
    "registrar.disable_domain_transfer_lock", "registrar.check_registrant_change",
    "registrar.create_registrant_change",
)
def refused(state):
    account, registrar, domain = state["account"], state["client"].registrar, state["domain"].id
    for call in (
        lambda: registrar.check_domain(account, DOMAIN),
        lambda: registrar.get_domain_prices(account, DOMAIN),
        lambda: registrar.register_domain(account, "new.example", DomainRegistrationRequest(1)),
        lambda: registrar.transfer_domain(account, "new.example", DomainTransferRequest(1, "secret")),
        lambda: registrar.renew_domain(account, DOMAIN, DomainRenewRequest(1)),
        lambda: registrar.restore_domain(account, DOMAIN, DomainRestoreRequest()),
        lambda: registrar.transfer_domain_out(account, DOMAIN),
        lambda: registrar.enable_domain_auto_renewal(account, DOMAIN),
        lambda: registrar.disable_domain_auto_renewal(account, DOMAIN),
        lambda: registrar.enable_whois_privacy(account, DOMAIN),
        lambda: registrar.disable_whois_privacy(account, DOMAIN),
        lambda: registrar.get_domain_transfer_lock(account, DOMAIN),
        lambda: registrar.enable_domain_transfer_lock(account, DOMAIN),
        lambda: registrar.disable_domain_transfer_lock(account, DOMAIN),
        lambda: registrar.check_registrant_change(account, CheckRegistrantChangeInput(domain, 1)),
        lambda: registrar.create_registrant_change(account, CreateRegistrantChangeInput(domain, 1)),
    ):
        refusal(412, r".+", call)


@step(
    "registrar.get_domain_registration", "registrar.get_domain_renewal", "registrar.get_domain_transfer",
    "registrar.cancel_domain_transfer", "registrar.get_domain_restore", "registrar.get_registrant_change",
    "registrar.delete_registrant_change",
)
def absent(state):
    account, registrar = state["account"], state["client"].registrar
    for call in (
        registrar.get_domain_registration, registrar.get_domain_renewal, registrar.get_domain_transfer,
        registrar.cancel_domain_transfer, registrar.get_domain_restore,
    ):
        refusal(404, r".+ not found", lambda: call(account, DOMAIN, 1))
    refusal(404, r".+ not found", lambda: registrar.get_registrant_change(account, 1))
    refusal(404, r".+ not found", lambda: registrar.delete_registrant_change(account, 1))


@step("tlds.list_tlds", "tlds.get_tld", "tlds.get_tld_extended_attributes")
def tlds(state):
    tlds = state["client"].tlds
    found = tlds.list_tlds(sort="tld:asc")
    check(isinstance(found.data, list) and found.pagination.total_entries == len(found.data), "a list of TLDs")
    check(all(isinstance(tld, Tld) for tld in found.data), "objects")
    refusal(404, r".+ not found", lambda: tlds.get_tld("absent"))
    refusal(404, r".+ not found", lambda: tlds.get_tld_extended_attributes("absent"))
