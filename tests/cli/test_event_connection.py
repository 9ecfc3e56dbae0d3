"""The connection to the Events API: its address and its routing key."""

from __future__ import annotations

import pytest

from pdsync.cli.error import UsageError
from pdsync.cli.event_connection import events_url, read_routing_key
from pdsync.cli.invocation import Invocation

KEY = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("api_url", "url"),
    [
        ("https://api.pagerduty.com", "https://events.pagerduty.com"),
        ("https://api.eu.pagerduty.com", "https://events.eu.pagerduty.com"),
        ("https://gateway.example/pagerduty", "https://gateway.example/pagerduty"),
        ("https://api.pagerduty.com.evil.example", "https://api.pagerduty.com.evil.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_where_events_go(api_url: str, url: str) -> None:
    assert events_url(api_url) == url


def test_the_option_goes_before_the_environment_and_both_are_secrets() -> None:
    invocation = Invocation(environ={"PAGERDUTY_ROUTING_KEY": KEY})
    assert read_routing_key(invocation, None) == KEY
    assert invocation.token_source == "PAGERDUTY_ROUTING_KEY"
    other = KEY[::-1]
    assert read_routing_key(invocation, f" {other} ") == other
    assert invocation.token_source == "-k"
    assert {KEY, other} <= set(invocation.secrets)


@pytest.mark.parametrize(
    ("given", "environ", "says"),
    [
        (None, {}, "there is no routing key"),
        ("  ", {"PAGERDUTY_ROUTING_KEY": KEY}, "the routing key of -k is empty"),
        ("not-a-key", {}, "contains characters that no key has"),
    ],
)
def test_what_cannot_be_a_key_is_refused_and_not_repeated(
    given: str | None, environ: dict[str, str], says: str
) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        read_routing_key(Invocation(environ=environ), given)
    assert "not-a-key" not in str(refused.value)
