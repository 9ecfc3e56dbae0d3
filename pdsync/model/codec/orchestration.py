"""Codecs of the documents of an event orchestration: sets of rules, and what happens to events that match no rule.

Terms. A *set* is a list of rules in order: the first rule that matches is used. The set ``start`` is the first; a rule can lead to another
set by its name (`route_to`). The *catch-all* is what happens to an event that matches no rule of the last set.

The canonical form is a mapping: each set by its name, ``start`` always among them, and ``catch_all``. Rules are as
`pdsync.model.codec.orchestration_rule` has them. Ids of rules are in no canonical form: see `orchestration_identity`. A router
that is shared has ``shared`` and ``last`` besides, until the rules of other manifests are part of it (`pdsync.model.fragment`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from pdsync.model.codec.composed import Composed, Write
from pdsync.model.codec.open import IsApplied, Open
from pdsync.model.codec.orchestration_action import (
    DROP,
    EVENT,
    INCIDENT,
    SET_ROUTE,
    UNROUTED,
    Filled,
    ServiceOrUnrouted,
    alert_actions,
    automation_of,
    service_route,
)
from pdsync.model.codec.orchestration_check import check_first, check_labels, check_router, check_sets
from pdsync.model.codec.orchestration_condition import check_order, find_hidden
from pdsync.model.codec.orchestration_rule import LABEL, Rule, actions_codec, rule_of, stem_of, with_labels
from pdsync.model.codec.plain import MAPPING, Boolean, Canonical, Codec
from pdsync.model.codec.secret_header import Place, headers_in, hidden_beside, is_same, name_hidden, with_values
from pdsync.model.codec.secret_text import SecretReference, references_in
from pdsync.model.codec.structure import ListOf, Object, optional
from pdsync.model.fragment import Gathering, Item
from pdsync.model.scope import Path, RefMap, Scope

START: Final = "start"
CATCH_ALL: Final = "catch_all"
SHARED: Final = "shared"
LAST: Final = "last"
_SET_NAME = r"^(?!(catch_all|shared|last)$)[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"
_START_RULES = "The rules that every event goes through first, in order."
_MORE_RULES = "A set of rules that another rule leads to (route_to)."


@dataclass(frozen=True, slots=True)
class RuleSets(Composed):
    """A document of sets of rules: global, unrouted, or of a service."""

    ALWAYS_REFERS: ClassVar[bool] = True

    rule: Rule
    catch_all: Object

    @property
    def rules(self) -> ListOf:
        """The codec of one set."""
        return ListOf(self.rule, key=LABEL, noun="rule")

    def schema(self) -> dict[str, Any]:
        rules = self.rules.schema()
        return {
            "type": "object",
            "properties": {
                START: {**rules, "description": _START_RULES},
                CATCH_ALL: {
                    **self.catch_all.schema(),
                    "description": "What happens to events that match no rule.",
                },
            },
            "patternProperties": {_SET_NAME: {**rules, "description": _MORE_RULES}},
            "additionalProperties": False,
            "x-noun": "set",
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        names = [START, *sorted(name for name in value if name not in (START, CATCH_ALL))]
        unreadable = scope.unreadable
        read = {
            name: self.rules.desired(value.get(name, []), scope, (*path, name))
            for name in names
            if (*path, name) not in unreadable
        }
        catch_all: Canonical = {}
        if CATCH_ALL in value and (*path, CATCH_ALL) not in unreadable:
            catch_all = self.catch_all.desired(value[CATCH_ALL], scope, (*path, CATCH_ALL))
        check_sets(value, scope, path)
        for name in names:
            check_order(value.get(name), scope, (*path, name))
        return {**read, CATCH_ALL: catch_all}

    def live(self, value: Any, scope: Scope) -> Canonical:
        value = value if isinstance(value, MAPPING) else {}
        sets = {
            str(it.get("id")): with_labels(self.rules.live(it.get("rules"), scope))
            for it in value.get("sets") or ()
            if isinstance(it, MAPPING)
        }
        return {START: [], **sets, CATCH_ALL: self._live_catch_all(value.get(CATCH_ALL), scope)}

    def _live_catch_all(self, value: Any, scope: Scope) -> Canonical:
        return self.catch_all.live((value.get("actions") or {}) if isinstance(value, MAPPING) else {}, scope)

    def to_api(self, value: Canonical, refs: RefMap) -> Any:
        sets = [{"id": name, "rules": self.rules.to_api(rules, refs)} for name, rules in sets_of(value)]
        return {"sets": sets, CATCH_ALL: {"actions": self.catch_all.to_api(value.get(CATCH_ALL, {}), refs)}}

    def map_refs(self, value: Canonical, refs: RefMap) -> Canonical:
        mapped = {
            name: (self.catch_all if name == CATCH_ALL else self.rules).map_refs(held, refs) if name != SHARED else held
            for name, held in value.items()
        }
        return value if all(mapped[name] is held for name, held in value.items()) else mapped

    def part(self, step: str | int) -> Codec | None:
        return self.catch_all if step == CATCH_ALL else self.rules if isinstance(step, str) else None

    def shown_part(self, rest: str) -> tuple[Codec, str] | None:
        name, bracket, more = rest.removeprefix(".").partition("[")
        if name == CATCH_ALL or name.startswith(f"{CATCH_ALL}."):
            return self.catch_all, rest.removeprefix(f".{CATCH_ALL}")
        return self.rules, bracket + more

    def written(self, value: Canonical, write: Write) -> Any:
        said = {name: write(self.rules, rules) for name, rules in sets_of(value) if rules or name != START}
        if value.get(CATCH_ALL):
            said[CATCH_ALL] = write(self.catch_all, value[CATCH_ALL])
        return said


@dataclass(frozen=True, slots=True)
class RuleSetsWithWebhooks(RuleSets, Open):
    """A document whose rules may send webhooks. What their headers hold is open: PagerDuty's side of it is hidden."""

    def has_secrets(self) -> bool:
        return True

    def parts(self, value: Canonical) -> Mapping[str, Canonical]:
        return {json.dumps(place, ensure_ascii=False): header["value"] for place, header in headers_in(value or {})}

    def frame(self, value: Canonical) -> Canonical:
        return with_values(value or {}, lambda place, text: None)

    def meet(self, desired: Canonical, live: Canonical, is_applied: IsApplied) -> tuple[Canonical, Canonical]:
        written, held = self.parts(desired), self.parts(live)
        free = {path: text for path, text in written.items() if path not in held}

        def met(place: Place, shown: Canonical) -> Canonical:
            path = json.dumps(place, ensure_ascii=False)
            if path not in written:  # its rule may have another label now, or be in another set
                same = [text for it, text in free.items() if tuple(json.loads(it)[2:]) == place[2:]]
                beside = next((it for text in same if (it := hidden_beside(text, shown)) is not shown), shown)
                return next((text for text in same if is_same(text, shown, is_applied=False)), beside)
            text = written[path]
            is_told = is_same(text, shown, is_applied=isinstance(text, str) and is_applied(path))
            return text if is_told else hidden_beside(text, shown)

        return desired, with_values(live or {}, met) if live is not None else None

    def narrowed(self, live: Canonical, desired: Canonical) -> Canonical:
        return self.meet(desired, live, lambda path: True)[1]

    def agrees(self, desired: Canonical, live: Canonical) -> bool:
        """A secret that cannot be compared is not the same: else it would count as written."""
        wanted, held = self.meet(desired, live, lambda path: False)
        return bool(wanted == held)

    def hides(self, value: Canonical) -> bool:
        """Whether a live document has headers whose values are not shown."""
        return not all(map(self.is_shown, self.parts(value).values()))

    def is_shown(self, part: Canonical) -> bool:
        return not isinstance(part, MAPPING)

    def named(self, value: Canonical, prefix: str) -> Canonical:
        names = name_hidden(value or {}, prefix)
        return with_values(value or {}, names.get)

    def references(self, value: Canonical) -> Sequence[SecretReference]:
        texts = (text for text in self.parts(value).values() if isinstance(text, str))
        return sorted({it for text in texts for it in references_in(text)})

    def shown_path(self, path: str) -> str:
        name, label, key, _ = json.loads(path)
        return (
            f".{name}[{label}].automation_actions.headers.{key}"
            if label
            else f".{name}.automation_actions.headers.{key}"
        )


