"""Live values go into the text of a manifest, and every other byte stays."""

from __future__ import annotations

import difflib
from typing import Any

import pytest

from pdsync.accept import Accepted, AcceptError, AcceptRequest, compute_accepted
from pdsync.kinds import BY_NAME
from pdsync.manifest import Variables, load_texts
from pdsync.model import Account, LiveObject
from pdsync.model.document import LiveDocument
from pdsync.plan import build_plan
from tests.support.world import options

PEOPLE = ["ana", "bo", "cy"]


def live(kind: str, identity: str, members: list[dict[str, Any]] | None = None, **raw: Any) -> LiveObject:
    return BY_NAME[kind].read_live({"id": identity, **raw}, {"members": members} if members is not None else None)


def ref(identity: str, kind: str) -> dict[str, str]:
    return {"id": identity, "type": f"{kind}_reference"}


def account_of(*objects: LiveObject) -> Account:
    people = [live("User", f"PU{name.upper()}", name=name, email=f"{name}@example.com", role="user") for name in PEOPLE]
    policy = live(
        "EscalationPolicy",
        "PPOLICY",
        name="Other policy",
        num_loops=0,
        escalation_rules=[{"escalation_delay_in_minutes": 5, "targets": [ref("PUANA", "user")]}],
    )
    found: dict[str, list[LiveObject]] = {kind.slug: [] for kind in BY_NAME.values()}
    for made in (*people, policy, *objects):
        found[made.kind].append(made)
    groups = {slug: tuple(group) for slug, group in found.items()}
    return Account(groups, frozenset(groups), "2026-06-01T12:00:00Z")


def accept(text: str, account: Account, address: str, field: str | None = None) -> str:
    """The text afterwards; a plan of it has nothing to say about what was accepted."""
    texts = {"m.yaml": text}
    loaded = load_texts(texts.items())
    assert not loaded.problems, loaded.problems
    made = compute_accepted(AcceptRequest(address, texts, loaded.resources, field), account, options())
    assert made is not None
    again = load_texts([("m.yaml", made.text)])
    assert not again.problems
    if field is None:
        plan = build_plan(again.resources, account, options(adopt=True))
        (left,) = [change for change in plan.changes if change.address == address]
        assert not left.deltas
        assert not left.children
    return made.text


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines that were taken out and put in."""
    found = list(difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True)))
    return [line[2:] for line in found if line.startswith("- ")], [line[2:] for line in found if line.startswith("+ ")]


SERVICE = """\
# Checkout, where the money is.
apiVersion:   pdsync/v1
kind: Service
metadata: { name:   checkout }     # the key
spec:
    name:   'Checkout'
    escalation_policy: {name: Other policy}

    auto_resolve_timeout: 14400    # four hours
    # Long enough for a coffee.
    acknowledgement_timeout:   30m # was 1h
    description: "It's the till"   # quoted
    incident_urgency_rule: {type: constant,   urgency: high}  # wakes people
    # The end.
