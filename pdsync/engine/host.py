"""The other hosts of PagerDuty, and the credential that they take: that of a user, next to the token of the account.

An API key of the account is refused there (terraform-provider-pagerduty #388, #399, #407, #864), so it is never sent to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from pdsync.client import JiraCloudIntegrationApiClient, RestApiV2Client, SlackIntegrationConnectionsApiClient
from pdsync.client.rest_api_v2_base_client import RestApiV2BaseClient
from pdsync.engine.connection import CLIENT_OPTIONS, FIRST_WAIT_S, NETWORK_RETRIES

_PAGERDUTY = ("api.pagerduty.com", "api.eu.pagerduty.com")


@dataclass(frozen=True, slots=True)
class _Host:
    """One of the hosts."""

    make: Callable[..., RestApiV2BaseClient]
    part: str
    """The first part of the host's name: ``app`` of app.eu.pagerduty.com."""
    path: str

    def url(self, api_url: str) -> str:
        """Its address, from that of the REST API. What is not PagerDuty has everything at one address."""
        parts = urlsplit(api_url)
        if parts.hostname not in _PAGERDUTY:
            return f"{api_url.rstrip('/')}/{self.path}"
        return urlunsplit((parts.scheme, parts.netloc.replace("api.", f"{self.part}.", 1), f"/{self.path}", "", ""))


HOSTS: Mapping[str, _Host] = {
    "slack": _Host(SlackIntegrationConnectionsApiClient, "app", "integration-slack"),
    "jira_cloud": _Host(JiraCloudIntegrationApiClient, "api", "integration-jira-cloud"),
}
"""By the name that kinds and child lists declare."""


def add_hosts(client: RestApiV2Client, token: str) -> None:
    """Gives the client the clients of the other hosts, with its own bounds and its own time. Each has the token of the user alone."""
    for name, host in HOSTS.items():
        other = host.make(token, base_url=host.url(client.url), **CLIENT_OPTIONS)
        other.max_network_attempts = NETWORK_RETRIES
        other.sleep_timer = FIRST_WAIT_S
        other.total_time_s = client.total_time_s
        client.hosts[name] = other
