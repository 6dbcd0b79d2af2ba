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
NOT_YET = set()


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
