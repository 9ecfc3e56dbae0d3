"""Arguments of constructors: what no client knows is refused, and a credential in the wrong place is not taken for a flag."""

from typing import Any

import pytest

from pdsync import client as library
from pdsync.client import RestApiV2Client, UrlError, pdpyras
from pdsync.client.options import ClientOptions

from .transport import Transport, answer

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
        ("transport", "did you mean 'mounts'?"),
        ("auth", "did you mean 'auth_method'?"),
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
    options |= {
        "verify": True,
        "trust_env": True,
        "retry": {},
        "pool_size": 3,
        "timeout": 5,
        "sleep": lambda s: None,
        "clock": lambda: 0.0,
    }
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


@pytest.mark.parametrize("owner", CREDENTIALS)
def test_a_proxy_goes_before_one_of_the_environment(owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://other.example:1")
    monkeypatch.setenv("NO_PROXY", "*")
    client = owner(*CREDENTIALS[owner], **BASE, proxy="http://proxy.example:3128")
    transport = Transport(lambda _: answer(200, {}))
    client.mount("https://", transport)
    client.post("incidents/Q1/meeting", **({"json": {}} if owner is not library.OAuthTokenClient else {"data": {}}))
    assert transport.proxies[0]["https"] == "http://proxy.example:3128"
    client.proxies.update({"https": "http://third.example:3128"})
    client.post("incidents/Q1/meeting")
    assert transport.proxies[1]["https"] == "http://third.example:3128"


def test_a_proxy_of_the_environment_is_used_where_the_program_names_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://other.example:1")
    for trusting, proxy in ((True, "http://other.example:1"), (False, None)):
        with RestApiV2Client(KEY, trust_env=trusting) as client:
            transport = Transport(lambda _: answer(200, {}))
            client.mount("https://", transport)
            client.get("users")
            assert transport.proxies[0].get("https") == proxy


@pytest.mark.parametrize("verify", ["/etc/ca.pem", False])
def test_certificates_that_the_program_names_go_before_the_environment(
    monkeypatch: pytest.MonkeyPatch, verify: bool | str
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/other.pem")
    with RestApiV2Client(KEY, verify=verify) as client, RestApiV2Client(KEY) as plain:
        url = "https://api.pagerduty.com/users"
        assert client.merge_environment_settings(url, {}, None, None, None)["verify"] == verify
        assert client.merge_environment_settings(url, {}, None, "/etc/call.pem", None)["verify"] == "/etc/call.pem"
        assert plain.merge_environment_settings(url, {}, None, None, None)["verify"] == "/etc/other.pem"


@pytest.mark.parametrize("prefix", ["https://", "all://", "https://api.pagerduty.com/users"])
def test_requests_go_through_a_mounted_adapter(prefix: str) -> None:
    transport = Transport(lambda _: answer(200, {"user": {"id": "P1"}}))
    with RestApiV2Client(KEY, mounts={prefix: transport}) as client:
        assert client.rget("users/P1") == {"id": "P1"}
    assert transport.lines == ["GET /users/P1"]


def test_a_mount_is_an_adapter_of_the_http_library() -> None:
    with pytest.raises(TypeError, match="mounts has a str where an adapter of requests must be"):
        RestApiV2Client(KEY, mounts={"https://": "http://proxy.example"})  # type: ignore[dict-item]


def test_what_all_requests_share_may_be_given_at_once() -> None:
    transport = Transport(lambda _: answer(200, {"users": []}))
    shared: Any = {
        "headers": {"X-Trace": "1", "user-agent": "on-call-bot/1"},
        "params": {"include": ["teams"], "limit": 5},
        "verify": "/etc/ca.pem",
        "cert": "/etc/client.pem",
        "mounts": {"https://": transport},
    }
    with RestApiV2Client(KEY, **shared) as client:
        client.rget("users", params={"limit": 7})
        assert (client.verify, client.cert) == ("/etc/ca.pem", "/etc/client.pem")
    (request,) = transport.requests
    assert request.path_url == "/users?include%5B%5D=teams&limit=7"
    assert (request.headers["X-Trace"], request.headers["User-Agent"]) == ("1", "on-call-bot/1")
    assert request.headers["Accept"] == "application/vnd.pagerduty+json;version=2"


def test_a_subclass_names_its_address() -> None:
    class Mine(RestApiV2Client):
        default_base_url = "https://gateway.example.com/pagerduty"

    with Mine(KEY) as client, Mine(KEY, base_url="https://api.eu.pagerduty.com") as other:
        assert (client.url, other.url) == ("https://gateway.example.com/pagerduty", "https://api.eu.pagerduty.com")
    with RestApiV2Client(KEY, base_url="https://api.eu.pagerduty.com") as client:
        assert client.default_base_url == "https://api.pagerduty.com"
