"""A router whose rules several teams declare, each in the manifest of its service: every way from one state to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.campaigns.harness import Harness, make_harness
from tests.support.shop import SHOP_PEOPLE

BASE = (
    SHOP_PEOPLE
    + """\
---
apiVersion: pdsync/v1
kind: Service
metadata: {name: triage}
spec: {name: Triage, escalation_policy: shop}
---
apiVersion: pdsync/v1
kind: EventOrchestration
metadata: {name: prod}
spec:
  name: Production events
  router:
    shared: true
    start: [{label: tests, if: "event.source matches part 'test-'", route_to: triage}]
    last: [{label: staging, if: "event.source matches part 'staging'", route_to: triage}]
    catch_all: triage
"""
)
WRITES = ["POST", "PUT", "DELETE"]
FAULTS: dict[str, dict[str, Any]] = {
    "drop before": {"type": "drop", "when": "before"},
    "500 after commit": {"type": "error", "status": 500, "commit": True},
}


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harness]:
    """A workspace with the router and two services that have no rules yet, and the account that is so."""
    folder = tmp_path_factory.mktemp("shared")
    with pytest.MonkeyPatch.context() as patch, make_harness(folder, patch, BASE) as made:
        write(made, orders="", checkout="")
        assert made.apply().code == 0
        made.start = made.server.control.state()
        yield made


@pytest.fixture(autouse=True)
def _as_at_first(harness: Harness) -> None:
    harness.restore()
    write(harness, orders="", checkout="", third=None)


def write(harness: Harness, **routes: str | None) -> None:
    """A manifest for each service with its routes; None takes it out."""
    for name, text in routes.items():
        file = harness.folder / "manifests" / f"{name}.yaml"
        if text is None:
            file.unlink(missing_ok=True)
            continue
        listed = "".join(f"\n    - {{orchestration: prod, {route}}}" for route in text.split("; ") if route)
        spec = f"  name: {name.title()}\n  escalation_policy: shop\n" + (f"  routes:{listed}\n" if listed else "")
        file.write_text(f"apiVersion: pdsync/v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n{spec}")


def router(harness: Harness) -> tuple[str, dict[str, Any]]:
    """The path and the document."""
    (orchestration,) = harness.state()["event_orchestration"]
    path = f"/event_orchestrations/{orchestration['id']}/router"
    return path, harness.server.control.edit("GET", path)["orchestration_path"]


def rules(harness: Harness) -> list[dict[str, Any]]:
    held: list[dict[str, Any]] = router(harness)[1]["sets"][0]["rules"]
    return held


def labels(harness: Harness) -> list[str]:
    return [rule["label"] for rule in rules(harness)]


def ids(harness: Harness) -> dict[str, str]:
    return {rule["label"]: rule["id"] for rule in rules(harness)}


def by_hand(harness: Harness, at: int, *names: str) -> None:
    """A person adds rules in the web application."""
    path, held = router(harness)
    held["sets"][0]["rules"][at:at] = [
        {
            "label": name,
            "conditions": [{"expression": f"event.source matches part '{name}'"}],
            "actions": {"route_to": "unrouted"},
        }
        for name in names
    ]
    body = {"orchestration_path": {"sets": held["sets"], "catch_all": held["catch_all"]}}
    harness.server.control.edit("PUT", path, body)


def apply(harness: Harness) -> None:
    """Applies, and holds that nothing is left to do."""
    done = harness.apply()
    assert done.code == 0, done
    again = harness.run("plan")
    assert again.code == 0, again.out
    assert "No changes." in again.out


def plan(harness: Harness, *arguments: str) -> str:
    asked = len(harness.server.requests())
    done = harness.run("plan", *arguments)
    assert all(it["method"] == "GET" for it in harness.server.requests()[asked:])
    return done.out


DATABASES = "label: databases, if: \"event.source matches part 'db'\""
CHECKOUT = "label: checkout, if: \"event.summary matches part 'checkout'\", before: databases"
BOTH = ["tests", "checkout", "databases", "staging"]


@pytest.mark.parametrize("first", ["orders", "checkout"])
def test_two_teams_converge_whichever_merges_first(harness: Harness, first: str) -> None:
    routes = {"orders": DATABASES, "checkout": CHECKOUT.removesuffix(", before: databases")}
    write(harness, **{first: routes[first]})
    apply(harness)
    before = ids(harness)
    write(harness, orders=DATABASES, checkout=CHECKOUT)
    apply(harness)
    assert labels(harness) == BOTH
    assert before.items() <= ids(harness).items(), "rules keep their ids"


def test_at_every_write_and_every_fault_no_rule_is_lost_or_doubled(harness: Harness) -> None:
    write(harness, orders=DATABASES)
    apply(harness)
    by_hand(harness, 2, "legacy")
    write(harness, checkout=CHECKOUT, third="label: third")
    start = harness.server.control.state()
    apply(harness)
    wanted = labels(harness)
    assert wanted == ["tests", "checkout", "databases", "legacy", "third", "staging"]
    writes = sum(asked["method"] != "GET" for asked in harness.server.requests())
    for name, action in FAULTS.items():
        for nth in range(1, writes + 1):
            harness.server.control.restore(start)
            harness.server.control.set_faults({"rules": [{"match": {"method": WRITES, "nth": nth}, "action": action}]})
            first = harness.apply()
            harness.server.control.clear_faults()
            assert first.code in (0, 1, 3, 6), (name, nth, first)
            assert harness.apply().code == 0, (name, nth, first)
            assert labels(harness) == wanted, (name, nth)


def test_a_label_can_change_and_a_rule_can_move(harness: Harness) -> None:
    write(harness, orders=DATABASES, checkout=CHECKOUT)
    apply(harness)
    before = ids(harness)
    write(harness, orders=DATABASES.replace("databases", "orders"), checkout=CHECKOUT.replace("databases", "orders"))
    assert "router[orders].label: databases -> orders" in plan(harness)
    apply(harness)
    assert ids(harness)["orders"] == before["databases"]
    write(harness, checkout=CHECKOUT.replace("before: databases", "after: orders"))
    assert "router (order)" in plan(harness)
    apply(harness)
    assert labels(harness) == ["tests", "orders", "checkout", "staging"]


def test_a_rule_can_go_to_another_service(harness: Harness) -> None:
    write(harness, orders=DATABASES)
    apply(harness)
    before = ids(harness)
    write(harness, orders="", checkout=DATABASES)
    assert "router[databases].route_to: service/orders -> service/checkout" in plan(harness)
    apply(harness)
    assert ids(harness) == before


def test_the_rules_of_a_service_go_before_it_does(harness: Harness) -> None:
    write(harness, orders=DATABASES, checkout=CHECKOUT)
    apply(harness)
    harness.server.control.forget()
    write(harness, checkout=None)
    assert harness.apply("--prune", "owned").code == 0
    writes = [asked["path"].split("/")[1:] for asked in harness.server.requests() if asked["method"] != "GET"]
    assert writes[0][::2] == ["event_orchestrations", "router"]
    assert writes[-1][0] == "services"
    assert labels(harness) == ["tests", "databases", "staging"]


def test_a_target_leaves_the_routes_out_and_says_so(harness: Harness) -> None:
    write(harness, orders=DATABASES)
    text = " ".join(plan(harness, "--target", "service/orders").split())
    assert "service/orders: what it declares of router of event_orchestration/prod is not part of this plan" in text


@pytest.mark.parametrize(
    ("at", "label"), [(0, "databases"), (4, "databases"), (0, "Databases")], ids=["above", "below", "in another case"]
)
def test_a_rule_of_another_person_that_has_the_label_of_a_route_stays(harness: Harness, at: int, label: str) -> None:
    write(harness, orders=DATABASES, checkout=CHECKOUT)
    apply(harness)
    before = ids(harness)
    path, document = router(harness)
    theirs = {
        "label": label,
        "conditions": [{"expression": "event.source matches part 'theirs'"}],
        "actions": {"route_to": "unrouted"},
    }
    document["sets"][0]["rules"].insert(at, theirs)
    harness.server.control.edit(
        "PUT", path, {"orchestration_path": {"sets": document["sets"], "catch_all": document["catch_all"]}}
    )
    (made,) = [rule for rule in rules(harness) if rule["conditions"] == theirs["conditions"]]
    assert "No changes." in plan(harness)

    def one_of_each() -> dict[str, str]:
        known = [rule["id"] for rule in rules(harness) if rule["label"] != "third"]
        assert known[at] == made["id"], "it stays where it is"
        return {rule["id"]: rule["conditions"][0]["expression"] for rule in rules(harness)}

    write(harness, third="label: third, if: \"event.source matches part 'third'\", priority: 9")
    apply(harness)
    assert one_of_each()[made["id"]] == "event.source matches part 'theirs'"
    assert one_of_each()[before["databases"]] == "event.source matches part 'db'"
    write(harness, orders="", checkout=CHECKOUT.removesuffix(", before: databases"), third="")
    apply(harness)
    left = {rule["id"] for rule in rules(harness)}
    assert (made["id"] in left, before["databases"] in left) == (True, False)


def test_a_restore_takes_the_routes_of_the_run_out_and_nothing_that_a_person_wrote_since(harness: Harness) -> None:
    write(harness, orders=DATABASES)
    apply(harness)
    harness.forget_journals()
    write(harness, checkout=CHECKOUT)
    apply(harness)
    by_hand(harness, 1, "legacy")
    (journal,) = (harness.folder / ".pdsync" / "journal").glob("*")
    assert harness.run("journal", "restore", "--yes", str(journal)).code == 0
    assert labels(harness) == ["tests", "legacy", "databases", "staging"]


def test_a_large_router_loses_what_is_taken_out_and_no_foreign_rule(harness: Harness) -> None:
    """The ownership line has no room to say whose each of 200 rules is, so that must be found out."""
    many = [f"label: rule {at:03}, if: \"event.source matches part '{at}'\"" for at in range(200)]
    write(harness, orders="; ".join(many))
    apply(harness)
    by_hand(harness, 5, "legacy")
    by_hand(harness, 201, "older", "oldest")
    held = labels(harness)
    write(harness, orders="; ".join(many[:-2]))
    apply(harness)
    assert labels(harness) == [label for label in held if label not in ("rule 198", "rule 199")]
    path, document = router(harness)
    document["sets"][0]["rules"][8]["conditions"] = []
    body = {"orchestration_path": {"sets": document["sets"], "catch_all": document["catch_all"]}}
    harness.server.control.edit("PUT", path, body)
    write(harness, orders="; ".join(many[:-3]))
    apply(harness)
    assert labels(harness) == [label for label in held if label not in ("rule 197", "rule 198", "rule 199")]
    assert rules(harness)[8]["conditions"]
    write(harness, orders="; ".join([*many[:-3], "label: legacy, if: \"event.source matches part 'mine'\""]))
    assert "router[legacy] (service/orders at" in plan(harness), "a route is not taken over"
    assert harness.apply().code == 5


def test_a_rule_written_by_hand_that_takes_the_events_of_a_route_is_a_risk(harness: Harness) -> None:
    """The route is there, and no event reaches it: nothing differs, so only the plan can say so."""
    write(harness, orders="label: orders, if: \"event.source matches part 'orders-db'\"")
    assert harness.apply().code == 0
    by_hand(harness, 0, "orders-")
    rules_before = labels(harness)
    plan = harness.run("plan")
    assert "no event reaches router[orders]" in plan.out, plan.out + plan.err
    assert plan.code == 0
    assert labels(harness) == rules_before
    harness.restore()
    write(harness, orders="label: orders, if: \"event.source matches part 'orders-db'\"")
    assert harness.apply().code == 0
    by_hand(harness, 0, "other")
    assert "no event reaches" not in harness.run("plan").out
