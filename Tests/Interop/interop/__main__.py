# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""Runs the parts named on the command line, each against an installation of its own."""
import importlib
import signal
import sys
import time
import traceback

from interop.stack import Stack

# In order: what most clients use first.
PARTS = {
    "walk": "interop.dnsimple_walk",
    "octodns": "interop.octodns_sync",
    "certbot": "interop.certbot_issue",
    "dyndns": "interop.dyndns",
    "webhooks": "interop.webhooks",
    "matrix": "interop.access_matrix",
    "schemathesis": "interop.schemathesis_run",
    "stream": "interop.stream",
    "faults": "interop.faults",
}


def main(names):
    """Returns how many parts failed."""
    unknown = set(names) - set(PARTS)
    if unknown:
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 64
    # A stopped run leaves no daemons behind.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    failed = 0
    for name in names or PARTS:
        begun = time.monotonic()
        try:
            with Stack() as stack:
                try:
                    said = importlib.import_module(PARTS[name]).run(stack)
                except Exception:
                    print(stack.log("zonewright-web")[-3_000:], file=sys.stderr)
                    raise
            print(f"ok      {name}: {said} ({time.monotonic() - begun:.0f} s)", flush=True)
        except Exception:
            traceback.print_exc()
            print(f"FAILED  {name} ({time.monotonic() - begun:.0f} s)", flush=True)
            failed += 1
    print(f"{len(names or PARTS) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
