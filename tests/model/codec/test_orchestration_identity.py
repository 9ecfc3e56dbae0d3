"""Rules of a request keep the ids that PagerDuty gave them."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pdsync.kinds.event_orchestration import GLOBAL
from pdsync.model import Ref, Scope
from pdsync.model.codec.orchestration_identity import keep_rule_ids
from pdsync.model.validator import read_value


def request(written: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    value = read_value(GLOBAL, written, Scope())
    return keep_rule_ids(GLOBAL.to_api(value, lambda ref: {"id": ref.value}), raw, GLOBAL.rule)


def raw_of(*rules: dict[str, Any], name: str = "start") -> dict[str, Any]:
    return {"sets": [{"id": name, "rules": list(rules)}], "catch_all": {"actions": {}}}


def ids(body: dict[str, Any]) -> dict[str, str | None]:
    return {rule["label"]: rule.get("id") for it in body["sets"] for rule in it["rules"]}


def test_by_label_then_by_what_the_rule_says() -> None:
    raw = raw_of(
        {"id": "r1", "label": "a", "conditions": [{"expression": "x"}], "actions": {"severity": "info"}},
        {"id": "r2", "label": "b", "conditions": None, "actions": {"suppress": True, "annotate": ""}},
        {"id": "r3", "conditions": [{"expression": "z"}], "actions": {}},
        {"id": "r4", "label": "gone", "conditions": [], "actions": {"drop_event": True}},
    )
    written = {
        "start": [
            {"label": "new", "severity": "error"},
            {"label": "b, with a new label", "suppress": True},
            {"label": "a", "if": "other", "severity": "critical"},
            {"label": "z", "if": "z"},
        ]
    }
    assert ids(request(written, raw)) == {"new": None, "b, with a new label": "r2", "a": "r1", "z": "r3"}


def test_another_set_has_rules_of_its_own() -> None:
    raw = raw_of({"id": "r1", "label": "a", "conditions": [], "actions": {"suppress": True}})
    written = {
        "start": [{"label": "to", "route_to": "later"}],
        "later": [{"label": "a", "suppress": True}],
    }
    assert ids(request(written, raw)) == {"to": None, "a": None}


def test_a_set_with_another_name_keeps_the_ids_of_its_rules() -> None:
    rules = [{"id": f"r{it}", "label": it, "conditions": [], "actions": {"suppress": True}} for it in "ab"]
    raw = raw_of({"id": "r0", "label": "to", "conditions": [], "actions": {"route_to": "quiet"}})
    raw["sets"] += [{"id": "quiet", "rules": rules}, {"id": "empty", "rules": []}]
    written = {
        "start": [{"label": "to", "route_to": "silent"}],
        "silent": [{"label": "a", "suppress": True}, {"label": "b", "severity": "info"}],
        "also": [{"label": "a", "suppress": True}, {"label": "b", "suppress": True}],
    }
    sent = {it["id"]: [one.get("id") for one in it["rules"]] for it in request(written, raw)["sets"]}
    assert sent == {"start": ["r0"], "also": ["ra", "rb"], "silent": [None, None]}
    del written["also"]
    sent = {it["id"]: [one.get("id") for one in it["rules"]] for it in request(written, raw)["sets"]}
    assert sent == {"start": ["r0"], "silent": ["ra", "rb"]}


def test_what_no_codec_knows_goes_back_with_its_rule() -> None:
    raw = raw_of(
        {"id": "r1", "label": "a", "conditions": [], "actions": {"invent": {"x": 1}, "other": [], "suppress": True}}
    )
    raw["catch_all"] = {"actions": {"invent": [1], "severity": "info"}}
    body = request({"start": [{"label": "a", "severity": "info"}]}, raw)
    assert body["catch_all"] == {"actions": {"invent": [1]}}
    assert body["sets"][0]["rules"][0]["actions"] == {"severity": "info", "invent": {"x": 1}}


RULES = st.lists(st.sampled_from("abcdefgh"), unique=True)


@settings(max_examples=40, deadline=None)
@given(RULES, RULES, st.data())
def test_an_id_is_sent_once_and_every_label_that_stays_keeps_its_own(
    before: list[str], after: list[str], data: st.DataObject
) -> None:
    said: st.SearchStrategy[dict[str, Any]] = st.sampled_from([{}, {"suppress": True}, {"severity": "info"}])
    raw = raw_of(*({"id": f"id-{it}", "label": it, "actions": data.draw(said)} for it in before))
    found = ids(request({"start": [{"label": it, **data.draw(said)} for it in after]}, raw))
    sent = [identity for identity in found.values() if identity]
    assert len(set(sent)) == len(sent)
    assert all(found[label] == f"id-{label}" for label in after if label in before)


def test_references_are_no_part_of_what_is_compared_wrongly() -> None:
    raw = raw_of({"id": "r1", "label": "old", "conditions": [], "actions": {"priority": "PRIO1"}})
    body = request({"start": [{"label": "new", "priority": {"id": "PRIO1"}}]}, raw)
    assert ids(body) == {"new": "r1"}
    assert GLOBAL.refs_in(GLOBAL.live(raw, Scope())) == [Ref("priority", "id", "PRIO1")]
