"""Every output about on-call tells the same of any company: explain, oncall, lint, the page, the graph and the impact of a plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC
from html import unescape
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings

from pdsync.account import Extent, fetch_account
from pdsync.client import RestApiV2Client
from pdsync.model import Account, Ref, Resource
from pdsync.model.instant import parse_instant
from pdsync.oncall.escalation_level import levels_at
from pdsync.oncall.graph import compute_graph
from pdsync.oncall.impact import Impact, compute_impact
from pdsync.oncall.incident import incident_at
from pdsync.oncall.maintenance import Maintenance
from pdsync.oncall.roster import Entry, Roster, roster_of_account, roster_of_resources
from pdsync.oncall.rule import BY_RULE
from pdsync.oncall.rulebook import Rulebook, Setting
from pdsync.oncall.shift import Shift
from pdsync.oncall.urgency import urgencies_of
from pdsync.report.oncall.explanation import render_explanation
from pdsync.report.page.state_page import render_state_page
from pdsync.report.text.clock import Clock
from pdsync.sandbox import SandboxServer
from tests.oncall.random_company import POLICIES, companies
from tests.support.examples import examples
from tests.support.world import TOKEN, converge

EXAMPLES = examples(40)
MONDAY_10 = 1_795_428_000
"""23 November 2026, 10:00 UTC: support hours, and a morning."""
MOMENTS = (MONDAY_10, MONDAY_10 + 4 * 3600, MONDAY_10 + 12 * 3600)
Level: TypeAlias = tuple[int, int, frozenset[tuple[str, str]]]
"""Minutes after the incident began, the level, and its responders, each with what rings."""
BOOK = Rulebook(
    {name: Setting("error", {"people": 1, "hours": 168, "countries": {"default": "DE"}}) for name in BY_RULE}
)


def told(roster: Roster, service: Ref, moment: int) -> list[Level]:
    """The first pass as `explain` tells it."""
    text = render_explanation(roster, service, moment, Clock(UTC), 1000)
    found: list[tuple[int, int, set[tuple[str, str]]]] = []
    for line in text.partition("it becomes urgent, by")[0].splitlines():
        if match := re.match(r" *(\d+) min: level (\d+)", line):
            found.append((int(match[1]), int(match[2]), set()))
        elif match := re.match(r" {10}(\w+): (.*)", line):
            found[-1][2].add((match[1], match[2]))
    return [(after, level, frozenset(names)) for after, level, names in found]


def drawn(page: str) -> dict[str, list[tuple[str, frozenset[str], list[Level]]]]:
    """The ways of each policy as the page draws them: urgency, services, levels."""
    section = _section(page, "policies")
    policies = {}
    for article in re.findall(r"<article.*?</article>", section, re.S):
        name = _text(re.findall(r"<h3.*?</h3>", article, re.S)[0])
        ways = []
        for way in re.split(r'<p class="soft"><small>', article)[1:]:
            urgency, _, rest = way.partition(" urgency")
            services = re.search(r'<span class="name">([^<]*)</span></p>', rest.partition("<ol")[0])
            ways.append((urgency, frozenset(services[1].split(", ")) if services else frozenset(), list(_steps(way))))
        policies[name] = ways
    return policies


def _steps(way: str) -> Iterator[Level]:
    for step in re.split(r'<li><span class="after">', way)[1:]:
        after, level = re.findall(r"^(\d+) min.*?Level (\d+)", step, re.S)[0]
        names = re.findall(r'<strong class="name[^"]*">(.*?)</strong> <span[^>]*>(.*?)</span>', step)
        yield int(after), int(level), frozenset((_text(name), _text(rings)) for name, rings in names)


def _section(page: str, name: str) -> str:
    (found,) = re.findall(rf'<section aria-labelledby="{name}">.*?</section>', page, re.S)
    return str(found)


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def names(roster: Roster, refs: set[Ref]) -> set[str]:
    return {roster.name_of(ref) for ref in refs}


def check_pairwise(roster: Roster, moment: int) -> None:
    page = render_state_page(roster, moment, UTC, title="acme", source="Test.")
    ways, rows = drawn(page), _text(_section(page, "services"))
    findings = BOOK.judge(roster, moment)
    unreachable = {it.name for it in findings if it.rule == "everyone_reachable"}
    graph = compute_graph(roster)
    # Counts: each policy is there once, whatever the urgencies of its services.
    count = sum(node.ref.kind == "escalation_policy" for node in graph.nodes)
    assert sorted(ways) == sorted(it.title() for it in POLICIES)
    assert f"<b>{count}</b><span>policies</span>" in page
    assert len(ways) == count
    # People: whom the page marks is whom lint names.
    notices, people = _text(_section(page, "risks")), _text(_section(page, "people"))
    assert {
        name for name in names(roster, {ref for ref, _ in roster.of_kind("user")}) if f"{name} not reached" in people
    } == unreachable
    assert set(re.findall(r"(\w+) is on call through \w+ and cannot be reached", notices)) == unreachable
    levels = {edge.target: edge for edge in graph.edges}
    for service, entry in roster.of_kind("service"):
        incident = incident_at(roster, service, moment)
        story = told(roster, service, moment)
        assert incident.policy is not None
        listed = [way for way in ways[roster.name_of(incident.policy)] if entry.name in way[1]]
        assert [urgency for urgency, _, _ in listed] == list(incident.urgencies)
        assert set(incident.urgencies) <= urgencies_of(entry.fields)
        assert (f"{entry.name} disabled" in rows) == (not incident.is_made)
        assert bool(story) <= incident.is_made
        if not incident.is_made:
            continue
        assert [way[2] for way in listed][:1] == [story]
        if incident.urgencies[0] == "low":
            assert sum(bool(responders) for _, _, responders in story) <= 1
        _check_story(roster, incident.policy, moment, story)
        reached = {name for _, _, responders in story for name, _ in responders}
        assert reached <= names(roster, {node.ref for node in compute_graph(roster, [service]).nodes})
        silent = {name for _, _, responders in story for name, rings in responders if "NOT NOTIFIED" in rings}
        assert silent <= unreachable
        # Dropped: `explain` and the rule about coverage, which looks at all hours.
        if not story:
            assert incident.policy in {it.subject for it in findings if it.rule == "no_coverage_gap"}
    assert levels


def _check_story(roster: Roster, policy: Ref, moment: int, story: list[Level]) -> None:
    """`oncall` tells of the same responders at the levels that are reached at once, and the graph of the same targets."""
    now: dict[int, set[str]] = {}
    for on_call in levels_at(roster, policy, moment):
        held = now.setdefault(on_call.level, set())
        if on_call.responder is not None and on_call.responder.user is not None:
            held.add(roster.name_of(on_call.responder.user))
    for after, level, responders in story:
        if after == 0:
            assert {name for name, _ in responders} == now[level]
    if not story:
        assert not any(now.values())


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(company=companies())
def test_of_manifests(company: list[Resource]) -> None:
    for moment in MOMENTS:
        check_pairwise(roster_of_resources(company), moment)


@settings(max_examples=max(3, EXAMPLES // 20), deadline=None, suppress_health_check=list(HealthCheck))
@given(company=companies())
def test_of_the_account_that_they_become(company: list[Resource]) -> None:
    """What the manifests know is so after the apply; and a plan into an empty account names whom lint names."""
    with SandboxServer() as server, RestApiV2Client(TOKEN, base_url=server.url) as client:
        converge(client, company)
        account = fetch_account(client, Extent())
    offline, live = roster_of_resources(company), roster_of_account(account)
    moment = _seconds(account) + 3600
    check_pairwise(live, moment)
    for ref, entry in offline.of_kind("user"):
        there = live.find_by_name("user", entry.name)
        assert there is not None
        known, real = offline.person(ref), live.person(there)
        assert known.lacks <= real.lacks, entry.name
        for urgency, rings in known.rings.items():
            assert set(rings) <= set(real.rings[urgency])
            assert not known.whole or rings == real.rings[urgency]
    for ref, entry in offline.of_kind("service"):
        there = live.find_by_name("service", entry.name)
        assert there is not None
        ours, theirs = (told(*it, moment) for it in ((offline, ref), (live, there)))
        assert [(after, level, {name for name, _ in people}) for after, level, people in ours] == [
            (after, level, {name for name, _ in people}) for after, level, people in theirs
        ]
    _check_impact(live, compute_impact(Roster({}), live, moment))


def _seconds(account: Account) -> int:
    moment = parse_instant(account.fetched_at)
    assert moment is not None
    return int(moment.timestamp())


def _check_impact(live: Roster, impact: Impact) -> None:
    """Of people who come on call only those are named who lack what a service that pages them asks for."""
    found = {it.name for it in BOOK.judge(live, impact.moment) if it.rule == "everyone_reachable"}
    assert names(live, {one.user for one in impact.unreachable}) <= found
    for service, _ in live.of_kind("service"):
        incident = incident_at(live, service, impact.moment)
        for urgency in incident.urgencies[:1]:
            for _, _, responders in told(live, service, impact.moment):
                silent = {name for name, rings in responders if "NOT NOTIFIED" in rings}
                lacking = {one.user for one in impact.unreachable if one.lack in (urgency, "contact_methods")}
                assert silent <= names(live, lacking)


ANA, BO, DAYS, SHOP, WEB = (
    Ref("user", "id", "ana"),
    Ref("user", "id", "bo"),
    Ref("schedule", "id", "days"),
    Ref("escalation_policy", "id", "shop"),
    Ref("service", "id", "web"),
)


def _layer(name: str, user: Ref, **more: str) -> dict[str, Any]:
    turn = {"rotation_virtual_start": "2026-01-05T00:00:00Z", "rotation_turn_length_seconds": 86_400}
    return {"name": name, "users": [user], **turn, **more}


def _account(*layers: dict[str, Any], **service: Any) -> Roster:
    """Ana and Bo cannot be reached; only the layers say who of them is on call."""
    nothing: dict[str, list[dict[str, Any]]] = {"contact_methods": [], "notification_rules": []}
    rules = [{"escalation_delay_in_minutes": 10, "targets": [DAYS]}]
    return Roster(
        {
            ANA: Entry({"name": "Ana"}, nothing),
            BO: Entry({"name": "Bo"}, nothing),
            DAYS: Entry({"name": "Days", "time_zone": "Etc/UTC", "schedule_layers": list(layers)}),
            SHOP: Entry({"name": "Shop", "escalation_rules": rules}),
            WEB: Entry({"name": "Web", "escalation_policy": SHOP, **service}),
        }
    )


def _on_call_by_output(roster: Roster) -> dict[str, set[str]]:
    """Who is or comes on call, as each output says it."""
    page = render_state_page(roster, MONDAY_10, UTC, title="acme", source="Test.")
    graph = compute_graph(roster, since=MONDAY_10)
    impact = compute_impact(Roster({}), roster, MONDAY_10)
    return {
        "lint": {it.name for it in BOOK.judge(roster, MONDAY_10) if it.rule == "everyone_reachable"},
        "page": set(re.findall(r"(\w+) is on call through", _text(_section(page, "risks")))),
        "people": set(re.findall(r"(Ana|Bo) not reached", _text(_section(page, "people")))),
        "graph": names(roster, {edge.target for edge in graph.edges if edge.source == DAYS}),
        "impact": names(roster, {one.user for one in impact.unreachable}),
    }


@pytest.mark.parametrize(
    ("ana", "expected"),
    [
        ({}, {"Ana", "Bo"}),
        ({"end": "2026-11-22T00:00:00Z"}, {"Bo"}),  # ended
        ({"end": "2026-11-24T00:00:00Z"}, {"Ana", "Bo"}),  # its end is pending
        ({"start": "2026-11-30T00:00:00Z"}, {"Ana", "Bo"}),  # its start is pending
        ({"start": "2027-11-30T00:00:00Z"}, {"Ana", "Bo"}),  # later than any rule looks
    ],
)
def test_a_layer_counts_until_it_has_ended(ana: dict[str, str], expected: set[str]) -> None:
    roster = _account(_layer("Old", ANA, **ana), _layer("New", BO))
    assert _on_call_by_output(roster) == dict.fromkeys(("lint", "page", "people", "graph", "impact"), expected)


def test_an_override_brings_someone_on_call() -> None:
    roster = _account(_layer("All", BO))
    held = roster.with_overrides({DAYS: (Shift(MONDAY_10 - 60, MONDAY_10 + 60, ANA, ""),)})
    assert set(map(frozenset, _on_call_by_output(held).values())) == {frozenset({"Ana", "Bo"})}
    over = roster.with_overrides({DAYS: (Shift(MONDAY_10 - 120, MONDAY_10 - 60, ANA, ""),)})
    assert set(map(frozenset, _on_call_by_output(over).values())) == {frozenset({"Bo"})}


@pytest.mark.parametrize(
    ("service", "maintenance", "said", "row", "ways"),
    [
        ({}, (), "has high urgency", "high, at all hours", ["high"]),
        ({"status": "disabled"}, (), "is disabled", "Web disabled Shop no incidents", []),
        (
            {},
            (Maintenance(0, MONDAY_10 + 3600, "Move"),),
            "is under maintenance until",
            "Web under maintenance until",
            [],
        ),
        (
            {"incident_urgency_rule": {"urgency": "severity_based"}},
            (),
            "severity of the event",
            "by severity",
            ["high", "low"],
        ),
        (
            {"incident_urgency_rule": {"type": "use_support_hours"}, "support_hours": {"time_zone": "No/Where"}},
            (),
            "urgency is not known",
            "unknown, its support hours cannot be read",
            ["high", "low"],
        ),
    ],
)
def test_what_becomes_of_an_incident(
    service: dict[str, Any], maintenance: tuple[Maintenance, ...], said: str, row: str, ways: list[str]
) -> None:
    roster = _account(_layer("All", BO), **service).with_maintenance({WEB: maintenance})
    page = render_state_page(roster, MONDAY_10, UTC, title="acme", source="Test.")
    assert said in render_explanation(roster, WEB, MONDAY_10, Clock(UTC), 1000)
    assert row in _text(_section(page, "services"))
    assert [urgency for urgency, services, _ in drawn(page)["Shop"] if "Web" in services] == ways