"""


def service(**raw: Any) -> Account:
    return account_of(
        live(
            "Service",
            "PSERVICE",
            **{
                "name": "Checkout",
                "description": "It's the till",
                "escalation_policy": ref("PPOLICY", "escalation_policy"),
                "auto_resolve_timeout": 14400,
                "acknowledgement_timeout": 1800,
                "incident_urgency_rule": {"type": "constant", "urgency": "high"},
                **raw,
            },
        )
    )


@pytest.mark.parametrize(
    ("raw", "old", "new"),
    [
        ({"auto_resolve_timeout": 3600}, "auto_resolve_timeout: 14400 ", "auto_resolve_timeout: 3600 "),
        ({"acknowledgement_timeout": 5400}, "timeout:   30m #", "timeout:   1h30m #"),
        ({"acknowledgement_timeout": None}, "timeout:   30m #", "timeout:   null #"),
        ({"description": 'A "till": yes'}, '"It\'s the till"', '"A \\"till\\": yes"'),
        ({"incident_urgency_rule": {"type": "constant", "urgency": "low"}}, "urgency: high}", "urgency: low}"),
    ],
)
def test_a_value_is_changed_in_its_place_and_in_its_style(raw: dict[str, Any], old: str, new: str) -> None:
    expected = SERVICE.replace(old, new)
    assert expected != SERVICE
    assert accept(SERVICE, service(**raw), "service/checkout") == expected


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_line_breaks_and_a_missing_last_one_stay(ending: str, last: str) -> None:
    text = (SERVICE.rstrip("\n").removesuffix("    # The end.").rstrip("\n ") + last).replace("\n", ending)
    after = accept(text, service(incident_urgency_rule={"type": "use_support_hours", "during_support_hours": {"urgency": "high"}, "outside_support_hours": {"urgency": "low"}}, support_hours={"time_zone": "Europe/Berlin", "days_of_week": [1], "start_time": "09:00:00", "end_time": "17:00:00"}), "service/checkout")  # fmt: skip
    assert after.endswith(ending) == bool(last)
    assert after.count("\n") == after.count(ending)
    gone, come = changed_lines(text, after)
    assert len(gone) == 1
    assert "incident_urgency_rule" in gone[0]
    assert [line.strip() for line in come] == [
        "incident_urgency_rule: {type: use_support_hours, during_support_hours: {urgency: high}, outside_support_hours: {urgency: low}}  # wakes people",
        'support_hours: {time_zone: Europe/Berlin, days_of_week: [1], start_time: "09:00", end_time: "17:00"}',
    ]


def test_only_the_field_that_is_named_is_accepted() -> None:
    account = service(auto_resolve_timeout=3600, acknowledgement_timeout=60)
    after = accept(SERVICE, account, "service/checkout", "auto_resolve_timeout")
    assert after == SERVICE.replace("14400", "3600")


def test_several_lines_become_block_text_and_one_line_again() -> None:
    after = accept(SERVICE, service(description="One.\n\nTwo."), "service/checkout")
    assert "    description: |-   # quoted\n      One.\n\n      Two.\n    incident" in after
    again = accept(after, service(description="One: two"), "service/checkout")
    assert '    description: "One: two"   # quoted\n    incident' in again


OTHERS = """\
apiVersion: pdsync/v1
kind: Team
metadata: {name: red}
spec:
  name: Red
  description: &what Shared words   # said once
  members:
  # The boss.
  - user:   ana@example.com
    role: manager
  # On loan.
  - {user: {email: bo@example.com}, role: responder} # until June
...
---
apiVersion: pdsync/v1
kind: Team
metadata: {name: blue}
spec: {name: Blue, description: *B}
"""


def team(*members: tuple[str, str], **raw: Any) -> Account:
    held = [{"user": ref(f"PU{name.upper()}", "user"), "role": role} for name, role in members]
    red = live("Team", "PRED", held, **{"name": "Red", "description": "Shared words", **raw})
    return account_of(red, live("Team", "PBLUE", [], name="Blue", description="By itself"))


TWO_TEAMS = OTHERS.replace(" *B", " By itself")


def test_members_that_stay_keep_their_lines_and_comments() -> None:
    after = accept(TWO_TEAMS, team(("cy", "observer"), ("bo", "responder"), ("ana", "manager")), "team/red")
    assert changed_lines(TWO_TEAMS, after) == ([], ["  - {user: cy@example.com, role: observer}\n"])
    after = accept(TWO_TEAMS, team(("bo", "manager"), ("ana", "manager")), "team/red")
    assert after == TWO_TEAMS.replace("role: responder} #", "role: manager} #")


def test_a_member_who_left_goes_with_the_comment_above() -> None:
    after = accept(TWO_TEAMS, team(("ana", "manager")), "team/red")
    gone, come = changed_lines(TWO_TEAMS, after)
    assert (gone, come) == (
        ["  # On loan.\n", "  - {user: {email: bo@example.com}, role: responder} # until June\n"],
        [],
    )
    after = accept(TWO_TEAMS, team(), "team/red")
    assert "  members: []\n...\n" in after


def test_one_document_of_several_is_changed() -> None:
    account = team(("bo", "responder"), ("ana", "manager"))
    text = TWO_TEAMS.replace("By itself", "'Old: words'")
    assert accept(text, account, "team/blue") == text.replace("'Old: words'", "'By itself'")


def test_a_field_is_put_into_a_spec_in_brackets() -> None:
    text = TWO_TEAMS.replace("spec: {name: Blue, description: By itself}", "spec: {description: By itself}")
    text = text.replace("metadata: {name: blue}", "metadata: {name: blue, id: PBLUE}")
    account = team(("bo", "responder"), ("ana", "manager"))
    after = accept(text, account, "team/blue")
    assert after == text.replace("By itself}", "By itself, name: Blue}")


SCHEDULE = """\
apiVersion: pdsync/v1
kind: Schedule
metadata: {name: rota}
spec:
  name: Rota
  time_zone: Europe/Berlin
  schedule_layers:
    - name: Old          # ended long ago
      end: "2026-01-01T00:00"
      rotation_virtual_start: "2025-01-05T09:00"
      rotation_turn_length_seconds: 1w
      users: [ana@example.com]
    - name: Weekly
      start: "2026-01-05T09:00"     # in the past
      rotation_virtual_start: "2026-01-05T09:00"
      rotation_turn_length_seconds: 604800
      users: [ana@example.com, bo@example.com]   # alphabetical
