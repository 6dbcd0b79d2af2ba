# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""`dnsimple` for Python calls every operation it has."""
import importlib
import inspect
import traceback

import dnsimple
from dnsimple import DNSimpleException

from interop.stack import Failure
from interop.walk_steps import STEPS, Missing, State

AREAS = ("identity", "zones", "domains", "contacts", "pushes", "templates", "services", "webhooks", "registrar", "oauth")

# What is not served yet: an operation that is listed and works fails the run, so that the list can only shrink.
NOT_YET = {
    "billing.list_charges",
    "certificates.download_certificate",
    "certificates.get_certificate",
    "certificates.get_certificate_private_key",
    "certificates.issue_letsencrypt_certificate",
    "certificates.issue_letsencrypt_certificate_renewal",
    "certificates.list_certificates",
    "certificates.purchase_letsencrypt_certificate",
    "certificates.purchase_letsencrypt_certificate_renewal",
    "contacts.create_contact",
    "contacts.delete_contact",
    "contacts.get_contact",
    "contacts.list_contacts",
    "contacts.update_contact",
    "dns_analytics.query",
    "domains.accept_push",
    "domains.create_domain_delegation_signer_record",
    "domains.create_email_forward",
    "domains.delete_domain_delegation_signer_record",
    "domains.delete_email_forward",
    "domains.disable_dnssec",
    "domains.enable_dnssec",
    "domains.get_delegation_signer_record",
    "domains.get_domain_research_status",
    "domains.get_email_forward",
    "domains.initiate_push",
    "domains.list_domain_delegation_signer_records",
    "domains.list_email_forwards",
    "domains.list_pushes",
    "domains.reject_push",
    "oauth.authorize_url",
    "oauth.exchange_authorization_for_token",
    "registrar.cancel_domain_transfer",
    "registrar.change_domain_delegation",
    "registrar.change_domain_delegation_from_vanity",
    "registrar.change_domain_delegation_to_vanity",
    "registrar.check_domain",
    "registrar.check_registrant_change",
    "registrar.create_registrant_change",
    "registrar.delete_registrant_change",
    "registrar.disable_domain_auto_renewal",
    "registrar.disable_domain_transfer_lock",
    "registrar.disable_whois_privacy",
    "registrar.enable_domain_auto_renewal",
    "registrar.enable_domain_transfer_lock",
    "registrar.enable_whois_privacy",
    "registrar.get_domain_delegation",
    "registrar.get_domain_prices",
    "registrar.get_domain_registration",
    "registrar.get_domain_renewal",
    "registrar.get_domain_restore",
    "registrar.get_domain_transfer",
    "registrar.get_domain_transfer_lock",
    "registrar.get_registrant_change",
    "registrar.list_registrant_changes",
    "registrar.register_domain",
    "registrar.renew_domain",
    "registrar.restore_domain",
    "registrar.transfer_domain",
    "registrar.transfer_domain_out",
    "services.applied_services",
    "services.apply_service",
    "services.get_service",
    "services.list_services",
    "services.unapply_service",
    "templates.apply_template",
    "templates.create_template",
    "templates.create_template_record",
    "templates.delete_template",
    "templates.delete_template_record",
    "templates.get_template",
    "templates.get_template_record",
    "templates.list_template_records",
    "templates.list_templates",
    "templates.update_template",
    "tlds.get_tld",
    "tlds.get_tld_extended_attributes",
    "tlds.list_tlds",
    "vanity_name_servers.disable_vanity_name_servers",
    "vanity_name_servers.enable_vanity_name_servers",
    "webhooks.create_webhook",
    "webhooks.delete_webhook",
    "webhooks.get_webhook",
    "webhooks.list_webhooks",
}


def operations(client):
    """Every public operation of every service of the client, as "service.method"."""
    return {
        f"{service}.{name}"
        for service, instance in vars(client).items()
        if type(instance).__module__.startswith("dnsimple.service")
        for name, _ in inspect.getmembers(instance, inspect.ismethod)
        if not name.startswith("_")
    }


def run(stack):
    """Walks; returns what was proved in a few words."""
    state = State(stack=stack, account=stack.account)
    state["client"] = dnsimple.Client(access_token=stack.token, base_url=stack.url)
    number, token = stack.make_account("receiver@zonewright.example")
    state["other_account"], state["other_email"] = number, "receiver@zonewright.example"
    state["other_client"] = dnsimple.Client(access_token=token, base_url=stack.url)

    for area in AREAS:
        importlib.import_module(f"interop.walk_{area}")
    # authorize_url builds a text and asks nobody; its use stands in walk_oauth all the same.
    wanted, walked = operations(state["client"]), {name for names, _ in STEPS for name in names}
    problems = [f"{name}: the client has it, no step walks it" for name in sorted(wanted - walked)]
    problems += [f"{name}: walked, but the client has no such operation" for name in sorted(walked - wanted)]
    problems += [f"{name}: listed as not there yet, but the client has no such operation" for name in NOT_YET - wanted]

    absent = set()
    for names, function in STEPS:
        listed = [name for name in names if name in NOT_YET]
        try:
            function(state)
        except Missing as error:
            if not listed:
                problems.append(f"{', '.join(names)}: {error} is missing")
            absent.update(listed)
        except DNSimpleException as error:
            if not listed or error.status not in (404, 405, 501):
                problems.append(f"{', '.join(names)}: {error}")
            absent.update(listed)
        except Exception:
            problems.append(f"{', '.join(names)}: {traceback.format_exc(limit=-3)}")
            absent.update(listed)
        else:
            problems += [f"{name}: is listed as not there yet, and works" for name in listed]
    if problems:
        raise Failure("\n".join(problems))
    said = f"dnsimple {dnsimple.version.version}: {len(wanted) - len(absent)} of {len(wanted)} operations"
    return said + (f"; not there yet: {', '.join(sorted(absent))}" if absent else "")