@dataclass(frozen=True, slots=True)
class Router(RuleSets, Gathering):
    """The router: one set of rules, each with the service that it leads to. A manifest may write the rules alone."""

    @property
    def service(self) -> Codec:
        """The codec of where events go that no rule takes."""
        return self.catch_all.codec_of("route_to")

    @property
    def as_list(self) -> ListOf | None:
        return self.rules

    def takes_fragments(self, value: Canonical) -> bool:
        return SHARED in value

    def own_items(self, value: Canonical) -> tuple[Sequence[Item], Sequence[Item]]:
        return value[START], value.get(LAST, [])

    def gathered(self, value: Canonical, items: Sequence[Item]) -> Canonical:
        return {START: list(items), CATCH_ALL: value[CATCH_ALL]}

    def find_hidden(self, items: Sequence[Item]) -> Iterator[tuple[int, str]]:
        return find_hidden(items)

    def items(self, value: Canonical) -> Sequence[Item]:
        rules: Sequence[Item] = (value or EMPTY_ROUTER)[START]
        return rules

    def with_items(self, value: Canonical, items: Sequence[Item]) -> Canonical:
        return {**value, START: list(items)}

    def stem_of(self, key: str) -> str:
        return stem_of(key)

    def own_places(self, value: Canonical) -> Mapping[str, Path]:
        return {rule[LABEL]: (name, at) for name in (START, LAST) for at, rule in enumerate(value.get(name, ()))}

    def check_gathered(self, items: Sequence[Item], scope: Scope) -> None:
        check_first(items, scope)
        check_order(list(items), scope, ())

    def share_hint(self) -> str:
        return "Write 'router: {shared: true, start: [...]}'"

    def schema(self) -> dict[str, Any]:
        rules = self.rules.schema()
        router = {
            "type": "object",
            "properties": {
                START: {**rules, "description": _START_RULES},
                CATCH_ALL: {
                    **self.service.schema(),
                    "description": "Where events that match no rule go: a service, or unrouted.",
                    "default": UNROUTED,
                },
                SHARED: {
                    **Boolean().schema(),
                    "description": "Whether services add rules to this router (routes). If true, rules that no manifest declares stay.",
                },
                LAST: {
                    **rules,
                    "description": "For a shared router: the rules that come after the routes of services.",
                },
            },
            "additionalProperties": False,
        }
        return {
            "anyOf": [rules, router],
            "x-expected": "a list of rules, or start and catch_all",
            "errorMessage": "Write the rules as a list, or {start: [...], catch_all: ...}.",
        }

    def desired(self, value: Any, scope: Scope, path: Path) -> Canonical:
        is_list = isinstance(value, list)
        whole: Mapping[str, Any] = {START: value} if is_list else value
        place = path if is_list else (*path, START)
        rules = self.rules.desired(whole.get(START, []), scope, place) if place not in scope.unreadable else []
        route: Canonical = UNROUTED
        if CATCH_ALL in whole and (*path, CATCH_ALL) not in scope.unreadable:
            route = self.service.desired(whole[CATCH_ALL], scope, (*path, CATCH_ALL))
        check_router(whole.get(START, []), scope, place)
        check_order(whole.get(START), scope, place)
        return {START: rules, CATCH_ALL: {"route_to": route}, **self._desired_shared(whole, scope, path)}

    def _desired_shared(self, value: Mapping[str, Any], scope: Scope, path: Path) -> dict[str, Canonical]:
        """What only a shared router has."""
        place = (*path, LAST)
        is_shared, has_last = value.get(SHARED) is True, LAST in value and place not in scope.unreadable
        if not has_last:
            return {SHARED: True} if is_shared else {}
        if not is_shared:
            hint = f"Write these rules at the end of {START}, or {SHARED}: true."
            scope.problem(place, f"{LAST!r} is only for a shared router", hint, on_key=True)
        check_router(value[LAST], scope, place, begins=False)
        check_order(value[LAST], scope, place)
        rules = self.rules.desired(value[LAST], scope, place)
        check_labels(value, (START, LAST), scope, path)
        return {SHARED: True, LAST: rules} if is_shared else {}

    def _live_catch_all(self, value: Any, scope: Scope) -> Canonical:
        actions = (value.get("actions") or {}) if isinstance(value, MAPPING) else {}
        return {"route_to": self.service.live(actions.get("route_to"), scope)}

    def part(self, step: str | int) -> Codec | None:
        """A bare list has the rules themselves as its parts."""
        if step == CATCH_ALL:
            return self.service
        return self.rule if isinstance(step, int) else self.rules if step in (START, LAST) else None

    def shown_part(self, rest: str) -> tuple[Codec, str] | None:
        """The only set goes without its name: ``router[databases]``."""
        return (self.rules, rest) if rest.startswith("[") else RuleSets.shown_part(self, rest)

    def written(self, value: Canonical, write: Write) -> Any:
        rules = write(self.rules, value.get(START, []))
        route = value.get(CATCH_ALL, {}).get("route_to", UNROUTED)
        if route == UNROUTED:
            return rules
        return {START: rules, CATCH_ALL: write(self.service, route)}


