# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""What belongs to a domain: DNSSEC, DS records, e-mail forwards, vanity name servers, research, certificates."""
from dnsimple.struct import DelegationSignerRecordInput, EmailForwardInput, LetsencryptCertificateInput

from interop.stack import check, wait_until
from interop.walk_steps import every_page, has, refusal, step, timestamps

DOMAIN = "walk.example"


@step("domains.get_dnssec", "domains.enable_dnssec", "domains.disable_dnssec")
def dnssec(state):
    account, domains = state["account"], state["client"].domains
    has(domains.get_dnssec(account, DOMAIN).data, enabled=False)
    # Zones are not signed here yet, and nobody is told otherwise.
    refusal(412, r".+", lambda: domains.enable_dnssec(account, DOMAIN))
    refusal(
        428, "DNSSEC cannot be disabled because it is not enabled", lambda: domains.disable_dnssec(account, DOMAIN)
    )


@step(
    "domains.create_domain_delegation_signer_record", "domains.list_domain_delegation_signer_records",
    "domains.get_delegation_signer_record", "domains.delete_domain_delegation_signer_record",
)
def signer_records(state):
    account, domains = state["account"], state["client"].domains
    digest = "1E76CA4E9E5B5A5EE9B7A9E4B8B1F0D0D6F9C9F2A3B4C5D6E7F8091A2B3C4D5E"
    made = domains.create_domain_delegation_signer_record(
        account, DOMAIN, DelegationSignerRecordInput("13", digest=digest, digest_type="2", keytag="31406")
    ).data
    has(timestamps(made), algorithm="13", digest=digest, digest_type="2", keytag="31406", domain_id=state["domain"].id)
    found = every_page(
        lambda **page: domains.list_domain_delegation_signer_records(account, DOMAIN, sort="id:asc", **page)
    )
    check([record.id for record in found] == [made.id], "listed")
    has(domains.get_delegation_signer_record(account, DOMAIN, made.id).data, id=made.id, digest=digest)
    error = refusal(
        400, "Validation failed",
        lambda: domains.create_domain_delegation_signer_record(account, DOMAIN, DelegationSignerRecordInput(None)),
    )
    check(error.attribute_errors["algorithm"] == ["can't be blank"], f"{error.attribute_errors}")
    domains.delete_domain_delegation_signer_record(account, DOMAIN, made.id)
    refusal(404, r".+ not found", lambda: domains.get_delegation_signer_record(account, DOMAIN, made.id))


@step(
    "domains.create_email_forward", "domains.list_email_forwards", "domains.get_email_forward",
    "domains.delete_email_forward",
)
def email_forwards(state):
    account, domains = state["account"], state["client"].domains
    name = "one.example"
    made = domains.create_email_forward(account, name, EmailForwardInput("hello", "me@elsewhere.example")).data
    has(timestamps(made), alias_email="hello@one.example", destination_email="me@elsewhere.example", active=True)
    other = domains.create_email_forward(account, name, EmailForwardInput(".*", "all@elsewhere.example")).data
    found = every_page(lambda **page: domains.list_email_forwards(account, name, sort="id:asc", **page), size=1)
    check([forward.id for forward in found] == [made.id, other.id], "listed")
    has(domains.get_email_forward(account, name, made.id).data, id=made.id, alias_email="hello@one.example")
    wait_until("the platform's MX is answered", lambda: state["stack"].ask(name, "MX"))
    error = refusal(
        400, "Validation failed", lambda: domains.create_email_forward(account, name, EmailForwardInput("x", ""))
    )
    check(error.attribute_errors, "the field is named")
    for forward in (made, other):
        domains.delete_email_forward(account, name, forward.id)
    refusal(404, r".+ not found", lambda: domains.get_email_forward(account, name, made.id))
    wait_until("without a forward there is no MX", lambda: not state["stack"].ask(name, "MX"))


