"""Credentials besides the token: pdsync.yaml names the environment variables that hold them."""

from __future__ import annotations

from pdsync.cli.error import UsageError
from pdsync.cli.invocation import Invocation
from pdsync.cli.setting.setting import Settings
from pdsync.client import HttpError, RestApiV2Client, last_4
from pdsync.engine.connection import connect
from pdsync.engine.host import HOSTS
from pdsync.engine.host import add_hosts as add_clients


def add_hosts(client: RestApiV2Client, invocation: Invocation, token: str | None, variable: str | None) -> None:
    """Gives the client the other hosts, with this token or the one of the environment variable. Without one, it gets what to do about that.
    Raises UsageError for text that no header could hold."""
    if token is None and variable is not None:
        token = read_credential(invocation, variable)
    if token is None:
        why = f"that takes the API token of a user, and the environment variable {variable} is not set or empty. Set it"
        client.missing_hosts.update(dict.fromkeys(HOSTS, why))
        return
    add_clients(client, token)


def read_credential(invocation: Invocation, variable: str) -> str | None:
    """The value of the environment variable, which is in no output from now on. None where it is not set or empty. Raises UsageError."""
    value = invocation.env(variable)
    if value is None:
        return None
    if not (value.isascii() and value.isprintable()) or " " in value:
        raise UsageError(
            f"the token from {variable} contains white space or characters that no token has",
            "It must be the token alone, on one line.",
        )
    invocation.secrets.append(value)
    return value


def describe_user_token(client: RestApiV2Client, invocation: Invocation, settings: Settings) -> str | None:
    """Whose the token for Slack and Jira is, in words; None where pdsync.yaml names none. One or two requests to the REST API. Raises UsageError,
    and what the client raises."""
    variable = settings.config.user_token
    if variable is None or settings.base_url is None:
        return None
    token = read_credential(invocation, variable)
    if token is None:
        return f"missing: the environment variable {variable} is not set or empty"
    with connect(token, base_url=client.url) as asking:
        asking.total_time_s = client.total_time_s
        shown = f"{last_4(token)} from {variable}"
        try:
            if asking.api_key_access == "account":
                return f"{shown}: a key of the account, which Slack and Jira refuse. Use the API token of a user"
            person = asking.rget("users/me")
        except HttpError as error:
            return f"{shown}: PagerDuty refuses it (HTTP {error.status})"
    if not isinstance(person, dict):
        return f"{shown}: PagerDuty did not say whose it is"
    return f"{shown}: {person.get('name')} ({person.get('email')})"
