"""Random valid desired states, drawn from the samples of every codec."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from hypothesis import strategies as st

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.manifest.clash import find_clashes
from pdsync.model import Kind, Resource, Scope
from pdsync.model.codec.wall_time import as_if_in_utc
from tests.support.samples import KEYS, samples
from tests.support.surroundings import TIMES, addresses_in, minimal
from tests.support.world import resource

_NAMES = ["Alpha", "Beta", "Gamma"]
_ON_CALL_ROLES = ["user", "limited_user", "admin"]
_MADE_BY_PEOPLE = {"oauth_client"}
"""Fields that name what only people make, of which an account has none at first."""
LEFT_OUT = {"jira_rule", "automation_runner", "automation_action"}
"""Kinds that no random world has yet. No plan removes a Jira rule that manifests no longer name, and it rightly keeps its service. The secret
of a runner cannot be accepted from the account, and actions run on runners."""
Specs: TypeAlias = Mapping[str, tuple[Kind, str, dict[str, Any]]]
"""The kind, the key and the spec of each object, by its address."""


@cache
def _choices(slug: str, name: str) -> list[tuple[Any, frozenset[str]]]:
    """Every sample of a part with the addresses that it needs."""
    kind = BY_SLUG[slug]
    part = next(part for part in kind.spec.parts if part.name == name)
    return [(value, addresses_in(part.codec, value)) for value in samples(part.codec)]


def _draw_spec(draw: st.DrawFn, kind: Kind, specs: Specs, fixed: dict[str, Any]) -> dict[str, Any] | None:
    """A valid spec whose references are all present; None when a required one cannot be."""
    times = TIMES.get(kind.slug, [])
    fixed = {**(draw(st.sampled_from(times)) if times else {}), **_variant_of(kind), **fixed}
    present, spec = set(specs), {**_draw_values(draw, kind, specs), **fixed}
    for part in kind.spec.parts:
        if (
            part.name in fixed
            or (times and part.name == "recurrence")
            or part.name in _later(kind.slug)
            or part.name.endswith("_mode")
            or _is_set(kind, part.name)
        ):
            continue
        drawn = _draw_part(draw, kind, part.name, present)
        if drawn:
            spec[part.name] = drawn[0]
        elif part.required:
            return None
    return _valid(kind, spec)


def _is_set(kind: Kind, name: str) -> bool:
    """Whether a part cannot be drawn from samples: what PagerDuty never changes has one value in all states, and values of custom fields
    must go together with the fields that there are."""
    if name in _MADE_BY_PEOPLE:
        return True
    declared, listed = kind.field(name), kind.child(name)
    if kind.facts.values is not None and name == kind.facts.values.field:
        return True
    if kind.facts.variant is not None and name == kind.facts.variant.member:
        return True
    if listed is not None and listed.hosted is not None:
        return True  # a list on another host is unknown, and its object skipped, where no manifest names where it is
    return (declared is not None and declared.fixed) or (listed is not None and bool(listed.immutable))


def _draw_values(draw: st.DrawFn, kind: Kind, specs: Specs) -> dict[str, Any]:
    """Values of some of the custom fields that there are, which are all yes or no: the first type."""
    fact = kind.facts.values
    if fact is None:
        return {}
    names = [
        spec[of.label] for of, _, spec in specs.values() if of.slug == fact.of and spec.get("enabled") is not False
    ]
    chosen = draw(st.dictionaries(st.sampled_from(names), st.sampled_from([True, False, None]))) if names else {}
    return {fact.field: chosen} if chosen else {}


def _variant_of(kind: Kind) -> dict[str, Any]:
    """What says that a manifest is of this kind, where the name of the kind does not."""
    variant = kind.facts.variant
    return {**variant.said(kind.slug)} if variant is not None else {}


@cache
def _never_changed(slug: str, at: int) -> dict[str, Any]:
    """Lists whose items cannot change: one item, the same in all states and of each object another one, for its name may be taken."""
    found = {}
    for child in BY_SLUG[slug].children:
        if child.immutable:
            items = {tuple(item[name] for name in child.key): item for item in samples(child.item)}
            found[child.name] = [list(items.values())[at]]
    return found


def _draw_part(draw: st.DrawFn, kind: Kind, name: str, present: set[str]) -> list[Any]:
    """A value of a part whose references are all present, or nothing."""
    choices, is_required = _choices(kind.slug, name), name in _required(kind)
    # A reference that a manifest does not name stays, and blocks the removal of what it leads to.
    always = is_required or any(needs for _, needs in choices)
    if not always and not draw(st.booleans()):
        return []
    allowed = [value for value, needs in choices if needs <= present]
    return [draw(st.sampled_from(allowed))] if allowed else []


def _valid(kind: Kind, spec: dict[str, Any]) -> dict[str, Any] | None:
    """The spec without parts that do not go together with the others; None where that is a part that it needs."""
    while wrong := _wrong_parts(kind, spec):
        if not wrong - _required(kind) or "" in wrong:  # the spec as a whole lacks something
            return None
        spec = {name: value for name, value in spec.items() if name not in wrong or name in _required(kind)}
    return spec


def _required(kind: Kind) -> set[str]:
    return {part.name for part in kind.spec.parts if part.required} | ({kind.label} - {""})


@cache
def _later(slug: str) -> frozenset[str]:
    """Child lists whose items may refer to objects that are drawn later, such as those that objects of one kind have of each other."""
    places = {kind.slug: at for at, kind in enumerate(KINDS)}
    return frozenset(
        child.name
        for child in BY_SLUG[slug].children
        for _, needs in _choices(slug, child.name)
        if any(places[address.partition("/")[0]] >= places[slug] for address in needs)
    )


def _wrong_parts(kind: Kind, spec: dict[str, Any]) -> set[str]:
    """Parts that do not go together with the others. An empty name means that a part is missing."""
    scope = Scope()
    _, children, _ = kind.read_desired(spec, scope, ())
    wrong = {str(problem.path[0]) if problem.path else "" for problem in scope.problems}
    methods = [f"{method['type']} {method['address']}" for method in children.get("contact_methods", ())]
    for child in kind.children:
        rest = child.rests_on
        if rest is not None and any(item[rest.member].value not in methods for item in children.get(child.name, ())):
            wrong.add(child.name)  # valid as a manifest, but blocked in the plan
    if any(method.startswith("push_") for method in methods):
        wrong.add("contact_methods")  # the same: only the phone can register itself
    return wrong


@st.composite
def worlds(draw: st.DrawFn) -> list[Resource]:
    """All the people, and any subset of the objects of every other kind, with any of their fields and child lists."""
    specs: dict[str, tuple[Kind, str, dict[str, Any]]] = {}
    for kind in KINDS:
        if kind.source.single or kind.slug in LEFT_OUT:
            continue  # what no manifest names of it stays, so that the last of two states does not tell what there is
        for key, fixed in _draw_identities(draw, kind):
            alone = _alone_in(kind, key)
            is_possible = _are_there(kind, {**fixed, **alone}, specs)
            spec = _draw_spec(draw, kind, specs, {**fixed, **alone}) if is_possible else None
            if spec is not None and not _clashes(kind, spec, specs):
                _take_over(kind, alone, specs)
                specs[f"{kind.slug}/{key}"] = (kind, key, spec)
    _draw_later_lists(draw, specs)
    return [resource(kind.name, key, spec) for kind, key, spec in specs.values()]


def _clashes(kind: Kind, spec: dict[str, Any], specs: Specs) -> bool:
    """Whether a spec does not go together with those of the same kind, such as overrides at the same time."""
    if kind.passing.clashes is None and kind.facts.sole is None:
        return False
    group = [
        kind.read_desired(it, Scope(), ())[0] for it in (*(its for of, _, its in specs.values() if of is kind), spec)
    ]
    for fields in group:
        for item in fields.get("overrides", ()):  # all of them on one clock
            item.update({name: as_if_in_utc(item[name]) for name in ("start", "end")})
    return any(True for _ in find_clashes(kind, group))


def _alone_in(kind: Kind, key: str) -> dict[str, Any]:
    """What an object of a kind has to itself: one object for each key, in all states. All of them cannot be replaced at once."""
    exclusive = kind.facts.exclusive
    if exclusive is None:
        return {}
    declared = kind.fields_by_name[exclusive.field]
    (target,) = {address.partition("/")[0] for _, needs in _choices(kind.slug, declared.name) for address in needs}
    return {exclusive.field: [KEYS[target][KEYS[kind.slug].index(key)]]}


def _are_there(kind: Kind, alone: dict[str, Any], specs: Mapping[str, Any]) -> bool:
    named = {name: value for name, value in alone.items() if name in kind.fields_by_name}
    return all(addresses_in(kind.fields_by_name[name].codec, value) <= specs.keys() for name, value in named.items())


def _take_over(kind: Kind, alone: dict[str, Any], specs: Specs) -> None:
    """What an object has to itself does not say the same itself."""
    for name, value in alone.items():
        for address in addresses_in(kind.fields_by_name[name].codec, value):
            specs[address][2].pop(kind.facts.exclusive.same_as if kind.facts.exclusive is not None else "", None)


def _draw_identities(draw: st.DrawFn, kind: Kind) -> list[tuple[str, dict[str, Any]]]:
    """Keys, each with the fields that identify its object: of others than people a subset of keys in any order, with names that are
    swapped between states."""
    keys = KEYS[kind.slug]
    if kind.facts.person is not None:
        roles = st.sampled_from(_ON_CALL_ROLES)
        return [(key, {"email": f"{key}@example.com", "name": key, "role": draw(roles)}) for key in keys]
    # All of them more often than any other number: others need them.
    chosen = draw(st.permutations(keys))[: draw(st.sampled_from([*range(len(keys) + 1), len(keys)]))]
    label = kind.field(kind.label)
    # Another identity would be another object, which a person is asked about.
    if label is not None and (label.fixed or kind.shown_name):
        fixed = {key: {**minimal(kind, key), **_never_changed(kind.slug, keys.index(key))} for key in chosen}
        return [(key, {**said, **_identity_of(kind, key)}) for key, said in fixed.items()]
    names = [{kind.label: name} for name in draw(st.permutations(_NAMES))] if kind.label else [{}] * len(chosen)
    return [(key, {**_set_of(kind.slug, key), **name}) for key, name in zip(chosen, names, strict=False)]


@cache
def _set_of(slug: str, key: str) -> dict[str, Any]:
    """The fields that an object needs and that never change, the same in all states and of each object other ones, so that none has the
    identity of another."""
    kind, at = BY_SLUG[slug], KEYS[slug].index(key)
    together = {name for members in TIMES.get(slug, []) for name in members}
    needed = [it for it in kind.fields if it.required and it.fixed and it.name not in {kind.label, *together}]
    choices = {it.name: samples(it.codec) for it in needed}
    return {name: found[at % len(found)] for name, found in choices.items()}


def _identity_of(kind: Kind, key: str) -> dict[str, Any]:
    """The fields that never change, of those that identify an object whose name does not."""
    if kind.label in kind.identity:
        return {}
    return {name: said for name, said in _set_of(kind.slug, key).items() if name in kind.identity}


def _draw_later_lists(draw: st.DrawFn, specs: dict[str, tuple[Kind, str, dict[str, Any]]]) -> None:
    """Lists through which objects may refer to each other, in no circle: each object refers to those before it in some order."""
    before: set[str] = {address for address, (kind, _, _) in specs.items() if not _later(kind.slug)}
    for address in draw(st.permutations(sorted(set(specs) - before))):
        kind, key, spec = specs[address]
        for name in sorted(_later(kind.slug)):
            drawn = _draw_part(draw, kind, name, before)
            spec = (drawn and _valid(kind, {**spec, name: drawn[0]})) or spec
        specs[address] = (kind, key, spec)
        before.add(address)
