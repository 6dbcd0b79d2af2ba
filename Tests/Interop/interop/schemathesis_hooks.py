# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""What `schemathesis` has to know about the API beyond the document."""
import itertools

import schemathesis

_NUMBERS = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives every request of a chain an Idempotency-Key of its own where it has a good one: with the key of an earlier
    request it would get that one's answer, about something that may be gone by now."""
    if case.meta is None or case.meta.phase.name.value != "stateful":
        return
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and 0 < len(key) <= 240 and all("!" <= character <= "~" for character in key):
        case.headers["Idempotency-Key"] = f"{key}{next(_NUMBERS)}"