def sets_of(document: Mapping[str, Canonical]) -> Iterator[tuple[str, list[dict[str, Canonical]]]]:
    """The sets of a document in canonical form, ``start`` first."""
    yield START, document.get(START, [])
    yield from ((name, document[name]) for name in sorted(document) if name not in (START, CATCH_ALL, SHARED, LAST))


def router_of(service: str) -> Router:
    """The codec of a router whose rules lead to objects of this kind."""
    return Router(rule_of(service_route(service)), Filled.of(route_to=optional(ServiceOrUnrouted(service))))


def global_of(policy: str) -> RuleSetsWithWebhooks:
    """The codec of global rules, whose incidents follow objects of this kind."""
    actions = (DROP, alert_actions(policy), EVENT, INCIDENT)
    return RuleSetsWithWebhooks(rule_of(SET_ROUTE, *actions), actions_codec(*actions))


def service_rules_of(policy: str, action: str) -> RuleSetsWithWebhooks:
    """The codec of the rules of a service, whose incidents follow objects of the one kind and run those of the other."""
    actions = (alert_actions(policy), EVENT, INCIDENT, automation_of(action))
    return RuleSetsWithWebhooks(rule_of(SET_ROUTE, *actions), actions_codec(*actions))


UNROUTED_RULES: Final = RuleSets(rule_of(SET_ROUTE, EVENT), actions_codec(EVENT))
EMPTY: Final[Mapping[str, Canonical]] = {START: [], CATCH_ALL: {}}
"""A document without effect, like a new one or one that was reset."""
EMPTY_ROUTER: Final[Mapping[str, Canonical]] = {START: [], CATCH_ALL: {"route_to": UNROUTED}}
