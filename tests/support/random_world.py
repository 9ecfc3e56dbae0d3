"""Random valid desired states, drawn from the samples of every codec."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from pdsync.kinds import BY_NAME, BY_SLUG
from pdsync.model import Kind, Ref, Resource, Scope
from tests.support.samples import KEYS, samples
from tests.support.world import resource

_NAMES = ["Alpha", "Beta", "Gamma"]
_ON_CALL_ROLES = ["user", "limited_user", "admin"]


@cache
def _choices(slug: str, name: str) -> list[tuple[Any, frozenset[str]]]:
    """Every sample of a part with the addresses that it needs."""
    kind = BY_SLUG[slug]
    part = next(part for part in kind.spec.parts if part.name == name)
    choices = []
    for value in samples(part.codec):
        found: list[Ref] = []
        canonical = part.codec.desired(value, Scope(), ())
        part.codec.map_refs(canonical, lambda ref, found=found: found.append(ref) or ref)
        choices.append((value, frozenset(ref.address for ref in found if ref.address)))
    return choices


def _draw_spec(draw: st.DrawFn, kind: Kind, present: set[str], fixed: dict[str, Any]) -> dict[str, Any] | None:
    """A valid spec whose references are all present; None when a required one cannot be."""
    spec: dict[str, Any] = dict(fixed)
    for part in kind.spec.parts:
        if part.name in fixed or part.name.endswith("_mode"):
            continue
        choices = _choices(kind.slug, part.name)
        # A reference that a manifest does not name stays, and blocks the removal of what it leads to.
        always = part.required or any(needs for _, needs in choices)
        if not always and not draw(st.booleans()):
            continue
        allowed = [value for value, needs in choices if needs <= present]
        if allowed:
            spec[part.name] = draw(st.sampled_from(allowed))
        elif part.required:
            return None
    required = {part.name for part in kind.spec.parts if part.required}
    while wrong := _wrong_parts(kind, spec):
        for name in wrong - required:
            del spec[name]
    return spec


def _wrong_parts(kind: Kind, spec: dict[str, Any]) -> set[str]:
    """Parts that do not go together with the others."""
    scope = Scope()
    _, children, _ = kind.read_desired(spec, scope, ())
    wrong = {str(problem.path[0]) for problem in scope.problems}
    methods = [f"{method['type']} {method['address']}" for method in children.get("contact_methods", ())]
    if any(rule["contact_method"].value not in methods for rule in children.get("notification_rules", ())):
        wrong.add("notification_rules")  # valid as a manifest, but blocked in the plan
    if any(method.startswith("push_") for method in methods):
        wrong.add("contact_methods")  # the same: only the phone can register itself
    return wrong


@st.composite
def worlds(draw: st.DrawFn) -> list[Resource]:
    """Three people, and any subset of teams, schedules, policies, services and business services with any of their fields."""
    found: list[Resource] = []
    present: set[str] = set()

    def add(kind_name: str, key: str, fixed: dict[str, Any]) -> None:
        spec = _draw_spec(draw, BY_NAME[kind_name], present, fixed)
        if spec is not None:
            made = resource(kind_name, key, spec)
            found.append(made)
            present.add(made.address)

    for key in KEYS["user"]:
        role = draw(st.sampled_from(_ON_CALL_ROLES))
        add("User", key, {"email": f"{key}@example.com", "name": key, "role": role})
    for kind_name, slug in (("Team", "team"), ("Schedule", "schedule"), ("EscalationPolicy", "escalation_policy")):
        for key, name in _named(draw, KEYS[slug]):
            add(kind_name, key, {"name": name})
    for kind_name, slug in (("Service", "service"), ("BusinessService", "business_service")):
        for key, name in _named(draw, KEYS[slug]):
            add(kind_name, key, {"name": name})
    return found


def _named(draw: st.DrawFn, keys: list[str]) -> list[tuple[str, str]]:
    """A subset of keys in any order, with names that are swapped between states."""
    chosen = draw(st.permutations(keys))[: draw(st.integers(0, len(keys)))]
    return list(zip(chosen, draw(st.permutations(_NAMES)), strict=False))