"""


def rota(zone: str = "Europe/Berlin", **changed: Any) -> Account:
    layer = {
        "id": "PLAYER",
        "name": "Weekly",
        "start": "2026-03-01T00:00:00Z",
        "rotation_virtual_start": "2026-01-05T08:00:00Z",
        "rotation_turn_length_seconds": 604800,
        "users": [{"user": ref("PUANA", "user")}, {"user": ref("PUBO", "user")}],
        **changed,
    }
    ended = {**layer, "id": "POLD", "name": "Old", "start": "2025-01-05T08:00:00Z", "end": "2025-12-31T23:00:00Z"}
    return account_of(live("Schedule", "PROTA", name="Rota", time_zone=zone, schedule_layers=[layer, ended]))


def test_what_is_past_stays_in_a_layer_that_changes() -> None:
    users = [{"user": ref("PUBO", "user")}, {"user": ref("PUCY", "user")}]
    after = accept(SCHEDULE, rota(rotation_turn_length_seconds=86400, users=users), "schedule/rota")
    expected = SCHEDULE.replace("604800", "86400")
    assert after == expected.replace("[ana@example.com, bo@example.com]", "[bo@example.com, cy@example.com]")


def test_another_time_zone_moves_the_local_times_that_mean_the_same() -> None:
    after = accept(SCHEDULE, rota("Europe/London"), "schedule/rota", "time_zone")
    gone, come = changed_lines(SCHEDULE, after)
    assert "  time_zone: Europe/London\n" in come
    assert '      rotation_virtual_start: "2026-01-05T08:00"\n' in come
    assert "ana@example.com, bo@example.com" in after
    before = build_plan(load_texts([("m.yaml", SCHEDULE)]).resources, rota(), options(adopt=True))
    again = build_plan(load_texts([("m.yaml", after)]).resources, rota("Europe/London"), options(adopt=True))
    assert before.changes[0].deltas == again.changes[0].deltas == ()
    assert gone


POLICY = """\
apiVersion: pdsync/v1
kind: EscalationPolicy
metadata: {name: shop}
spec:
  name: Shop
  escalation_rules:
    # First.
    - escalation_delay_in_minutes: 10
      targets: [{user: ana@example.com}]
    # Then.
    - escalation_delay_in_minutes: 15m
      targets:
        - user: bo@example.com  # he asked for it
        - {user: {email: cy@example.com}}
