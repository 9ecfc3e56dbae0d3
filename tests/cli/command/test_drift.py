"""pdsync drift: their edit, our pending change, or both; who and when; every output; one alert."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pdsync.client import RestApiV2Client
from pdsync.sandbox import SandboxServer
from tests.cli.conftest import MANIFESTS, Pdsync
from tests.support.recorded import count_methods, forget

BY_HAND = "u+someone-else-someone"
PENDING = MANIFESTS.replace("escalation_delay_in_minutes: 10m", "escalation_delay_in_minutes: 20m")
V2 = "events_api_v2_inbound_integration"


@pytest.fixture
def applied(pdsync: Pdsync, manifests: Path, online: SandboxServer) -> Path:
    assert pdsync("apply", "--yes").code == 0
    return manifests


@pytest.fixture
def hand(sandbox: SandboxServer) -> Any:
    """Someone else, with a key of their own."""
    with RestApiV2Client(BY_HAND, base_url=sandbox.url) as client:
        yield client


def edit(hand: RestApiV2Client, timeout: int = 600) -> dict[str, Any]:
    service = hand.find("services", "Checkout")
    assert service is not None
    return hand.rput(service, json={"type": "service", "name": "Checkout", "auto_resolve_timeout": timeout})


def drift_of(pdsync: Pdsync) -> dict[str, Any]:
    return {moved["address"]: moved for moved in json.loads(pdsync("drift", "-o", "json").out)["moved"]}


def test_no_drift_is_one_line(pdsync: Pdsync, applied: Path, online: SandboxServer) -> None:
    forget(online)
    run = pdsync("drift")
    assert (run.code, run.out) == (0, "No drift. 3 objects match the manifests.\n")
    assert set(count_methods(online)) == {"GET"}


def test_their_edit_our_pending_change_and_both_are_told_apart(
    pdsync: Pdsync, applied: Path, online: SandboxServer, hand: RestApiV2Client
) -> None:
    edit(hand)
    applied.write_text(PENDING)
    run = pdsync("drift")
    assert run.code == 2
    theirs, _, rest = run.out.partition("Changed in the manifest and not applied yet")
    assert theirs.startswith(
        "Edited in the account since it was applied\n  ! Checkout  service/checkout  manifests/shop.yaml:14\n"
    )
    assert "auto_resolve_timeout: live 10m, manifest 4h" in theirs
    assert re.search(r"last update by .+ \(api_token\) at 20\d\d-", theirs)
    assert "  ! Shop  escalation_policy/shop" in rest
    assert rest.endswith("Drift: 1 edited in the account, 1 not applied yet; 1 unchanged.\n")
    applied.write_text(PENDING.replace("auto_resolve_timeout: 4h", "auto_resolve_timeout: 2h"))
    assert {a: m["origin"] for a, m in drift_of(pdsync).items()} == {
        "escalation_policy/shop": "ours",
        "service/checkout": "both",
    }
    assert pdsync("apply", "--yes").code == 0
    assert pdsync("drift").code == 0


def test_what_cannot_be_told_is_said_to_be_unclear(
    pdsync: Pdsync, applied: Path, online: SandboxServer, hand: RestApiV2Client
) -> None:
    user = hand.find("users", "ana@example.com", attribute="email")
    service = hand.find("services", "Checkout")
    assert user is not None
    assert service is not None
    hand.rput(user, json={"type": "user", "name": "Ana L.", "email": "ana@example.com"})
    hand.rdelete(service)
    found = drift_of(pdsync)
    assert {address: moved["origin"] for address, moved in found.items()} == {
        "user/ana": "unknown",
        "service/checkout": "unknown",
    }
    assert found["service/checkout"]["what"] == "not in the account: never applied, or deleted there"
    assert found["user/ana"]["editor"]["action"] == "update"


def test_our_own_writes_are_no_ones_edit(pdsync: Pdsync, applied: Path, online: SandboxServer) -> None:
    applied.write_text(PENDING)
    assert drift_of(pdsync)["escalation_policy/shop"]["editor"] is None


def test_without_audit_records_the_editor_is_left_out(
    pdsync: Pdsync, applied: Path, online: SandboxServer, hand: RestApiV2Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(hand)

    def refused(self: RestApiV2Client, url: str, *arguments: Any, **options: Any) -> Any:
        from pdsync.client import Error

        raise Error("Access denied")

    monkeypatch.setattr(RestApiV2Client, "iter_cursor", refused)
    assert drift_of(pdsync)["service/checkout"]["editor"] is None


def test_markdown_is_inert_and_can_be_found_again(
    pdsync: Pdsync, applied: Path, online: SandboxServer, hand: RestApiV2Client
) -> None:
    service = hand.find("services", "Checkout")
    assert service is not None
    hand.rput(service, json={"type": "service", "name": "``` <b>@all</b> --> ![x](y)"})
    out = pdsync("drift", "-o", "markdown").out
    assert out.startswith("<!-- pdsync:acme -->\n## pdsync drift: `acme`")
    fence = re.findall(r"^(`{3,})", out, re.MULTILINE)
    assert len(fence) == 2
    assert len(fence[0]) >= 4
    inside = out.split(fence[0])[1]
    assert "<b>@all</b>" in inside
    assert "<b>" not in out.replace(inside, "")


def test_junit_is_a_failed_test_for_each(
    pdsync: Pdsync, applied: Path, online: SandboxServer, hand: RestApiV2Client
) -> None:
    passed = ElementTree.fromstring(pdsync("drift", "-o", "junit").out)
    assert (passed.get("tests"), passed.get("failures")) == ("1", "0")
    service = hand.find("services", "Checkout")
    assert service is not None
    hand.rput(service, json={"type": "service", "name": 'A & <b> " ]]>'})
    suite = ElementTree.fromstring(pdsync("drift", "-o", "junit").out)
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    (failure,) = suite.iter("failure")
    assert failure.get("type") == "theirs"
    assert "name: live " in (failure.text or "")


def test_prometheus_is_a_file_for_the_collector(
    pdsync: Pdsync, applied: Path, online: SandboxServer, hand: RestApiV2Client, folder: Path
) -> None:
    edit(hand)
    run = pdsync("drift", "-o", "prometheus", "--out", "pdsync.prom")
    assert (run.code, run.out) == (2, "")
    file = folder / "pdsync.prom"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r'[a-z_]+\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\} \d+', line) for line in lines), lines
    assert 'pdsync_drift_objects{workspace="acme",origin="theirs"} 1' in lines
    assert 'pdsync_drift_object{workspace="acme",address="service/checkout",origin="theirs"} 1' in lines
    assert 'pdsync_managed_objects_unchanged{workspace="acme"} 2' in lines
    assert pdsync("drift", "-o", "json", "--out", "drift.json").code == 2
    assert stat.S_IMODE((folder / "drift.json").stat().st_mode) == 0o600
    assert pdsync("drift", "--out", "manifests").code == 64


def key_of(client: RestApiV2Client) -> str:
    """The routing key of a service for pdsync's own alerts."""
    policy = client.find("escalation_policies", "Shop")
    assert policy is not None
    reference = {"id": policy["id"], "type": "escalation_policy_reference"}
    service = client.rpost("services", json={"type": "service", "name": "Alerts", "escalation_policy": reference})
    made = client.rpost(f"services/{service['id']}/integrations", json={"type": V2, "name": "pdsync"})
    return str(made["integration_key"])


