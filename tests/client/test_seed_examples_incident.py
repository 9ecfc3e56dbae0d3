"""The examples of test_seed_examples.py that are about incidents and events."""

from .sandbox_account import Account, reference


def test_multi_valued_set_filters(account: Account) -> None:
    account.events_client.trigger("Server is on fire", "dusty.old.server.net")
    # Query all open incidents assigned to a user
    incidents = account.client.list_all(
        "incidents",
        params={
            # Both of the following parameter names are valid:
            "user_ids[]": [account.jane["id"]],
            "statuses": ["triggered", "acknowledged"],  # "[]" will be automatically appended
        },
    )
    assert [incident["title"] for incident in incidents] == ["Server is on fire"]
    assert account.requests()[-1] == (
        f"GET /incidents?user_ids[]={account.jane['id']}&statuses[]=triggered&statuses[]=acknowledged&limit=100&offset=0"
    )


def test_all_incident_notes_submitted_by_a_team_within_a_time_range(account: Account) -> None:
    team = account.client.rpost("teams", json={"type": "team", "name": "X"})
    policy = account.client.rget(account.policy)
    account.client.rput(policy, json={**policy, "teams": [reference(team)]})
    account.events_client.trigger("Server is on fire", "dusty.old.server.net")
    (incident,) = account.client.iter_all("incidents")
    account.client.rpost(f"incidents/{incident['id']}/notes", json={"content": "Resolved by reboot"})
    notes = list(
        account.client.iter_incident_notes(
            params={"team_ids": [team["id"]], "since": "2026-01-01", "until": "2026-07-01"}
        )
    )
    assert [note["type"] for note in notes] == ["annotate_log_entry"]
    assert notes == list(account.client.iter_incident_notes(incident["id"], params={"team_ids": ["PNOTTHIS"]}))
    elsewhere = {"team_ids": [team["id"]], "since": "2025-01-01", "until": "2025-07-01"}
    assert list(account.client.iter_incident_notes(params=elsewhere)) == []


def test_acknowledge_all_triggered_incidents_assigned_to_a_user(account: Account) -> None:
    client = account.client
    for number in range(3):
        account.events_client.trigger(f"Server {number} is on fire", "dusty.old.server.net")
    incidents = client.list_all("incidents", params={"user_ids": [account.jane["id"]], "statuses": ["triggered"]})
    for i in incidents:
        i["status"] = "acknowledged"
    updated_incidents = client.rput("incidents", json=incidents)
    assert [i["status"] for i in updated_incidents] == ["acknowledged"] * 3
    assert set(account.statuses().values()) == {"acknowledged"}

    # For instance, to resolve two incidents:
    first, second, _ = (i["id"] for i in updated_incidents)
    client.rput(
        "incidents",
        json=[
            {"id": first, "type": "incident_reference", "status": "resolved"},
            {"id": second, "type": "incident_reference", "status": "resolved"},
        ],
    )
    assert sorted(account.statuses().values()) == ["acknowledged", "resolved", "resolved"]


# Events


def test_trigger_and_resolve_an_alert(account: Account) -> None:
    """The deduplication key comes from the API, or is a custom one."""
    events_client = account.events_client
    dedup_key = events_client.trigger("Server is on fire", "dusty.old.server.net")
    assert account.statuses() == {"Server is on fire": "triggered"}
    events_client.resolve(dedup_key)
    assert account.statuses() == {"Server is on fire": "resolved"}

    events_client.trigger("Another is on fire", "dusty.old.server.net", dedup_key="abc123")
    events_client.acknowledge("abc123")
    assert account.statuses()["Another is on fire"] == "acknowledged"


def test_submit_a_change_event(account: Account) -> None:
    account.events_client.submit("new build finished at latest HEAD", source="automation")
    seen = account.server.requests()[-1]
    assert (seen["method"], seen["path"], seen["status"]) == ("POST", "/v2/change/enqueue", 202)


def test_wrappers_that_differ_between_request_and_response(account: Account) -> None:
    """Business service subscribers are wrapped differently; only one side of a status update is wrapped."""
    client = account.client
    business_service = client.rpost("business_services", json={"name": "Checkout"})
    subscriber = {"subscriber_id": account.jane["id"], "subscriber_type": "user"}
    subscriptions = client.rpost(f"business_services/{business_service['id']}/subscribers", json=[subscriber])
    assert [it["result"] for it in subscriptions] == ["success"]
    assert client.list_all(f"business_services/{business_service['id']}/subscribers") == [subscriber]

    account.events_client.trigger("Server is on fire", "dusty.old.server.net")
    (incident,) = client.iter_all("incidents")
    update = client.rpost(f"incidents/{incident['id']}/status_updates", json={"message": "It spreads."})
    assert update["message"] == "It spreads."
