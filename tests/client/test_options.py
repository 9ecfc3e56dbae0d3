"""Arguments of constructors: what no client knows is refused, and a credential in the wrong place is not taken for a flag."""

from typing import Any

import pytest

from pdsync import client as library
from pdsync.client import RestApiV2Client, UrlError, pdpyras
from pdsync.client.options import ClientOptions

KEY = "u+Sup3rS3cretT0ken42"
CREDENTIALS: dict[Any, tuple[str, ...]] = {
    library.ApiClient: (KEY,),
    library.RestApiV2Client: (KEY,),
    library.EventsApiV2Client: (KEY,),
    library.OAuthTokenClient: (KEY, "the-application"),
    library.ScimApiClient: (KEY,),
    library.SlackIntegrationApiClient: (KEY,),
    library.SlackIntegrationConnectionsApiClient: (KEY,),
    library.MsTeamsIntegrationApiClient: (KEY,),
    library.JiraServerIntegrationApiClient: (KEY, "s1gnature"),
    library.JiraCloudIntegrationApiClient: (KEY,),
    pdpyras.APISession: (KEY,),
    pdpyras.EventsAPISession: (KEY,),
    pdpyras.ChangeEventsAPISession: (KEY,),
}
BASE = {"base_url": "https://api.pagerduty.com"}


@pytest.mark.parametrize("owner", CREDENTIALS)
@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("proxies", "set the attribute 'proxies' of the client"),
        ("stream", "set the attribute 'stream' of the client"),
        ("time_out", "did you mean 'timeout'?"),
        ("retries", "did you mean 'retry'?"),
        ("something", "has no option 'something'"),
    ],
)
def test_an_unknown_keyword_is_refused_by_every_client(owner: Any, name: str, hint: str) -> None:
    with pytest.raises(TypeError) as refused:
        owner(*CREDENTIALS[owner], **BASE, **{name: "http://user:s3cret@proxy.example:3128"})
    assert hint in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_every_documented_option_is_taken() -> None:
    options: Any = dict.fromkeys(ClientOptions.__annotations__, None)
    options |= {"retry": {}, "pool_size": 3, "timeout": 5, "sleep": lambda s: None, "clock": lambda: 0.0}
    with RestApiV2Client(KEY, **options) as client:
        assert client.timeout == 5


@pytest.mark.parametrize("owner", CREDENTIALS)
def test_text_is_no_debug_flag(owner: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TypeError, match="debug must be True or False, not a str") as refused:
        owner(*CREDENTIALS[owner], debug="0ther-S3cret", **BASE)
    assert "0ther" not in str(refused.value) + capsys.readouterr().err


@pytest.mark.parametrize("signature", [True, None, "", "two words", "line\nbreak", b"bytes"])
def test_the_signature_of_jira_must_be_a_credential(signature: Any) -> None:
    with pytest.raises(UrlError, match="the Jira signature token") as refused:
        library.JiraServerIntegrationApiClient(KEY, signature)
    assert "two" not in str(refused.value)