def incidents(client: RestApiV2Client) -> list[str]:
    return [incident["status"] for incident in client.iter_all("incidents", params={"date_range": "all"})]


def test_there_is_one_alert_which_is_renewed_and_resolved(
    pdsync: Pdsync, applied: Path, online: SandboxServer, hand: RestApiV2Client, client: RestApiV2Client
) -> None:
    key = {"PAGERDUTY_ROUTING_KEY": key_of(client)}
    assert pdsync("drift", "--notify", "env", env=key).code == 0
    assert incidents(client) == []
    edit(hand)
    for timeout in (600, 700, 700):
        edit(hand, timeout)
        run = pdsync("drift", "--notify", "env", env=key)
        assert run.code == 2
        assert key["PAGERDUTY_ROUTING_KEY"] not in run.out + run.err
        assert incidents(client) == ["triggered"]
    assert pdsync("apply", "--yes").code == 0
    assert pdsync("drift", "--notify", key["PAGERDUTY_ROUTING_KEY"]).code == 0
    assert incidents(client) == ["resolved"]


def test_a_pending_change_alone_alerts_no_one(
    pdsync: Pdsync, applied: Path, online: SandboxServer, client: RestApiV2Client
) -> None:
    key = key_of(client)
    applied.write_text(PENDING)
    assert pdsync("drift", "--notify", key).code == 2
    assert incidents(client) == []


def test_a_notification_that_fails_is_an_error_and_the_result_is_shown(
    pdsync: Pdsync, applied: Path, online: SandboxServer, hand: RestApiV2Client
) -> None:
    edit(hand)
    run = pdsync("drift", "--notify", "A" * 32)
    assert run.code == 1
    assert "auto_resolve_timeout: live 10m, manifest 4h" in run.out
    assert run.err.startswith("error: the result above is valid, but no alert was sent: ")
    assert "A" * 32 not in run.out + run.err
    assert pdsync("drift", "--notify", "env").code == 64
    assert pdsync("drift", "--notify", "A" * 32, "--target", "service/checkout").code == 64


