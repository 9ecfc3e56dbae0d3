"""The clients of the APIs of PagerDuty's integrations, which follow the conventions of REST API v2 in part.

The base addresses and wrappers are those of PagerDuty's reference pages for these APIs, as its Python library
(python-pagerduty 6) and go-pagerduty's ``slack_connection.go`` show them too.
"""

from collections.abc import Mapping
from typing import ClassVar, Unpack

from requests.structures import CaseInsensitiveDict

from pdsync.client.auth_method import Credential, HeaderAuthMethod, check_credential
from pdsync.client.endpoints import EndpointIndex
from pdsync.client.options import ClientOptions
from pdsync.client.rest_api_v2_base_client import RestApiV2BaseClient
from pdsync.client.setting import replaceable

__all__ = [
    "JiraCloudIntegrationApiClient",
    "JiraServerIntegrationApiClient",
    "MsTeamsIntegrationApiClient",
    "SlackIntegrationApiClient",
    "SlackIntegrationConnectionsApiClient",
]


class SlackIntegrationApiClient(RestApiV2BaseClient):
    """The Slack integration, except for its connections: dedicated and notification channels of incidents."""

    default_url: ClassVar[str] = "https://api.pagerduty.com/integration-slack"
    accept: ClassVar[str] = "application/json"
    permitted_methods = ("GET", "POST", "PUT", "DELETE")
    endpoints: EndpointIndex = EndpointIndex(
        (
            ("*", "/incidents/{incident_id}/dedicated_channel", "channel", "channel", None),
            ("GET", "/incidents/{incident_id}/notification_channels", None, "channels", None),
            ("POST", "/incidents/{incident_id}/notification_channels", None, None, None),
        )
    )


class SlackIntegrationConnectionsApiClient(RestApiV2BaseClient):
    """The connections between Slack channels and services or teams, an API on a host of its own."""

    default_url: ClassVar[str] = "https://app.pagerduty.com/integration-slack"
    accept: ClassVar[str] = "application/json"
    permitted_methods = ("GET", "POST", "PUT", "DELETE")
    endpoints: EndpointIndex = EndpointIndex(
        (
            ("GET", "/workspaces/{slack_team_id}/connections", None, "slack_connections", "offset"),
            ("POST", "/workspaces/{slack_team_id}/connections", "slack_connection", "slack_connection", None),
            ("*", "/workspaces/{slack_team_id}/connections/{id}", "slack_connection", "slack_connection", None),
        )
    )


class MsTeamsIntegrationApiClient(RestApiV2BaseClient):
    """The Microsoft Teams integration: meetings of incidents. It takes API keys only, not OAuth tokens."""

    default_url: ClassVar[str] = "https://api.pagerduty.com/integration-ms-teams"
    accept: ClassVar[str] = "application/json"
    permitted_methods = ("POST",)
    endpoints: EndpointIndex = EndpointIndex(
        (("POST", "/incidents/{incident_id}/meeting", "meeting", "meeting", None),)
    )

    def __init__(
        self,
        api_key: Credential | None = None,
        debug: bool = False,
        base_url: str | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(api_key, "token", debug, base_url, **options)


class JiraSignatureAuthMethod(HeaderAuthMethod):
    """The signature token of a Jira instance, which is sent next to the access token."""

    @property
    def auth_header(self) -> dict[str, str]:
        """``x-pagerduty-jira-signature`` with the secret as its value."""
        return {"x-pagerduty-jira-signature": self.secret}

    def _checked(self, secret: str) -> str:
        return check_credential(secret, "the Jira signature token")


class JiraServerIntegrationApiClient(RestApiV2BaseClient):
    """The Jira Server integration: its rules.

    Args:
        access_token: an OAuth access token; API keys are refused.
        jira_signature_token: the signature token of the connected Jira instance. It is a secret.
        Others as for ``ApiClient``.
    """

    default_url: ClassVar[str] = "https://app.pagerduty.com/integration-jira-service"
    accept: ClassVar[str] = "application/json"
    permitted_methods = ("GET", "POST", "PUT", "DELETE")
    endpoints: EndpointIndex = EndpointIndex(
        (
            ("GET", "/rules", None, "rules", "offset"),
            ("POST", "/rules", "rule", "rule", None),
            ("*", "/rules/{id}", "rule", "rule", None),
        )
    )

    def __init__(
        self,
        access_token: str,
        jira_signature_token: str,
        debug: bool = False,
        base_url: str | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        self._signature = JiraSignatureAuthMethod(jira_signature_token)
        super().__init__(access_token, "bearer", debug, base_url, **options)

    @property
    def jira_signature_token(self) -> str:
        """The signature token, in clear. Setting it is seen by the next request."""
        return self._signature.secret

    @jira_signature_token.setter
    def jira_signature_token(self, token: str) -> None:
        self._signature = JiraSignatureAuthMethod(token)

    @replaceable
    def auth_header(self) -> dict[str, str]:
        """The headers with both credentials, in clear (python-pagerduty 7, JiraServerIntegrationApiClient)."""
        return {**super().auth_header, **self._signature.auth_header}


class JiraCloudIntegrationApiClient(RestApiV2BaseClient):
    """The Jira Cloud integration: its account mappings, which the API only shows, and the rules of each (python-pagerduty 7.2)."""

    default_url: ClassVar[str] = "https://api.pagerduty.com/integration-jira-cloud"
    accept: ClassVar[str] = "application/json"
    permitted_methods = ("GET", "POST", "PUT", "DELETE")
    endpoints: EndpointIndex = EndpointIndex(
        (
            ("GET", "/accounts_mappings", None, "accounts_mappings", "offset"),
            ("GET", "/accounts_mappings/{id}", None, None, None),
            ("GET", "/accounts_mappings/{id}/rules", None, "rules", "offset"),
            ("POST", "/accounts_mappings/{id}/rules", None, None, None),
            ("*", "/accounts_mappings/{id}/rules/{rule_id}", None, None, None),
        )
    )

    def prepare_headers(
        self, method: str, user_headers: Mapping[str, str | bytes | None] | None = None
    ) -> Mapping[str, str | bytes | None]:
        """As for the other clients, and a ``Content-Type`` for every method, as PagerDuty's reference of this API shows it."""
        headers: CaseInsensitiveDict[str | bytes | None] = CaseInsensitiveDict()
        if "Content-Type" not in self.headers:
            headers["Content-Type"] = "application/json"
        headers.update(super().prepare_headers(method, user_headers))
        return headers
