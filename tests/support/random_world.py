"""Random valid desired states, drawn from the samples of every codec."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pdsync.kinds import BY_NAME, Kind, Ref, Resource, Scope
from tests.support.samples import KEYS, samples
from tests.support.world import resource

_NAMES = ["Alpha", "Beta", "Gamma"]
_SERVICES = ["shop", "mail", "search"]
_ON_CALL_ROLES = ["user", "limited_user", "admin"]


def _refs(kind: Kind, spec: dict[str, Any]) -> set[str] | None:
    """Addresses that a spec needs, or None when it is not valid."""
    scope = Scope()
    fields, children, _ = kind.read_desired(spec, scope, ())
    if scope.problems:
        return None
    found: list[Ref] = [ref for _, ref in kind.refs_of(fields)]
    for name, items in children.items():
        declared = kind.child(name)
        assert declared is not None
        for item in items:
            declared.item.map_refs(item, lambda ref: found.append(ref) or ref)
    return {ref.address for ref in found if ref.address}


def _draw_spec(draw: st.DrawFn, kind: Kind, present: set[str], fixed: dict[str, Any]) -> dict[str, Any] | None:
    """A spec whose references are all present; None when a required one cannot be."""
    spec: dict[str, Any] = dict(fixed)
    parts = [part for part in kind.spec.parts if part.name not in fixed and not part.name.endswith("_mode")]
    for part in sorted(parts, key=lambda part: not part.required):
        if not part.required and not draw(st.booleans()):
            continue
        allowed = [value for value in samples(part.codec) if _fits(kind, {**spec, part.name: value}, present)]
        if allowed:
            spec[part.name] = draw(st.sampled_from(allowed))
        elif part.required:
            return None
    return spec


def _fits(kind: Kind, spec: dict[str, Any], present: set[str]) -> bool:
    """True when what is drawn so far is valid beside placeholders for required parts that come later."""
    later = {part.name: samples(part.codec)[0] for part in kind.spec.parts if part.required and part.name not in spec}
    refs = _refs(kind, {**later, **spec})
    return refs is not None and (bool(later) or refs <= present)


@st.composite
def worlds(draw: st.DrawFn) -> list[Resource]:
    """Three people, and any subset of teams, schedules, policies and services with any of their fields."""
    found: list[Resource] = []
    present: set[str] = set()

    def add(kind_name: str, key: str, fixed: dict[str, Any]) -> None:
        spec = _draw_spec(draw, BY_NAME[kind_name], present, fixed)
        if spec is not None and (_refs(BY_NAME[kind_name], spec) or set()) <= present:
            made = resource(kind_name, key, spec)
            found.append(made)
            present.add(made.address)

    for key in KEYS["user"]:
        role = draw(st.sampled_from(_ON_CALL_ROLES))
        add("User", key, {"email": f"{key}@example.com", "name": key, "role": role})
    for kind_name, slug in (("Team", "team"), ("Schedule", "schedule"), ("EscalationPolicy", "escalation_policy")):
        for key, name in _named(draw, KEYS[slug]):
            add(kind_name, key, {"name": name})
    for key, name in _named(draw, _SERVICES):
        add("Service", key, {"name": name})
    return found


def _named(draw: st.DrawFn, keys: list[str]) -> list[tuple[str, str]]:
    """A subset of keys in any order, with names that are swapped between states."""
    chosen = draw(st.permutations(keys))[: draw(st.integers(0, len(keys)))]
    return list(zip(chosen, draw(st.permutations(_NAMES)), strict=False))
