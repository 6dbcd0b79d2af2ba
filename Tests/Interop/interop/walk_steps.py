# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""The table of the walk: what is called, in order, and what must come back."""
import re

from dnsimple import DNSimpleException

from interop.stack import check, wait_until


class Missing(Exception):
    """Something that an earlier step should have left is not there."""


class State(dict):
    """What steps leave for later ones."""

    def __missing__(self, key):
        raise Missing(key)


STEPS = []


def step(*names):
    """Registers a function as the proof that the operations `names` ("service.method") work."""
    def add(function):
        STEPS.append((names, function))
        return function
    return add


def refusal(status, pattern, call):
    """Calls what must be refused, with that status and a message that `pattern` matches as a whole."""
    try:
        call()
    except DNSimpleException as error:
        if error.status in (405, 501) or (error.status == 404 and error.message == "Not Found" != pattern):
            # There is no such route: that is for the caller to judge.
            raise
        check(error.status == status, f"{error.status} instead of {status}: {error}")
        check(re.fullmatch(pattern, error.message or ""), f"message {error.message!r}, wanted {pattern!r}")
        return error
    raise AssertionError(f"accepted, {status} was wanted")


def has(data, **wanted):
    """Checks attributes of an object that the client made; returns it."""
    for name, value in wanted.items():
        found = getattr(data, name)
        check(found == value and type(found) is type(value), f"{name} is {found!r}, wanted {value!r}")
    return data


def timestamps(data):
    """Checks that an object has both of its times in the form that the API promises."""
    for name in ("created_at", "updated_at"):
        check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", getattr(data, name) or ""), f"{name} of {vars(data)}")
    return data


def every_page(call, size=2):
    """Collects all pages of a list, `size` a page, and checks what its pagination says."""
    items, page = [], 1
    while True:
        response = call(page=page, per_page=size)
        data, pages = response.data, response.pagination
        check(len(data) <= size, f"{len(data)} items on a page of {size}")
        check(pages.current_page == page and pages.per_page == size, f"pagination {vars(pages)}")
        items += data
        if page >= pages.total_pages:
            check(len(items) == pages.total_entries, f"{len(items)} items, {vars(pages)}")
            return items
        page += 1


def until_distributed(call):
    """Asks for a distribution until it is done."""
    wait_until("distributed", lambda: call().data.distributed is True)
