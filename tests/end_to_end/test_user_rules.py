"""Hand-off and status update rules of people as transitions of an account."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.account import Extent, fetch_account
from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client
from pdsync.engine import export_account
from pdsync.engine.desired import Workspace
from pdsync.export import ExportOptions
from pdsync.model import Resource
from pdsync.plan import Change, Verdict, compute_staleness
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget
from tests.support.world import converge, plan_for, user

HANDOFF, STATUS = "oncall_handoff_notification_rules", "status_update_notification_rules"
LOGIN = {"type": "email_contact_method", "address": "ana@example.com"}
SMS = {"type": "sms_contact_method", "address": "5550101", "country_code": 49}
BARE_SMS = {"type": "sms_contact_method", "address": "5550101"}


def handoff(method: dict[str, Any], minutes: int | str = 60, **more: Any) -> dict[str, Any]:
    return {"notify_advance_in_minutes": minutes, "contact_method": method, **more}


def ana(**spec: Any) -> list[Resource]:
    return [user("ana", **spec)]


FULL = {
    "contact_methods": [{**SMS, "label": "Mobile"}],
    HANDOFF: [handoff(LOGIN, "1h"), handoff(SMS, 180, handoff_type="oncall")],
    STATUS: [{"contact_method": SMS}],
}


def held_user(client: RestApiV2Client) -> dict[str, Any]:
    found = client.find("users", "ana")
    assert found is not None
    return found


def held(client: RestApiV2Client, name: str) -> list[dict[str, Any]]:
    return client.list_all(f"users/{held_user(client)['id']}/{name}")


def read_lists(sandbox: SandboxServer) -> list[str]:
    return sorted(path.rpartition("/")[2] for _, path in asked(sandbox) if path.endswith((HANDOFF, STATUS)))


def items(change: Change) -> set[tuple[str, str, str]]:
    return {(it.list_name, it.operation.value, it.label) for it in change.children}


def test_rules_are_made_with_their_methods_and_found_again(client: RestApiV2Client) -> None:
    converge(client, ana(**FULL))
    assert {(it["handoff_type"], it["notify_advance_in_minutes"]) for it in held(client, HANDOFF)} == {
        ("both", 60),
        ("oncall", 180),
    }
    assert len(held(client, STATUS)) == 1
    # Without its country code a method is the one that the person has.
    assert not plan_for(client, ana(**{HANDOFF: [handoff(BARE_SMS, 180, handoff_type="oncall")]})).changes
    assert not plan_for(client, ana(**{STATUS: [{"contact_method": BARE_SMS}]})).changes


def test_rules_are_read_only_of_people_whose_manifest_names_them(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, [*ana(**FULL), user("bo")])
    for spec, expected in (({}, []), ({HANDOFF: FULL[HANDOFF]}, [HANDOFF]), (FULL, [HANDOFF, STATUS])):
        forget(sandbox)
        assert not plan_for(client, [*ana(**spec), user("bo")]).changes
        assert read_lists(sandbox) == expected


def test_rules_go_with_their_method_and_the_plan_says_what_the_person_is_told_no_more(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    converge(client, ana(**FULL))
    forget(sandbox)
    plan = plan_for(client, ana(contact_methods=[LOGIN], contact_methods_mode="exclusive"))
    assert read_lists(sandbox) == [HANDOFF, STATUS]
    (change,) = plan.changes
    assert items(change) == {
        ("contact_methods", "remove", "sms_contact_method +49 5550101"),
        (HANDOFF, "remove", "oncall 180 contact_method[name=sms_contact_method +49 5550101]"),
        (STATUS, "remove", "contact_method[name=sms_contact_method +49 5550101]"),
    }
    assert change.notes == (
        "this person is no longer notified of status updates: the last status update rule is removed",
    )
    assert apply_plan(plan, client).exit_code == 0
    assert [it["handoff_type"] for it in held(client, HANDOFF)] == ["both"]
    assert not held(client, STATUS)


def test_a_saved_plan_knows_the_rules_that_no_manifest_names(client: RestApiV2Client) -> None:
    converge(client, ana(**FULL))
    wanted = ana(contact_methods=[LOGIN], contact_methods_mode="exclusive")
    for by_hand, verdict in ((False, Verdict.VALID), (True, Verdict.CONFLICT)):
        plan = plan_for(client, wanted)
        if by_hand:
            path = f"users/{held_user(client)['id']}"
            method = next(it for it in client.list_all(f"{path}/contact_methods") if it["type"] == SMS["type"])
            rule = {"handoff_type": "offcall", "notify_advance_in_minutes": 5, "contact_method": method}
            client.rpost(f"{path}/{HANDOFF}", json=rule)
        extent = Extent(wanted, needs_children=lambda slug, identity, marker: slug == "user")
        (staleness,) = compute_staleness(plan, fetch_account(client, extent))
        assert staleness.verdict is verdict


@pytest.mark.parametrize(
    ("left", "says"),
    [
        ([], ["begins", "ends"]),
        ([handoff(LOGIN, 5, handoff_type="oncall")], ["ends"]),
        ([handoff(LOGIN, 5, handoff_type="oncall"), handoff(LOGIN, 5, handoff_type="offcall")], []),
    ],
)
def test_a_rule_for_both_is_for_each_of_them(client: RestApiV2Client, left: list[Any], says: list[str]) -> None:
    converge(client, ana(**FULL))
    (change,) = plan_for(client, ana(**{HANDOFF: left, f"{HANDOFF}_mode": "exclusive"})).changes
    told = "this person is no longer notified of a shift that {}: the last hand-off rule for it is removed"
    assert list(change.notes) == [told.format(word) for word in says]


def test_a_rule_by_a_method_that_is_not_there_is_blocked(client: RestApiV2Client) -> None:
    for name, item in ((HANDOFF, handoff(SMS)), (STATUS, {"contact_method": SMS})):
        (change,) = plan_for(client, ana(**{name: [item]})).changes
        (blocker,) = change.blockers
        assert blocker.startswith(f"{name} name a contact method that the user does not have")


def test_an_export_reads_back_to_no_difference(client: RestApiV2Client) -> None:
    converge(client, ana(**FULL))
    export = export_account(client, Workspace(name="test", paths=(".",)), ExportOptions("test"))
    (text,) = [text for text in export.files.values() if "ana@example.com" in text]
    assert text.count("handoff_type:") == 2
    assert "notify_advance_in_minutes: 3h" in text
    assert f"{STATUS}:" in text


@pytest.mark.parametrize("status", [402, 403, 404])
def test_a_method_goes_although_the_rules_that_rest_on_it_are_refused(
    client: RestApiV2Client, sandbox: SandboxServer, status: int
) -> None:
    converge(client, ana(**FULL))
    sandbox.control.set_faults(
        [{"match": {"path": f"/users/*/{HANDOFF}"}, "action": {"type": "error", "status": status}}]
    )
    plan = plan_for(client, ana(contact_methods=[LOGIN], contact_methods_mode="exclusive"))
    assert not plan.problems
    (change,) = plan.changes
    assert f"PagerDuty refuses to show {HANDOFF}: the ones that use a removed item are removed with it" in change.notes
    assert items(change) >= {("contact_methods", "remove", "sms_contact_method +49 5550101")}
    assert apply_plan(plan, client).exit_code == 0
    assert not held(client, STATUS)


def test_a_refused_list_hides_no_person(client: RestApiV2Client, sandbox: SandboxServer) -> None:
    """A token may be allowed to read people and not their rules."""
    converge(client, ana())
    rule = {
        "match": {"path": f"/users/{held_user(client)['id']}/{HANDOFF}"},
        "action": {"type": "error", "status": 403},
    }
    sandbox.control.set_faults([rule])
    export = export_account(client, Workspace(name="test", paths=(".",)), ExportOptions("test"))
    assert any("ana@example.com" in text for text in export.files.values())