def test_an_apply_sends_one_change_event_when_it_wrote_something(
    pdsync: Pdsync, applied: Path, online: SandboxServer, client: RestApiV2Client
) -> None:
    key = key_of(client)
    forget(online)
    assert pdsync("apply", "--yes", "--notify", key).code == 0
    assert count_methods(online)["POST"] == 0
    applied.write_text(PENDING)
    assert pdsync("apply", "--yes", "--notify", key).code == 0
    assert count_methods(online)["POST"] == 1
    applied.write_text(MANIFESTS)
    run = pdsync("apply", "--yes", "--notify", "A" * 32)
    assert run.code == 7
    assert "Done: 1 applied." in run.out
    assert run.err.startswith("error: the apply above is done, but its change event was not sent: ")


def test_problems_and_quiet(pdsync: Pdsync, applied: Path, online: SandboxServer, hand: RestApiV2Client) -> None:
    edit(hand)
    run = pdsync("-q", "drift")
    assert run.out == "Drift: 1 edited in the account; 2 unchanged.\n"
    applied.write_text(MANIFESTS.replace("escalation_policy: shop,", "escalation_policy: nowhere,"))
    run = pdsync("drift")
    assert run.code == 1
    assert "there is no EscalationPolicy 'nowhere'" in run.err


def test_a_read_only_token_is_enough(
    pdsync: Pdsync, applied: Path, online: SandboxServer, hand: RestApiV2Client
) -> None:
    edit(hand)
    forget(online)
    run = pdsync("drift", "-o", "json", env={"PAGERDUTY_TOKEN": "readonly" * 3})
    assert run.code == 2
    assert set(count_methods(online)) == {"GET"}


def test_after_an_accept_the_record_is_renewed_and_tells_right_again(
    pdsync: Pdsync, applied: Path, online: SandboxServer, hand: RestApiV2Client
) -> None:
    edit(hand, 600)
    assert pdsync("accept", "service/checkout").code == 0
    assert pdsync("drift").code == 0
    run = pdsync("apply", "--yes")
    assert run.code == 0
    assert "refreshes the record in its ownership line" in run.out
    edit(hand, 4 * 3600)  # back to what it was before
    assert drift_of(pdsync)["service/checkout"]["origin"] == "theirs"
    edit(hand, 600)
    applied.write_text(applied.read_text().replace("auto_resolve_timeout: 10m", "auto_resolve_timeout: 15m"))
    assert drift_of(pdsync)["service/checkout"]["origin"] == "ours"


def test_a_field_that_the_manifest_has_anew_is_no_edit(
    pdsync: Pdsync, applied: Path, online: SandboxServer, client: RestApiV2Client
) -> None:
    applied.write_text(
        MANIFESTS.replace("auto_resolve_timeout: 4h", "auto_resolve_timeout: 4h, acknowledgement_timeout: 1h")
    )
    assert drift_of(pdsync)["service/checkout"]["origin"] == "ours"


def test_what_failed_half_way_is_no_ones_edit(
    pdsync: Pdsync, applied: Path, online: SandboxServer, client: RestApiV2Client
) -> None:
    red = "---\napiVersion: pdsync/v1\nkind: Team\nmetadata: {name: red}\nspec: {name: Red, members: [%s]}\n"
    applied.write_text(MANIFESTS + red % "{user: ana, role: responder}")
    assert pdsync("apply", "--yes").code == 0
    refuse = {"type": "error", "status": 400}
    online.control.set_faults([{"match": {"method": "PUT", "path": "/teams/*/users/*"}, "action": refuse}])
    applied.write_text(MANIFESTS + red % "{user: ana, role: manager}")
    assert pdsync("apply", "--yes").code != 0
    online.control.clear_faults()
    assert drift_of(pdsync)["team/red"]["origin"] == "ours"


def test_a_role_changed_by_hand_is_found_and_all_roles_puts_it_back(
    pdsync: Pdsync, applied: Path, online: SandboxServer, hand: RestApiV2Client
) -> None:
    spec = "{name: Red, members: [{user: ana, role: observer}]}"
    applied.write_text(f"{MANIFESTS}---\napiVersion: pdsync/v1\nkind: Team\nmetadata: {{name: red}}\nspec: {spec}\n")
    assert pdsync("apply", "--yes").code == 0
    team, person = hand.find("teams", "Red"), hand.find("users", "ana@example.com", attribute="email")
    assert team is not None
    assert person is not None
    hand.put(f"teams/{team['id']}/users/{person['id']}", json={"role": "manager"}).raise_for_status()
    assert pdsync("plan", "--detailed-exitcode").code == 0
    run = pdsync("drift")
    assert run.code == 2
    assert "live manager, manifest observer" in run.out
    assert pdsync("plan", "--all-roles", "--detailed-exitcode").code == 2
    assert pdsync("apply", "--all-roles", "--yes").code == 0
    assert pdsync("drift").code == 0


def test_a_saved_plan_says_itself_which_roles_it_is_about(pdsync: Pdsync, applied: Path) -> None:
    assert pdsync("plan", "--out", "plan.json").code == 0
    run = pdsync("apply", "--plan", "plan.json", "--all-roles", "--yes")
    assert run.code == 64
    assert "--all-roles" in run.err
