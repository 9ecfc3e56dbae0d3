"""The graph in three languages: the same objects in each, and a name is a name in all of them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from hypothesis import given, settings

from pdsync.model import Ref
from pdsync.oncall.graph import Graph, compute_graph
from pdsync.oncall.roster import Entry, Roster
from pdsync.report.oncall.graph_svg import render_svg
from pdsync.report.oncall.graph_text import render_dot, render_mermaid
from pdsync.report.text.safe_text import safe_text
from tests.report.hostile import TEXT

SERVICE, OTHER, POLICY, SCHEDULE, ANA, TEAM = (
    Ref(kind, "key", key)
    for kind, key in (
        ("service", "shop"), ("service", "search"), ("escalation_policy", "first"), ("schedule", "week"), ("user", "ana"), ("team", "red"),
    )
)  # fmt: skip
LOST = Ref("user", "id", "PLOST")


def roster(name: str = "Shop") -> Roster:
    rules = [{"targets": [SCHEDULE, ANA]}, {"targets": [Ref("user", "email", "ana@example.com"), LOST]}]
    return Roster(
        {
            TEAM: Entry({"name": name}),
            SERVICE: Entry({"name": name, "escalation_policy": POLICY}),
            OTHER: Entry({"name": "Search", "escalation_policy": Ref("escalation_policy", "name", "Elsewhere")}),
            POLICY: Entry({"name": name, "escalation_rules": rules, "teams": [TEAM]}),
            SCHEDULE: Entry({"name": name, "schedule_layers": [{"users": [ANA]}, {"users": [ANA]}]}),
            ANA: Entry({"name": name, "email": "ana@example.com"}),
        },
        complete=False,
    )


def edges(graph: Graph) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(edge.source.value, edge.target.value, edge.levels) for edge in graph.edges]


def test_every_way_to_refer_to_someone_leads_to_the_same_node() -> None:
    graph = compute_graph(roster())
    assert edges(graph) == [
        ("search", "Elsewhere", ()),
        ("shop", "first", ()),
        ("first", "week", (1,)),
        ("first", "PLOST", (2,)),
        ("first", "ana", (1, 2)),
        ("week", "ana", ()),
    ]
    assert [node.name for node in graph.nodes if not node.known] == ["Elsewhere", "PLOST"]


def test_one_service_shows_what_its_incidents_can_reach() -> None:
    graph = compute_graph(roster(), [SERVICE])
    assert {node.ref.value for node in graph.nodes} == {"shop", "first", "week", "ana", "PLOST"}
    assert "Search" not in render_mermaid(graph) + render_dot(graph) + render_svg(graph)


def test_business_services_lead_to_what_they_depend_on_and_to_their_subscribers() -> None:
    checkout = Ref("business_service", "key", "checkout")
    lists = {"depends_on": [{"service": SERVICE}], "subscribers": [{"team": TEAM}, {"user": ANA}]}
    above = Entry({"name": "Checkout", "team": TEAM}, lists)
    below = Entry(roster().entries[SERVICE].fields, {"depends_on": [{"service": OTHER}]})
    there = Roster({**roster().entries, checkout: above, SERVICE: below}, complete=False)
    graph = compute_graph(there)
    assert {(edge.target.value, edge.is_subscription) for edge in graph.edges if edge.source == checkout} == {
        ("shop", False), ("ana", True), ("red", True),
    }  # fmt: skip
    assert ("shop", "search", ()) in edges(graph)
    assert render_mermaid(graph).count("-->|subscriber|") == render_dot(graph).count('label="subscriber"') == 2
    assert "Business services".upper() in render_svg(graph)


def test_an_incident_shows_on_what_depends_on_its_service_and_pages_over_its_own_policy() -> None:
    top, checkout, beside = (Ref("business_service", "key", key) for key in ("top", "checkout", "beside"))
    entries = {
        **roster().entries,
        top: Entry({"name": "Top"}, {"depends_on": [{"business_service": checkout}]}),
        checkout: Entry({"name": "Checkout"}, {"depends_on": [{"service": SERVICE}], "subscribers": [{"team": TEAM}]}),
        beside: Entry({"name": "Beside"}, {"depends_on": [{"service": OTHER}]}),
        SERVICE: Entry(roster().entries[SERVICE].fields, {"depends_on": [{"service": OTHER}]}),
    }
    there = Roster(entries, complete=False)
    shops = {"first", "week", "ana", "PLOST"}
    shown = {
        ref.value: {node.ref.value for node in compute_graph(there, [ref]).nodes}
        for ref in (SERVICE, OTHER, checkout, top, beside)
    }
    assert shown == {
        "shop": {"shop", "checkout", "top", "red", *shops},
        "search": {"search", "Elsewhere", "shop", "checkout", "top", "beside", "red"},
        "checkout": {"checkout", "top", "red", "shop", "search", "Elsewhere", *shops},
        "top": {"top", "checkout", "red", "shop", "search", "Elsewhere", *shops},
        "beside": {"beside", "search", "Elsewhere"},
    }


MERMAID = re.compile(
    r"""flowchart\ LR
    | \ \ n\d+(\["[\w\ ,:/@#;]*"\] | \{\{"[\w\ ,:/@#;]*(<br/>[\w\ ,:/@#;]*)?"\}\} | \[/"[\w\ ,:/@#;]*"/\] | \(\["[\w\ ,:/@#;]*"\]\))(:::unknown)?
    | \ \ n\d+\ -->(\|levels?\ [\d,\ ]+\|)?\ n\d+
    | \ \ class(Def)?\ [\w,]+\ [\w:\#,\ -]+""",
    re.VERBOSE,
)
DOT = re.compile(
    r'digraph pdsync \{|\}|  (\w+=LR|(n\d+( -> n\d+)?|node|edge)( \[(\w+=("([^"\\]|\\.)*"|\w+)(, )?)+\])?);'
)


@settings(max_examples=60, deadline=None)
@given(TEXT)
def test_a_hostile_name_stays_a_name(name: str) -> None:
    graph = compute_graph(roster(name))
    assert [line for line in render_mermaid(graph).splitlines() if not MERMAID.fullmatch(line)] == []
    assert [line for line in render_dot(graph).splitlines() if not DOT.fullmatch(line)] == []
    document = ElementTree.fromstring(render_svg(graph))
    kinds = {element.tag.partition("}")[2] for element in document.iter()}
    assert kinds <= {"svg", "style", "defs", "title", "text", "g", "rect", "path"}
    titles = [element.text for element in document.iter("{http://www.w3.org/2000/svg}title")]
    assert titles.count(safe_text(name)) == 4
    assert not [at for element in document.iter() for at in element.attrib if at.startswith("on") or "href" in at]


def test_the_order_of_the_objects_changes_nothing() -> None:
    there = roster()
    back = Roster(dict(reversed(there.entries.items())), complete=False)
    for render in (render_mermaid, render_dot, render_svg):
        assert render(compute_graph(there)) == render(compute_graph(back))
