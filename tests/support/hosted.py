"""A client of a sandbox that knows the other hosts of PagerDuty too, as pdsync makes it where a user's token is known."""

from __future__ import annotations

from pdsync.client import RestApiV2Client
from pdsync.engine.host import add_hosts
from tests.support.world import TOKEN


def hosted_client(url: str, token: str = TOKEN) -> RestApiV2Client:
    """The client of the sandbox at this address. It sends no POST twice, as pdsync does not."""
    client = RestApiV2Client(token, base_url=url, retry_ambiguous_posts=False)
    add_hosts(client, token)
    return client
