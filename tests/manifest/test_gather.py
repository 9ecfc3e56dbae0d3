"""Rules that services declare of a shared router: what is wrong with them is said at their own lines, whatever the order of files."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.manifest import LoadResult
from pdsync.model import Ref
from tests.manifest.text import load, manifest, said

POLICY = "escalation_policy: {name: Shop}\n"


def router(text: str = "shared: true") -> str:
    body = "\n".join(f"  {line}" for line in text.splitlines())
    return manifest("EventOrchestration", "prod", f"router:\n{body}")


def service(key: str, *routes: str) -> str:
    listed = "".join(f"  - {{orchestration: prod, {route}}}\n" for route in routes)
    return manifest("Service", key, POLICY + (f"routes:\n{listed}" if listed else ""))


def labels(result: LoadResult) -> list[str]:
    assert not result.problems, result.problems
    (found,) = (it for it in result.resources if it.kind == "event_orchestration")
    return [rule["label"] for rule in found.fields["router"]["start"]]


def test_a_route_is_a_rule_of_the_router_and_nothing_of_its_service() -> None:
    result = load(router(), service("shop", "label: all, if: [event.source exists], disabled: true"))
    orchestration, shop = result.resources
    assert orchestration.fields["router"] == {
        "start": [
            {
                "label": "all",
                "if": ["event.source exists"],
                "disabled": True,
                "route_to": Ref("service", "key", "shop"),
            }
        ],
        "catch_all": {"route_to": "unrouted"},
    }
    assert shop.fields == {"name": "shop", "escalation_policy": Ref("escalation_policy", "name", "Shop")}
    assert not shop.children
    (gathered,) = orchestration.gathered["router"]
    assert (gathered.key, gathered.owner, str(gathered.source)) == ("all", "service/shop", "b.yaml:8")


ROUTES = {
    "a": ["label: a1, if: event.source exists", "label: a2, before: top, if: event.class exists"],
    "b": ["label: b1, priority: -1, if: event.group exists", "label: b2, after: a1, if: event.component exists"],
    "c": ["label: c1, after: end, if: event.severity exists"],
}
OWN = "shared: true\nstart: [{label: top, if: event.summary exists, route_to: a}]\nlast: [{label: end, if: event.source matches 'x', route_to: a}]"


def test_the_order_of_files_and_documents_means_nothing() -> None:
    texts = [router(OWN), *(service(key, *routes) for key, routes in ROUTES.items())]
    wanted = ["a2", "top", "b1", "a1", "b2", "end", "c1"]
    digests = set()
    for order in permutations(texts):
        apart, together = load(*order), load("---\n".join(order))
        assert labels(apart) == labels(together) == wanted
        digests |= {apart.digest, together.digest}
    assert len(digests) == 1


@settings(max_examples=50)
@given(st.permutations([(key, route) for key, routes in ROUTES.items() for route in routes]))
def test_the_order_within_a_manifest_means_nothing(routes: list[tuple[str, str]]) -> None:
    texts = [service(key, *(route for owner, route in routes if owner == key)) for key in ROUTES]
    assert labels(load(router(OWN), *texts)) == ["a2", "top", "b1", "a1", "b2", "end", "c1"]


@pytest.mark.parametrize(
    ("own", "routes", "problem"),
    [
        pytest.param(
            "shared: true\nstart: [{label: all, if: event.source exists, route_to: shop}]",
            "label: all",
            "b.yaml:8:36: service/shop: routes[0].label: event_orchestration/prod has a rule of its own with the label 'all'",
            id="own label",
        ),
        pytest.param(
            "shared: true",
            "label: all, before: nothing",
            "routes[0].before: event_orchestration/prod has no rule with the label 'nothing' in any manifest",
            id="unknown",
        ),
        pytest.param(
            "start: []",
            "label: all",
            "routes[0].orchestration: event_orchestration/prod does not share its router: no other manifest declares rules in it. "
            "Write 'router: {shared: true, start: [...]}' at a.yaml:1",
            id="not shared",
        ),
        pytest.param("[]", "label: all", "does not share its router", id="a bare list"),
        pytest.param("shared: false", "label: all", "does not share its router", id="shared: false"),
        pytest.param(
            "shared: true\nstart: [{label: find, dynamic_route_to: {source: event.source, regex: '(.*)', lookup_by: service_name}}]",
            "label: all, before: find",
            "'find' has dynamic_route_to and must be the first rule, but this rule comes before it",
            id="before a dynamic route",
        ),
        pytest.param("shared: true", "label: all, if: event.source matches", "routes[0].if: ", id="a condition"),
        pytest.param(
            "shared: true", "label: all, route_to: shop", "unknown field 'route_to'", id="a target of its own"
        ),
        pytest.param(
            "start: []\nlast: [{label: all, route_to: shop}]",
            "",
            "'last' is only for a shared router",
            id="last without shared",
        ),
        pytest.param(
            "shared: true\nstart: [{label: all, route_to: shop, if: event.source exists}]\nlast: [{label: all, route_to: shop}]",
            "",
            "router.last[all]: start has a rule with the label 'all' too",
            id="one label in both parts",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_line(own: str, routes: str, problem: str) -> None:
    (found,) = said(router(own), service("shop", *([routes] if routes else [])))
    assert problem in found


def test_an_orchestration_that_is_not_here_takes_no_routes() -> None:
    (found,) = said(service("shop", "label: all"))
    assert "routes[0].orchestration: there is no EventOrchestration 'prod' among the manifests" in found
    assert found.endswith("an EventOrchestration that is not managed here cannot be referred to.")
    (found,) = said(router(), service("shop", "label: all").replace("prod", "{name: Prod}"))
    assert "expected the key of an event orchestration" in found


def test_a_rule_that_no_event_comes_to_is_a_warning_where_it_is_written() -> None:
    """The rule that takes all of them may be in another manifest."""
    own = "shared: true\nlast: [{label: rest, if: event.source matches 'x', route_to: shop}]"
    result = load(router(own), service("shop", "label: wide, if: event.source exists"), service("mail", "label: all"))
    assert [str(it).partition(". ")[0] for it in result.warnings] == [
        "a.yaml:8:12: event_orchestration/prod: router.last[rest]: no event reaches this rule: 'all', before it, matches all events that it would match",
        "b.yaml:8:7: service/shop: routes[0]: no event reaches this rule: 'all', before it, matches all events that it would match",
    ]


def test_what_its_own_rules_do_to_each_other_is_said_once() -> None:
    own = "shared: true\nstart: [{label: all, route_to: shop}, {label: rest, if: event.source exists, route_to: shop}]"
    result = load(router(own), service("shop", "label: wide, before: all, if: event.class exists"))
    assert len(result.warnings) == 1


def test_other_problems_are_not_multiplied_by_what_cannot_be_read() -> None:
    broken = service("mail", "label: all").replace("escalation_policy", "escalation_polcy")
    (found,) = [
        it for it in said(router(), broken, service("shop", "label: wide, after: never")) if "routes" in it
    ] or [""]
    assert not found
