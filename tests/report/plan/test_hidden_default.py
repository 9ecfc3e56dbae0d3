"""A new object shows what it would not have by itself."""

from __future__ import annotations

from pdsync.kinds import KINDS
from pdsync.model.codec.plain import MISSING
from pdsync.plan import Change, Delta, Operation
from pdsync.report.plan.hidden_default import shown_deltas


def shown(kind: str, **fields: object) -> dict[str, object]:
    change = Change(f"{kind}/x", kind, Operation.CREATE, "X", deltas=tuple(Delta(*it) for it in _deltas(fields)))
    assert shown_deltas(change, defaults=True) == change.deltas
    return {delta.path: delta.after for delta in shown_deltas(change, defaults=False)}


def _deltas(fields: dict[str, object]) -> list[tuple[str, None, object]]:
    return [(name, None, value) for name, value in fields.items()]


def test_every_declared_default_is_hidden_and_any_other_value_is_shown() -> None:
    count = 0
    for kind in KINDS:
        for field in kind.fields:
            if field.default is MISSING or field.chosen_by_server:
                continue
            count += 1
            assert shown(kind.slug, **{field.name: field.default}) == {}, (kind.slug, field.name)
            assert shown(kind.slug, **{field.name: "another"}) == {field.name: "another"}
            if field.default not in (None, "", [], {}):
                assert shown(kind.slug, **{field.name: None}) == {field.name: None}, "it turns the default off"
    assert count > 40


def test_what_is_empty_is_hidden_where_nothing_else_is_the_default() -> None:
    assert shown("team", parent=None) == {}
    assert shown("service", auto_resolve_timeout=None, acknowledgement_timeout=0) == {"acknowledgement_timeout": 0}


def test_members_of_documents_are_hidden_too() -> None:
    rule = {"label": "noise", "if": [], "disabled": False, "suppress": True}
    off = {"label": "off", "if": ["event.class matches 'x'"], "disabled": True}
    found = shown("service", event_orchestration={"start": [rule, off], "catch_all": {}})
    assert found == {"event_orchestration": {"start": [{"label": "noise", "suppress": True}, off]}}
