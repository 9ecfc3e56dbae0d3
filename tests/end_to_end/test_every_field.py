"""Every field of every kind, changed in an object of its own: the plan names that field alone, and after the apply it is empty.

Values come from the codecs, so a field that is added later is covered by being declared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

import pytest

from pdsync.apply import apply_plan
from pdsync.client import RestApiV2Client
from pdsync.engine import Desired
from pdsync.engine.plan import judge_plan
from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Account, ChildList, Field, Kind, Resource, Scope
from pdsync.model.codec.plain import Choice
from pdsync.model.codec.secret import SecretMap
from pdsync.plan import Change, Operation
from pdsync.sandbox import SandboxServer
from tests.support.bystander import State, bystanders, check_bystanders
from tests.support.samples import samples
from tests.support.surroundings import minimal, name_of, surroundings
from tests.support.world import TOKEN, converge, make_planned, options, plan_for, resource

HOURS = {"time_zone": "Europe/Berlin", "days_of_week": [1, 2], "start_time": "09:00", "end_time": "17:00"}
BY_HOURS = {
    "type": "use_support_hours",
    "during_support_hours": {"urgency": "high"},
    "outside_support_hours": {"urgency": "low"},
}
CONTEXT: dict[str, dict[str, Any]] = {
    "ServiceCustomField.options": {"type": "choice"},
    "ServiceCustomField.multi": {"type": "string"},
    "MaintenanceWindow.start_time": {"end_time": "2031-12-01T09:00Z"},
    "MaintenanceWindow.end_time": {"start_time": "2030-12-01T09:00Z"},
    "AutomationAction.process_automation": {"action_type": "process_automation", "script": None},
    "Service.support_hours": {"incident_urgency_rule": BY_HOURS},
    "Service.scheduled_actions": {"incident_urgency_rule": BY_HOURS, "support_hours": HOURS},
}
"""What must stand beside a field for it to mean anything."""

NAMED = [kind for kind in KINDS if kind.label or kind.passing.expand is None]
"""Kinds whose manifest means one object. Of overrides each item is an object, and with another value it is another one: their own tests."""
PARENTS = [kind for kind in KINDS if kind.children]
IDS = attrgetter("slug")


@pytest.fixture
def sandbox(kind: Kind) -> Iterator[SandboxServer]:
    """An account that holds what manifests of the kind refer to. It is applied once for each kind: a test is about its field."""
    with SandboxServer(state=surrounded(kind.slug)) as server:
        yield server
        check_bystanders(server)


@cache
def surrounded(slug: str) -> State:
    with (
        SandboxServer(state=bystanders()) as server,
        RestApiV2Client(TOKEN, base_url=server.url, retry_ambiguous_posts=False) as client,
    ):
        converge(client, surroundings(BY_SLUG[slug]))
        return server.control.state()


def assert_nothing_left(client: RestApiV2Client, applied: Sequence[Resource], account: Account) -> None:
    """What was applied is in the account that was read for the plan after it: a reading of its own would double the cost."""
    again = judge_plan(client, Desired(tuple(applied), options()), account).plan
    if again.changes:  # that reading had no use for the priorities that these name
        again = plan_for(client, applied)
    assert not again.changes, [(change.deltas, change.children) for change in again.changes]


def spec_of(kind: Kind, name: str, value: Any) -> dict[str, Any]:
    context = CONTEXT.get(f"{kind.name}.{name}", {})
    if name == "incident_urgency_rule" and value.get("type") == "use_support_hours":
        context = {"support_hours": HOURS}
    return {**minimal(kind, "Subject"), **context, name: value}


def values_of(kind: Kind, field: Field) -> list[Any]:
    """Samples that stand in a valid manifest and differ from one another."""
    found: list[Any] = []
    seen: list[Any] = []
    for value in samples(field.codec):
        scope = Scope()
        fields, _, _ = kind.read_desired(spec_of(kind, field.name, value), scope, ())
        if not scope.problems and fields[field.name] not in seen:
            found.append(value)
            seen.append(fields[field.name])
    return found


def id_of_subject(client: RestApiV2Client, kind: Kind, name: str) -> str:
    found = client.find(kind.collection, name_of(kind, name))
    assert found is not None
    return str(found["id"])


def is_constant(kind: Kind, field: Any) -> bool:
    if field.fixed or (kind.marker_line is None and isinstance(field.codec, SecretMap)):
        return True  # nothing tells that a secret changed which PagerDuty never shows
    return isinstance(field.codec, Choice) and len(field.codec.options) == 1


def changed_fields(deltas: Any) -> set[str]:
    return {delta.path.partition("[")[0].partition(".")[0].partition(" ")[0] for delta in deltas}


def varied_values(kind: Kind, field: Field) -> list[Any]:
    """The values that a test of changes goes through."""
    values = values_of(kind, field)
    exclusive = kind.facts.exclusive
    if exclusive is not None and field.name == exclusive.field:
        # PagerDuty refuses a change after which none of them stays.
        values = [value for value in values if values[0][0] in value]
    assert len(values) >= 2, f"{kind.name}.{field.name} with one value cannot change"
    return values


def apart(kind: Kind, at: int, spec: dict[str, Any], name: str = "") -> dict[str, Any]:
    """The spec with this number in all that tells objects of the kind from one another, except in the field of this name."""
    own = {"display_name": f"Subject {at}", "email": f"subject{at}@example.com", "project": f"1000{at}"}
    told = {"display_name", *({"email", "project"} & set(kind.identity))} & set(spec)
    if kind.label:
        own[kind.label] = name_of(kind, f"Subject {at}")
        told.add(kind.label)
    return {**spec, **{it: own[it] for it in told if it != name}}


def in_groups(kind: Kind, found: Sequence[Any]) -> list[list[Any]]:
    """Things whose subjects can be there at once: all of them, a few where they have no names (PagerDuty limits the webhooks of
    a place), or each alone where objects share nothing or are not told apart."""
    alone = kind.facts.exclusive is not None or kind.source.single
    size = 1 if alone else len(found) if kind.label else 5
    return [list(found[at : at + size]) for at in range(0, len(found), size)]


@dataclass(frozen=True)
class Subject:
    """An object of which one field changes."""

    kind: Kind
    field: Field
    at: int
    values: list[Any]

    @property
    def address(self) -> str:
        return f"{self.kind.slug}/subject-{self.at}"

    @property
    def turns(self) -> list[Any]:
        """Each value, and the first one again."""
        return [*self.values, self.values[0]]

    def value_in(self, turn: int) -> Any:
        return self.turns[min(turn, len(self.values))]

    def spec_in(self, turn: int) -> dict[str, Any]:
        return apart(self.kind, self.at, spec_of(self.kind, self.field.name, self.value_in(turn)), self.field.name)

    def made(self, turn: int, pinned: str | None = None) -> Resource:
        return resource(self.kind.name, f"subject-{self.at}", self.spec_in(turn), identity=pinned)

    def id(self, client: RestApiV2Client) -> str | None:
        """What identifies an object without an ownership line: to change it the manifest must say which object it describes."""
        if self.kind.marker_line is not None or self.field.name not in self.kind.identity:
            return None
        return id_of_subject(client, self.kind, self.spec_in(0)[self.kind.label])

    def check(self, change: Change) -> None:
        """The change is one of this field alone."""
        expected = {self.field.name}
        if self.field.name == "incident_urgency_rule":
            expected |= {"support_hours", "scheduled_actions"}
        where = f"{self.kind.name}.{self.field.name}"
        assert change.operation is Operation.UPDATE, where
        assert self.field.name in changed_fields(change.deltas) <= expected, where
        assert not change.children, where


# A field that has one value alone, or keeps the first one, cannot change.
@pytest.mark.parametrize("kind", NAMED, ids=IDS)
def test_a_changed_field_is_the_plan_and_then_there_is_none(
    kind: Kind, client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    """Each field has an object of its own, and each plan changes that one field of each."""
    fields = [field for field in kind.fields if not is_constant(kind, field)]
    subjects = [Subject(kind, field, at, varied_values(kind, field)) for at, field in enumerate(fields)]
    for group in in_groups(kind, subjects):
        change_in_turns(client, group)
        sandbox.control.restore(surrounded(kind.slug))


def change_in_turns(client: RestApiV2Client, subjects: Sequence[Subject]) -> None:
    around = surroundings(subjects[0].kind)
    applied = [*around, *(it.made(0) for it in subjects)]
    converge(client, applied)
    ids = {it.at: it.id(client) for it in subjects}
    for turn in range(1, max(len(it.turns) for it in subjects)):
        wanted = [*around, *(it.made(turn, ids[it.at]) for it in subjects)]
        planned = make_planned(client, wanted)
        assert_nothing_left(client, applied, planned.account)
        plan = planned.plan
        changing = {it.address: it for it in subjects if turn < len(it.turns)}
        named = {address: it.field.name for address, it in changing.items()}
        assert sorted(change.address for change in plan.changes) == sorted(changing), named
        for change in plan.changes:
            changing[change.address].check(change)
        result = apply_plan(plan, client)
        assert result.exit_code == 0, (named, result.outcomes)
        assert not [(named[it.address], it.warning) for it in result.outcomes if it.warning]
        applied = wanted
    assert_nothing_left(client, applied, make_planned(client, applied).account)


# An account has one object of some kinds, and no one creates it.
@pytest.mark.parametrize("kind", [it for it in NAMED if not it.source.single], ids=IDS)
def test_a_created_object_holds_every_value_at_once(
    kind: Kind, client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    pairs = [(field, value) for field in kind.fields for value in values_of(kind, field)]
    specs = [apart(kind, at, spec_of(kind, field.name, value), field.name) for at, (field, value) in enumerate(pairs)]
    subjects = [resource(kind.name, f"subject-{at}", spec) for at, spec in enumerate(specs)]
    # Samples of objects that share nothing name the same services: only one of them can be there.
    for group in in_groups(kind, subjects):
        converge(client, [*surroundings(kind), *group])
        sandbox.control.restore(surrounded(kind.slug))


NUMBERS: list[dict[str, Any]] = [
    {"type": "phone_contact_method", "address": "5550100", "country_code": 1, "label": "Mobile"},
    {"type": "phone_contact_method", "address": "5550100", "country_code": 1, "label": "Car"},
    {"type": "sms_contact_method", "address": "15550102", "country_code": 49},
    {"type": "whatsapp_contact_method", "address": "15550103", "country_code": 44},
]


def child_items(kind: Kind, child: ChildList) -> list[Any]:
    """Valid items, one for each value of each member."""
    found: list[Any] = []
    for value in [*samples(child.item), *(NUMBERS if child.name == "contact_methods" else ())]:
        scope = Scope()
        kind.read_desired({**minimal(kind, "Subject"), **child_context(child), child.name: [value]}, scope, ())
        if not scope.problems and value not in found:
            found.append(value)
    return found or special_items(child)


def child_context(child: ChildList) -> dict[str, Any]:
    if child.rests_on is None:
        return {}
    return {
        "contact_methods": [
            {"type": "email_contact_method", "address": "one@example.com", "label": "Work"},
            {"type": "sms_contact_method", "address": "5550101", "label": "Mobile"},
            {"type": "phone_contact_method", "address": "5550102", "country_code": 49},
        ]
    }


def special_items(child: ChildList) -> list[dict[str, Any]]:
    """Items of lists whose members depend on each other."""
    email = {"name": "mail", "type": "generic_email_inbound_integration"}
    own = {"name", "type", "vendor"}
    items: list[dict[str, Any]] = [
        {"name": "a", "type": "events_api_v2_inbound_integration"},
        {"name": "b", "vendor": "Datadog"},
    ]
    for part in child.item.parts:
        if part.name not in own:
            items.extend(
                {**email, part.name: value} for value in samples(part.codec) if part.name != "integration_email"
            )
    return items


def with_items(kind: Kind, at: int, items: Mapping[str, Any]) -> Resource:
    """The subject of this number, with these items."""
    spec = apart(kind, at, {**minimal(kind, "Subject"), **items})
    return resource(kind.name, f"subject-{at}", spec)


@pytest.mark.parametrize("kind", PARENTS, ids=IDS)
def test_a_child_item_is_made_changed_and_left_alone_when_it_is_not_listed(kind: Kind, client: RestApiV2Client) -> None:
    """Each list has an object of its own."""
    found = [[item for item in child_items(kind, child) if not is_push(item)] for child in kind.children]
    assert min(map(len, found)) >= 2
    subjects = frozenset(f"{kind.slug}/subject-{at}" for at in range(len(found)))
    around = surroundings(kind)
    applied, seen = around, set[str]()
    for turn in range(max(map(len, found))):
        now = [items[min(turn, len(items) - 1)] for items in found]
        listed = [{**child_context(child), child.name: [item]} for child, item in zip(kind.children, now, strict=True)]
        wanted = [*around, *(with_items(kind, at, it) for at, it in enumerate(listed))]
        planned = make_planned(client, wanted, rotate_keys=subjects)
        assert_nothing_left(client, applied, planned.account)
        plan = planned.plan
        for at, child in enumerate(kind.children):
            changes = [change for change in plan.changes if change.address == f"{kind.slug}/subject-{at}"]
            lists = {made.list_name for change in changes for made in change.children}
            assert lists <= {child.name, "contact_methods"}, child.name
            seen |= lists
        assert apply_plan(plan, client).exit_code == 0, listed
        applied = wanted
    assert seen >= {child.name for child in kind.children}
    assert_nothing_left(client, applied, make_planned(client, applied).account)


@pytest.mark.parametrize("kind", PARENTS, ids=IDS)
def test_exclusive_removes_what_is_not_listed_and_additive_does_not(kind: Kind, client: RestApiV2Client) -> None:
    both = [distinct_by_key(kind, child) for child in kind.children]
    lists = {f"{kind.slug}/subject-{at}": child.name for at, child in enumerate(kind.children)}

    def wanted(count: int, how: str) -> list[Resource]:
        listed = [
            {**child_context(child), child.name: items[:count], f"{child.name}_mode": how}
            for child, items in zip(kind.children, both, strict=True)
        ]
        return [*surroundings(kind), *(with_items(kind, at, it) for at, it in enumerate(listed))]

    converge(client, wanted(2, "additive"))
    for left in plan_for(client, wanted(1, "additive")).changes:
        # Nothing is done to the items; the ownership line forgets the one that is not listed any more.
        name = lists[left.address]
        assert (left.deltas, left.children) == ((), ()), name
        assert [it.path.startswith(name) for it in left.unmanaged] == [True], name
    converge(client, wanted(1, "exclusive"))
    again = plan_for(client, wanted(2, "additive")).changes
    assert sorted(change.address for change in again) == sorted(lists)
    for change in again:
        assert [(made.list_name, made.operation) for made in change.children] == [(lists[change.address], "add")]


def is_push(item: Any) -> bool:
    """Only the phone can register itself."""
    return isinstance(item, dict) and item.get("type") == "push_notification_contact_method"


def distinct_by_key(kind: Kind, child: ChildList) -> list[Any]:
    by_key: dict[str, Any] = {}
    for item in child_items(kind, child):
        if not is_push(item):
            by_key.setdefault(child.key_of(child.item.desired(item, Scope(), ())), item)
    return list(by_key.values())[:2]
