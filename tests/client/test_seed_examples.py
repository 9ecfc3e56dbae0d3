# ruff: noqa: T201 (examples print)
"""The examples of the user guides of this library's predecessors, as their readers have them in their programs.

What is adapted is names of secrets, hosts and ids. Most run against the sandbox; what that does not have, against
``responses``. The first line of each test says what the guide says.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses

import pdsync.client as pagerduty
from pdsync.client import pdpyras

from .conftest import MakeClient
from .sandbox_account import API_KEY, Account, reference
from .transport import VirtualTime, answer

ROUTING_KEY = "0123456789abcdef0123456789abcdef"


# Constructing clients


def test_the_first_step_is_to_construct_a_client_object() -> None:
    # REST API v2:
    client = pagerduty.RestApiV2Client(API_KEY)

    # REST API v2 with an OAuth2 access token (both are equivalent)
    client_oauth = pagerduty.RestApiV2Client(API_KEY, auth_type="oauth2")
    client_bearer = pagerduty.RestApiV2Client(API_KEY, auth_type="bearer")

    # Events API v2, including change events:
    events_client = pagerduty.EventsApiV2Client(ROUTING_KEY)

    assert client.auth_header == {"Authorization": f"Token token={API_KEY}"}
    assert client_oauth.auth_header == client_bearer.auth_header == {"Authorization": f"Bearer {API_KEY}"}
    assert events_client.auth_header == {}


def test_clients_can_also_be_used_as_context_managers(account: Account) -> None:
    def do_application(client: pagerduty.RestApiV2Client) -> int:
        return client.get_total("users")

    with pagerduty.RestApiV2Client(API_KEY, base_url=account.url) as client:
        assert do_application(client) == 2


@responses.activate
def test_using_non_us_service_regions() -> None:
    client = pagerduty.RestApiV2Client(API_KEY)
    events_client = pagerduty.EventsApiV2Client(ROUTING_KEY)
    slack_integration_client = pagerduty.SlackIntegrationConnectionsApiClient(API_KEY)

    # REST API
    client.url = "https://api.eu.pagerduty.com"
    # Events API:
    events_client.url = "https://events.eu.pagerduty.com"
    # Slack Integration "Connections" API (and likewise for other APIs that use apps.pagerduty.com)
    slack_integration_client.url = "https://apps.eu.pagerduty.com/integration-slack"

    responses.get("https://api.eu.pagerduty.com/users/P1", json={"user": {"id": "P1"}})
    responses.post("https://events.eu.pagerduty.com/v2/enqueue", status=202, json={"dedup_key": "abc"})
    connections = {"slack_connections": [{"id": "A1"}], "more": False}
    responses.get("https://apps.eu.pagerduty.com/integration-slack/workspaces/T1/connections", json=connections)
    assert client.rget("users/P1") == {"id": "P1"}
    assert events_client.resolve("abc") == "abc"
    assert slack_integration_client.list_all("workspaces/T1/connections") == [{"id": "A1"}]


# OAuth


def authorized(url: str) -> str:
    """What the browser of a user does who agrees: the code comes back in the redirect."""
    response = requests.get(url, allow_redirects=False, timeout=30)
    assert response.status_code == 302, response.text
    return parse_qs(urlsplit(response.headers["Location"]).query)["code"][0]


def test_performing_an_oauth_exchange_to_obtain_an_access_token(account: Account) -> None:
    client_secret, client_id = "s3cret-of-the-application", "the-application"
    scope, redirect_uri = "users.read", "http://localhost/callback"
    token_client = pagerduty.OAuthTokenClient(client_secret, client_id)
    token_client.url = account.url

    # With a client object:
    authorize_url = token_client.authorize_url(scope, redirect_uri)
    # Without a client object:
    same_url = pagerduty.OAuthTokenClient.get_authorize_url(client_id, scope, redirect_uri)
    assert same_url.replace("https://identity.pagerduty.com", account.url) == authorize_url

    # auth_code contains the "code" parameter in the redirect URL of the application:
    auth_code = authorized(authorize_url)
    auth_response = token_client.get_new_token_from_code(auth_code, scope, redirect_uri)
    access_token = auth_response["access_token"]
    refresh_token = auth_response["refresh_token"]

    assert refresh_token
    with pagerduty.RestApiV2Client(access_token, auth_type="bearer", base_url=account.url) as client:
        assert client.get_total("users") == 2
    token_client.close()


def test_performing_oauth_token_refresh_automatically(account: Account) -> None:
    token_client = pagerduty.OAuthTokenClient("s3cret-of-the-application", "the-application", base_url=account.url)
    redirect_uri = "http://localhost/callback"
    auth_code = authorized(token_client.authorize_url("users.read", redirect_uri))
    stored = token_client.get_new_token_from_code(auth_code, "users.read", redirect_uri)

    def securely_get_values() -> tuple[str, str, str]:
        return stored["access_token"], stored["refresh_token"], stored["expiration_date"]

    def securely_store_values(**values: Any) -> None:
        stored.update(values)

    token_client.early_refresh_buffer = 86400 * 2  # the tokens of the sandbox end after a day
    access_token, refresh_token, expiration_date = securely_get_values()
    rest_client, auth_response = token_client.refresh_client(
        access_token, refresh_token, expiration_date, base_url=account.url
    )
    # If auth_response == None, the token was not refreshed and does not need to be updated
    assert type(auth_response) is dict
    if type(auth_response) is dict:
        securely_store_values(
            access_token=auth_response["access_token"],
            refresh_token=auth_response["refresh_token"],
            expiration_date=auth_response["expiration_date"],
        )
    assert stored["access_token"] != access_token
    assert rest_client.get_total("users") == 2

    token_client.early_refresh_buffer = 3600
    same_client, nothing = token_client.refresh_client(*securely_get_values(), base_url=account.url)
    assert nothing is None
    assert same_client.get_total("users") == 2
    for client in (token_client, rest_client, same_client):
        client.close()


# Reading


def test_making_a_request_and_decoding_the_response(account: Account) -> None:
    client, path = account.client, f"/users/{account.jane['id']}"

    # Using get:
    response = client.get(path)
    user = None
    if response.ok:
        user = response.json()["user"]

    # Using jget (return the full body after decoding), and rget (the entity after unwrapping):
    assert user == client.jget(path)["user"] == client.rget(path)
    assert (user["type"], user["email"]) == ("user", "jane@example35.com")


def test_using_pagination(account: Account) -> None:
    # Print each user's email address and name:
    printed = [(user["id"], user["email"], user["name"]) for user in account.client.iter_all("users")]
    assert (account.jane["id"], "jane@example35.com", "Jane") in printed

    # Get a list of all services with "SN" in their name:
    account.new_service("Other")
    services = account.client.list_all("services", params={"query": "SN"})
    assert [service["name"] for service in services] == ["SN one"]


def test_searching_and_counting(account: Account) -> None:
    # Find the user with email address "jane@example35.com"
    user = account.client.find("users", "jane@example35.com", attribute="email")
    assert user is not None
    assert user["id"] == account.jane["id"]

    team = account.client.rpost("teams", json={"type": "team", "name": "X"})
    account.client.rput(f"teams/{team['id']}/users/{user['id']}", json={"role": "responder"})
    # Get the total number of users in the whole account, and on a given team:
    total_users = account.client.get_total("users")
    total_users_on_team_x = account.client.get_total("users", params={"team_ids[]": [team["id"]]})
    assert (total_users, total_users_on_team_x) == (2, 1)


def test_there_is_no_need_to_compose_the_query_string(account: Account) -> None:
    account.user("Dan", "dan@example.com")
    account.user("Dana", "dana@example.com")
    first_dan = account.client.rget("users", params={"query": "Dan", "limit": 1, "offset": 0})
    assert [user["name"] for user in first_dan] == ["Dan"]
    assert account.requests()[-1] == "GET /users?query=Dan&limit=1&offset=0"


@responses.activate
def test_82_services_in_pages_of_50() -> None:
    url = "https://api.pagerduty.com/services?query=foo&include%5B%5D=escalation_policies&include%5B%5D=teams&limit=50"
    rows = [{"type": "service", "id": f"P{n}"} for n in range(82)]
    responses.get(f"{url}&offset=0", json={"services": rows[:50], "more": True})
    responses.get(f"{url}&offset=50", json={"services": rows[50:], "more": False})
    client = pagerduty.RestApiV2Client(API_KEY)
    foo_services = client.list_all(
        "services", params={"query": "foo", "include": ["escalation_policies", "teams"], "limit": 50}
    )
    assert foo_services == rows
    assert [call.request.url for call in responses.calls] == [f"{url}&offset=0", f"{url}&offset=50"]


def test_response_headers(account: Account) -> None:
    response = account.client.get("incidents")
    # The UUID of the API request, which can be supplied to PagerDuty Customer Support
    assert len(response.headers["x-request-id"]) == 36


# Writing


def test_updating_a_resource(account: Account) -> None:
    client, user = account.client, account.jane

    # (1) using put directly:
    updated_user = None
    response = client.put(user["self"], json={"user": {"type": "user", "name": "Jane Doe", "email": user["email"]}})
    if response.ok:
        updated_user = response.json()["user"]
    assert updated_user is not None
    assert updated_user["name"] == "Jane Doe"

    # (2) using rput: the URL argument may also be a resource, and json needs no wrapper
    updated_user = client.rput(user, json={"type": "user", "name": "Jane Roe", "email": user["email"]})
    assert updated_user["name"] == client.rget(user)["name"] == "Jane Roe"


def test_idempotent_create_and_update(account: Account) -> None:
    user_data = {"email": "user123@example.com", "name": "User McUserson"}
    created = account.client.persist("users", "email", user_data, update=True)
    assert account.client.persist("users", "email", user_data, update=True) == created
    updated_user = account.client.persist("users", "email", {**user_data, "name": "User Again"}, update=True)
    assert (updated_user["id"], updated_user["name"]) == (created["id"], "User Again")
    assert account.client.get_total("users") == 3


def rota(account: Account, name: str) -> Any:
    layer = {
        "start": "2023-01-01T00:00:00Z",
        "rotation_virtual_start": "2023-01-01T00:00:00Z",
        "rotation_turn_length_seconds": 86400,
        "users": [{"user": reference(account.jane)}],
    }
    body = {"type": "schedule", "name": name, "time_zone": "UTC", "schedule_layers": [layer]}
    return account.client.rpost("schedules", json=body)


def test_a_new_escalation_rule(account: Account) -> None:
    client, schedule = account.client, rota(account, "Daily Engineering Rotation")
    targets = [reference(account.jane), reference(schedule)]
    rules = [{"escalation_delay_in_minutes": 30, "targets": targets}]
    ep = client.rpost("escalation_policies", json={"name": "Engineering", "escalation_rules": rules})
    # The name of the second target in level 1 (PagerDuty keeps their order by id, so that may be either one):
    second = max((account.jane["id"], "Jane"), (schedule["id"], "Daily Engineering Rotation"))
    assert ep["escalation_rules"][0]["targets"][1]["summary"] == second[1]
    joe = account.user("Joe", "joe@example.com")
    new_rule = {
        "escalation_delay_in_minutes": 30,
        "targets": [{"id": joe["id"], "type": "user_reference"}, {"id": schedule["id"], "type": "schedule_reference"}],
    }
    ep["escalation_rules"].append(new_rule)
    # Save changes:
    ep = client.rput(ep, json=ep)
    kept = [{target["summary"] for target in rule["targets"]} for rule in client.rget(ep)["escalation_rules"]]
    assert kept == [{"Jane", "Daily Engineering Rotation"}, {"Joe", "Daily Engineering Rotation"}]


def test_schedule_overrides_each_have_a_status(account: Account) -> None:
    schedule = rota(account, "Rota")
    created_overrides = account.client.rpost(
        f"/schedules/{schedule['id']}/overrides",
        json=[
            {
                "start": "2023-07-01T00:00:00-04:00",
                "end": "2023-07-02T00:00:00-04:00",
                "user": reference(account.jane),
                "time_zone": "UTC",
            },
            {
                "start": "2023-07-03T00:00:00-04:00",
                "end": "2023-07-01T00:00:00-04:00",
                "user": reference(account.jane),
                "time_zone": "UTC",
            },
        ],
    )
    assert [override["status"] for override in created_overrides] == [201, 400]
    assert created_overrides[1]["errors"] == ["Override must end after its start"]


# Errors, logging, proxies and retries


def test_specialized_error_handling(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    def show(path: str) -> None:
        try:
            user = account.client.rget(path)
            print(user["email"])
        except pagerduty.HttpError as e:
            if e.response.status_code == 404:
                print("User not found")
            else:
                raise e

    show("/users/PJKL678")
    show(f"/users/{account.jane['id']}")
    assert capsys.readouterr().out == "User not found\njane@example35.com\n"
    with pytest.raises(pagerduty.UrlError):
        show("/no/such/path")


def test_print_debug(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    # Method 1: keyword argument, when constructing a new client:
    client = pagerduty.RestApiV2Client(API_KEY, debug=True, base_url=account.url)
    client.get("users")
    assert "GET /users: HTTP 200" in capsys.readouterr().err
    # Method 2: on an existing client, by setting the property; to disable:
    client.print_debug = False
    client.get("users")
    assert capsys.readouterr().err == ""
    client.print_debug = True
    client.get("users")
    assert "GET /users: HTTP 200" in capsys.readouterr().err
    client.print_debug = False
    client.close()


def test_a_host_as_proxy_for_https_traffic(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(200, {"users": []}))
    # Host 10.42.187.3 port 4012 protocol https:
    client.proxies.update({"https": "10.42.187.3:4012"})
    client.get("users")
    assert transport.proxies[-1]["https"] == "10.42.187.3:4012"


def test_configuring_retry_behavior(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, _ = make_client(lambda _: answer(404))
    # This will take about 30 seconds, with 2, 4, 8 and 16 second pauses, before finally returning the status 404
    client.max_http_attempts = 4  # lower value takes effect
    client.retry[404] = 5  # this won't take effect
    client.sleep_timer = 1
    client.sleep_timer_base = 2
    response = client.get("/users/PNOEXST")
    assert (response.status_code, virtual_time.now_s) == (404, 30)

    # Same as the above, but with the per-status limit taking precedence, so the total wait time is 62 seconds:
    client.max_http_attempts = 6
    response = client.get("/users/PNOEXST")
    assert (response.status_code, virtual_time.now_s) == (404, 30 + 62)
    assert virtual_time.sleeps == [2, 4, 8, 16, 2, 4, 8, 16, 32]


# The module reference of the older predecessor


def test_errors_of_the_older_predecessor(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    session = pdpyras.APISession(API_KEY)
    session.url = account.url

    def fetch() -> None:
        try:
            session.rget("/users/PABC123")
        except pdpyras.PDClientError as e:
            if e.response is not None:
                print("HTTP error: " + str(e.response.status_code))
            else:
                raise e

    fetch()
    # one could write this:
    try:
        session.rget("/users/PABC123")
    except pdpyras.PDHTTPError as e:
        print("HTTP error: " + str(e.response.status_code))
    assert capsys.readouterr().out == "HTTP error: 404\n" * 2
    session.url, session.max_network_attempts = "http://127.0.0.1:9", 0
    with pytest.raises(pdpyras.PDClientError) as caught:
        fetch()
    assert caught.value.response is None
    session.close()