@step("vanity_name_servers.enable_vanity_name_servers", "vanity_name_servers.disable_vanity_name_servers")
def vanity(state):
    account, servers = state["account"], state["client"].vanity_name_servers
    made = servers.enable_vanity_name_servers(account, "one.example").data
    check(len(made) >= 2, f"{len(made)} name servers")
    for server in made:
        check(timestamps(server).name.endswith(".one.example"), f"{server.name}")
    servers.disable_vanity_name_servers(account, "one.example")


@step("domains.get_domain_research_status")
def research(state):
    data = state["client"].domains.get_domain_research_status(state["account"], DOMAIN).data
    has(data, domain=DOMAIN)
    check(data.availability in ("available", "unavailable", "unknown") and data.request_id, f"{vars(data)}")


@step("certificates.list_certificates", "certificates.get_certificate", "certificates.purchase_letsencrypt_certificate")
def certificates(state):
    account, certificates = state["account"], state["client"].certificates
    wanted = LetsencryptCertificateInput(auto_renew=True, name="shop", alternate_names=["api", f"www.{DOMAIN}"])
    bought = certificates.purchase_letsencrypt_certificate(account, DOMAIN, wanted).data
    has(bought, state="new", auto_renew=True)
    plain = certificates.purchase_letsencrypt_certificate(account, DOMAIN).data
    found = every_page(lambda **page: certificates.list_certificates(account, DOMAIN, **page), size=1)
    check([one.id for one in found] == [bought.certificate_id, plain.certificate_id], f"{found}")
    data = certificates.get_certificate(account, DOMAIN, bought.certificate_id).data
    has(
        data, id=bought.certificate_id, name="shop", common_name=f"shop.{DOMAIN}", state="new", auto_renew=True,
        alternate_names=[f"api.{DOMAIN}", f"www.{DOMAIN}"], authority_identifier="letsencrypt", years=1,
    )
    timestamps(data)
    refusal(
        400, "Validation failed",
        lambda: certificates.purchase_letsencrypt_certificate(
            account, DOMAIN, LetsencryptCertificateInput(name="www.other.example.")
        ),
    )
    state["certificate"] = bought.certificate_id


@step(
    "certificates.issue_letsencrypt_certificate", "certificates.download_certificate",
    "certificates.get_certificate_private_key", "certificates.purchase_letsencrypt_certificate_renewal",
    "certificates.issue_letsencrypt_certificate_renewal",
)
def issue(state):
    # Nobody answers for the certificate authority here: it stays on its way.
    account, certificates, number = state["account"], state["client"].certificates, state["certificate"]
    for _ in range(2):
        has(certificates.issue_letsencrypt_certificate(account, DOMAIN, number).data, id=number, state="requesting")
    refusal(428, "Certificate not issued", lambda: certificates.download_certificate(account, DOMAIN, number))
    refusal(428, "Private key not present", lambda: certificates.get_certificate_private_key(account, DOMAIN, number))
    refusal(400, "Validation failed", lambda: certificates.purchase_letsencrypt_certificate_renewal(account, DOMAIN, number))
    refusal(
        404, "Certificate `1` not found",
        lambda: certificates.issue_letsencrypt_certificate_renewal(account, DOMAIN, number, 1),
    )


@step("billing.list_charges")
def charges(state):
    account, billing = state["account"], state["client"].billing
    check(billing.list_charges(account, start_date="2026-01-01", end_date="2026-02-01", sort="invoiced:asc").data == [], "")
    refusal(
        400, r"Invalid date format must be ISO8601 \(YYYY-MM-DD\)",
        lambda: billing.list_charges(account, start_date="01-02-2026"),
    )


@step("dns_analytics.query")
def analytics(state):
    account, analytics = state["account"], state["client"].dns_analytics
    response = analytics.query(account, params={"groupings": "zone_name,date"}, sort="volume:desc")
    check(isinstance(response.data, list) and response.pagination.per_page == 1000, "a page of rows")