"""


def test_a_rule_before_the_others_leaves_theirs_alone() -> None:
    def rule(minutes: int, *names: str) -> dict[str, Any]:
        return {"escalation_delay_in_minutes": minutes, "targets": [ref(f"PU{name.upper()}", "user") for name in names]}

    def policy(*rules: dict[str, Any]) -> Account:
        return account_of(live("EscalationPolicy", "PSHOP", name="Shop", escalation_rules=list(rules)))

    after = accept(POLICY, policy(rule(5, "cy"), rule(10, "ana"), rule(15, "cy", "bo")), "escalation_policy/shop")
    gone, come = changed_lines(POLICY, after)
    assert gone == []
    assert "".join(come).startswith("    - escalation_delay_in_minutes: 5m\n")
    after = accept(POLICY, policy(rule(10, "ana"), rule(20, "bo")), "escalation_policy/shop")
    gone, come = changed_lines(POLICY, after)
    assert gone == ["    - escalation_delay_in_minutes: 15m\n", "        - {user: {email: cy@example.com}}\n"]
    assert come == ["    - escalation_delay_in_minutes: 20m\n"]


def test_a_value_that_an_anchor_shares_is_not_changed_behind_someones_back() -> None:
    text = SERVICE.replace("14400    #", "&t 1h #").replace("30m #", "*t #")
    account = service(auto_resolve_timeout=7200, acknowledgement_timeout=3600)
    with pytest.raises(AcceptError, match="line 9 is shared by its anchor &t with line 11"):
        accept(text, account, "service/checkout")
    after = accept(text, service(auto_resolve_timeout=3600, acknowledgement_timeout=7200), "service/checkout")
    assert after == text.replace("*t #", "2h #")


def test_a_value_that_no_manifest_can_hold_is_an_error() -> None:
    text = SERVICE
    with pytest.raises(AcceptError, match="description"):
        accept(text, service(description="x" * 1000), "service/checkout")


def test_what_the_account_does_not_have_cannot_be_accepted() -> None:
    with pytest.raises(AcceptError, match="does not exist in the account"):
        accept(SERVICE, account_of(), "service/checkout")


def test_a_value_that_comes_from_a_variable_is_not_replaced_for_every_workspace() -> None:
    text = SERVICE.replace("14400 ", "${var:patience} ").replace("'Checkout'", "'${var:shop}'")
    variables = Variables({"patience": "4h", "shop": "Checkout"})
    loaded = load_texts([("m.yaml", text)], variables)
    account = service(auto_resolve_timeout=3600, acknowledgement_timeout=60, description="${var:text}")

    def accepted(field: str | None) -> Accepted | None:
        request = AcceptRequest("service/checkout", {"m.yaml": text}, loaded.resources, field, variables)
        return compute_accepted(request, account, options())

    with pytest.raises(AcceptError, match="comes from the variable 'patience'"):
        accepted(None)
    made = accepted("acknowledgement_timeout")
    assert made is not None
    assert made.text == text.replace("30m #", "1m #")
    made = accepted("description")
    assert made is not None
    assert '"$${var:text}"' in made.text


WORKFLOW = """\
apiVersion: pdsync/v1
kind: User
metadata: {name: ana}
spec: {email: ana@example.com}
---
apiVersion: pdsync/v1
kind: IncidentWorkflow
metadata: {name: major}
spec:
  name: Major
  steps:
    - name: Lead
      action: add-responders:2
      inputs:
        # Who leads.
        Responders:
          - {type: user, id: "${id:user/ana}"}
        Message: Please lead   # in two words
"""


def test_an_input_that_is_as_it_was_keeps_its_lines_and_its_form() -> None:
    inputs = {"Message": "Please go", "Responders": '[{"type": "user", "id": "PUANA"}]'}
    step = {
        "id": "PSTEP",
        "name": "Lead",
        "action_configuration": {
            "action_id": "pagerduty.com:incident-workflows:add-responders:2",
            "inputs": [{"name": name, "value": value} for name, value in inputs.items()],
        },
    }
    account = account_of(live("IncidentWorkflow", "PFLOW", name="Major", steps=[step]))
    after = accept(WORKFLOW, account, "incident_workflow/major")
    assert after == WORKFLOW.replace("Please lead ", "Please go ")


def test_a_mapping_that_loses_all_of_its_members_is_an_empty_mapping() -> None:
    text = """\
apiVersion: pdsync/v1
kind: EventOrchestration
metadata: {name: prod}
spec:
  name: Production
  unrouted:  # of all sources
    start: [{label: Later, route_to: night}]
    night: [{label: Any, severity: critical}]
"""
    made = live("EventOrchestration", "PEO", name="Production", description=None)
    empty = {"sets": [{"id": "start", "rules": []}], "catch_all": {"actions": {}}}
    document = BY_NAME["EventOrchestration"].with_documents(made, {"unrouted": LiveDocument(empty)})
    after = accept(text, account_of(document), "event_orchestration/prod")
    assert after.endswith("  unrouted: {}  # of all sources\n")
