"""The order of changes, drawn as text: what waits for what."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.kinds import KINDS
from pdsync.model import Account, Resource, join_marker, split_marker
from pdsync.plan import Plan, PlanOptions, build_plan
from pdsync.plan.order import draw_graph, linearize
from tests.support.world import layer, policy, schedule, service, team, user

EMPTY: dict[str, list[dict[str, Any]]] = {}


def account(**raw: list[dict[str, Any]]) -> Account:
    """An account that holds the given answers; members of teams under `members`."""
    objects = {
        kind.slug: tuple(
            kind.read_live(
                {"html_url": f"https://acme.pagerduty.com/{kind.collection}/{body['id']}", **body},
                {"members": body.get("members", [])},
            )
            for body in raw.get(kind.collection, ())
        )
        for kind in KINDS
    }
    return Account(objects, frozenset(objects), "2026-06-01T12:00:00Z")


def marked(kind: str, key: str, text: str = "") -> str:
    marker = split_marker(f"Managed by pdsync: test/{kind}/{key}")[1]
    assert marker is not None
    return join_marker(text, marker)


def plan(live: Account, *resources: Resource, **more: Any) -> Plan:
    given_options = {"workspace": "test", "prune": "owned", "max_deletes": 100, "max_delete_percent": 100, **more}
    made = build_plan(resources, live, PlanOptions(**given_options))
    assert not made.problems, made.problems
    return made


def drawn(text: str) -> str:
    return dedent(text).strip()


def test_creates_come_after_what_they_refer_to() -> None:
    made = plan(
        account(),
        service("shop", "first"),
        policy("first", {"schedule": "days"}, teams=["red"]),
        schedule("days", layer("all", "ana")),
        team("red", members=[{"user": "ana"}]),
        user("ana"),
    )
    assert draw_graph(made.changes) == drawn("""
        create user/ana
        create schedule/days
          after user/ana
        create team/red
          after user/ana
        create escalation_policy/first
          after schedule/days
          after team/red
        create service/shop
          after escalation_policy/first
    """)


def live_policy(identity: str, key: str, *targets: tuple[str, str], **more: Any) -> dict[str, Any]:
    rules = [
        {"escalation_delay_in_minutes": 10, "targets": [{"id": target, "type": f"{kind}_reference"}]}
        for kind, target in targets
    ]
    description = marked("escalation_policy", key)
    return {"id": identity, "name": key, "description": description, "escalation_rules": rules, "teams": [], **more}


ANA = {"id": "PU1", "name": "ana", "email": "ana@example.com", "contact_methods": [], "notification_rules": []}
NIGHTS = {
    "id": "PS1",
    "name": "nights",
    "description": marked("schedule", "nights"),
    "time_zone": "Europe/Berlin",
    "schedule_layers": [],
}


def test_a_schedule_is_deleted_after_the_policy_has_dropped_it() -> None:
    live = account(
        users=[ANA], schedules=[NIGHTS], escalation_policies=[live_policy("PE1", "first", ("schedule", "PS1"))]
    )
    assert draw_graph(plan(live, user("ana"), policy("first", {"user": "ana"})).changes) == drawn("""
        update escalation_policy/first
        delete schedule/nights
          after escalation_policy/first
    """)


def test_a_chain_of_deletes_goes_from_the_user_of_a_thing_to_the_thing() -> None:
    shop = {
        "id": "PV1",
        "name": "shop",
        "description": marked("service", "shop"),
        "escalation_policy": {"id": "PE1", "type": "escalation_policy_reference"},
    }
    live = account(
        users=[ANA],
        schedules=[NIGHTS],
        escalation_policies=[live_policy("PE1", "first", ("schedule", "PS1"))],
        services=[shop],
    )
    assert draw_graph(plan(live, user("ana")).changes) == drawn("""
        delete service/shop
        delete escalation_policy/first
          after service/shop
        delete schedule/nights
          after escalation_policy/first
    """)


def test_a_delete_of_what_someone_else_uses_is_blocked_and_says_by_whom() -> None:
    foreign = {**live_policy("PE9", "x", ("schedule", "PS1")), "name": "Other people", "description": "by hand"}
    made = plan(account(users=[ANA], schedules=[NIGHTS], escalation_policies=[foreign]), user("ana"))
    (change,) = made.changes
    assert change.blockers == (
        "it is still used by escalation_policy 'Other people' (PE9, not managed here: "
        "https://acme.pagerduty.com/escalation_policies/PE9), as the only target of level 1; remove it there first, "
        "or manage here what uses it",
    )
    assert made.is_blocked


def live_team(identity: str, key: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": identity, "name": name, "description": marked("team", key), **more}


def test_swapped_names_go_through_one_temporary_name() -> None:
    live = account(teams=[live_team("PT1", "red", "One"), live_team("PT2", "blue", "Two")])
    made = plan(live, team("red", name="Two"), team("blue", name="One"))
    assert draw_graph(made.changes) == drawn("""
        interim team/red#interim
        update team/blue
          after team/red#interim
        update team/red
          after team/blue
          after team/red#interim
    """)


def test_a_chain_of_names_needs_no_temporary_one() -> None:
    live = account(teams=[live_team("PT1", "red", "One"), live_team("PT2", "blue", "Two")])
    assert draw_graph(plan(live, team("red", name="Two"), team("blue", name="Three")).changes) == drawn("""
        update team/blue
        update team/red
          after team/blue
    """)


def test_a_team_goes_below_its_former_child_after_that_one_has_left_it() -> None:
    above = live_team("PT1", "red", "red")
    below = live_team("PT2", "blue", "blue", parent={"id": "PT1", "type": "team_reference"})
    made = plan(account(teams=[above, below]), team("red", parent="blue"), team("blue", parent=None))
    assert draw_graph(made.changes) == drawn("""
        update team/blue
        update team/red
          after team/blue
    """)


def test_a_member_leaves_after_the_policy_that_held_him() -> None:
    bo = {**ANA, "id": "PU2", "name": "bo", "email": "bo@example.com"}
    member = [{"user": {"id": "PU1", "type": "user_reference"}, "role": "manager"}]
    live = account(
        users=[ANA, bo],
        teams=[live_team("PT1", "red", "red", members=member)],
        escalation_policies=[
            live_policy("PE1", "first", ("user", "PU1"), teams=[{"id": "PT1", "type": "team_reference"}])
        ],
    )
    people = (user("ana"), user("bo"))
    held = plan(live, *people, team("red", members=[]), policy("first", {"user": "ana"}, teams=["red"]))
    different = [change for change in held.changes if change.deltas or change.children]  # records are renewed
    assert draw_graph(different) == "", "a member whom a policy of the team holds cannot be removed and is left alone"
    freed = plan(live, *people, team("red", members=[]), policy("first", {"user": "bo"}, teams=["red"]))
    assert draw_graph(freed.changes) == drawn("""
        update escalation_policy/first
        update team/red
          after escalation_policy/first
    """)


NODES = st.integers(0, 12).map(lambda number: f"n{number:02}")


@given(st.sets(st.tuples(NODES, NODES).filter(lambda edge: edge[0] != edge[1]), max_size=40))
@settings(max_examples=200)
def test_the_order_keeps_every_edge_and_a_cycle_is_a_cycle(edges: set[tuple[str, str]]) -> None:
    nodes = {node for edge in edges for node in edge}
    waits: dict[str, set[str]] = {}
    for later, earlier in edges:
        waits.setdefault(later, set()).add(earlier)
    order, cycle = linearize(nodes, waits)
    place = {node: at for at, node in enumerate(order)}
    assert all(place[earlier] < place[later] for later, earlier in edges if later in place)
    # The smallest of what is ready comes next, and what is left waits for something that is left.
    for at, node in enumerate(order):
        ready = [other for other in nodes - set(order[:at]) if not waits.get(other, set()) - set(order[:at])]
        assert node == min(ready)
    left = nodes - set(order)
    assert all(waits[node] & left for node in left)
    assert bool(cycle) == bool(left)
    assert cycle == cycle[cycle.index(min(cycle)) :] if cycle else True
    assert all(cycle[(at + 1) % len(cycle)] in waits[node] for at, node in enumerate(cycle))


def test_the_cycle_does_not_depend_on_the_order_of_a_set() -> None:
    ring = {"b": {"c"}, "c": {"a"}, "a": {"b"}, "d": {"e"}, "e": {"d"}, "x": {"a"}}
    backwards = dict(reversed(ring.items()))
    assert linearize(ring, ring) == linearize(backwards, backwards) == ([], ["a", "b", "c"])
