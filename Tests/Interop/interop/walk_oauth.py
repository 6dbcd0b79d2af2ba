# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: Zonewright authors
"""OAuth: the text of the address, and what a code that nobody issued gets."""
from urllib.parse import parse_qs, urlsplit

from dnsimple import DNSimpleException

from interop.stack import check
from interop.walk_steps import step


@step("oauth.authorize_url", "oauth.exchange_authorization_for_token")
def exchange(state):
    oauth, url = state["client"].oauth, state["stack"].url
    address = urlsplit(oauth.authorize_url("client", redirect_uri="https://app.example/back", state="s"))
    check(f"{address.scheme}://{address.netloc}{address.path}" == f"{url}/oauth/authorize", f"{address}")
    check(parse_qs(address.query)["client_id"] == ["client"], f"{address}")
    # The client says that its form is JSON; the answer must be OAuth's all the same.
    try:
        oauth.exchange_authorization_for_token("code", "client", "secret", "s", "https://app.example/back")
    except DNSimpleException as error:
        if error.status == 404:
            raise
        check(error.status == 401 and error.response.json()["error"] == "invalid_client", f"{error}")
    else:
        check(False, "a code that nobody issued was taken")
