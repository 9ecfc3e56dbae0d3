"""Every field of every kind, changed one at a time: the plan names that field alone, and after the apply it is empty.

Values come from the codecs, so a field that is added later is covered by being declared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
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
from pdsync.plan import Operation
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
FIELDS = [pytest.param(kind, field, id=f"{kind.name}.{field.name}") for kind in NAMED for field in kind.fields]
CHILDREN = [pytest.param(kind, child, id=f"{kind.name}.{child.name}") for kind in KINDS for child in kind.children]


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


def id_of_subject(client: RestApiV2Client, kind: Kind, name: str = "Subject") -> str:
    found = client.find(kind.collection, name_of(kind, name))
    assert found is not None
    return str(found["id"])


def is_constant(kind: Kind, field: Any) -> bool:
    if field.fixed or (kind.marker_line is None and isinstance(field.codec, SecretMap)):
        return True  # nothing tells that a secret changed which PagerDuty never shows
    return isinstance(field.codec, Choice) and len(field.codec.options) == 1


def changed_fields(deltas: Any) -> set[str]:
    return {delta.path.partition("[")[0].partition(".")[0].partition(" ")[0] for delta in deltas}


# A field that has one value alone, or keeps the first one, cannot change.
@pytest.mark.parametrize(("kind", "field"), [it for it in FIELDS if not is_constant(*it.values)])
def test_a_changed_field_is_the_plan_and_then_there_is_none(kind: Kind, field: Field, client: RestApiV2Client) -> None:
    values = values_of(kind, field)
    exclusive = kind.facts.exclusive
    if exclusive is not None and field.name == exclusive.field:
        # PagerDuty refuses a change after which none of them stays.
        values = [value for value in values if values[0][0] in value]
    assert len(values) >= 2, "a field with one value cannot change"
    expected = {field.name}
    if field.name == "incident_urgency_rule":
        expected |= {"support_hours", "scheduled_actions"}
    applied = [*surroundings(kind), resource(kind.name, "subject", spec_of(kind, field.name, values[0]))]
    converge(client, applied)
    # What identifies an object without an ownership line: to change it the manifest must say which object it describes.
    named = values[0] if field.name == kind.label else "Subject"
    pinned = id_of_subject(client, kind, named) if kind.marker_line is None and field.name in kind.identity else None
    for value in [*values[1:], values[0]]:
        wanted = [
            *surroundings(kind),
            resource(kind.name, "subject", spec_of(kind, field.name, value), identity=pinned),
        ]
        planned = make_planned(client, wanted)
        assert_nothing_left(client, applied, planned.account)
        plan = planned.plan
        assert [(change.address, change.operation) for change in plan.changes] == [
            (f"{kind.slug}/subject", Operation.UPDATE)
        ]
        assert field.name in changed_fields(plan.changes[0].deltas) <= expected
        assert not plan.changes[0].children
        result = apply_plan(plan, client)
        assert result.exit_code == 0, result.outcomes
        assert not result.outcomes[0].warning
        applied = wanted
    assert_nothing_left(client, applied, make_planned(client, applied).account)


@pytest.mark.parametrize(("kind", "field"), [it for it in FIELDS if not it.values[0].source.single])
def test_a_created_object_holds_every_value_at_once(
    kind: Kind, field: Field, client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    subjects = []
    for at, value in enumerate(values_of(kind, field)):
        spec: dict[str, Any] = spec_of(kind, field.name, value)
        if kind.label and field.name != kind.label:
            spec[kind.label] = name_of(kind, f"Subject {at}")
        if "display_name" in spec and field.name != "display_name":
            spec["display_name"] = f"Subject {at}"
        if "email" in kind.identity and field.name != "email":
            spec["email"] = f"subject{at}@example.com"
        if "project" in kind.identity and field.name != "project":
            spec["project"] = f"1000{at}"
        subjects.append(resource(kind.name, f"subject-{at}", spec))
    # Samples of objects that share nothing name the same services: only one of them can be there.
    together = [subjects] if kind.facts.exclusive is None else [[subject] for subject in subjects]
    for group in together:
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


@pytest.mark.parametrize(("kind", "child"), CHILDREN)
def test_a_child_item_is_made_changed_and_left_alone_when_it_is_not_listed(
    kind: Kind, child: ChildList, client: RestApiV2Client
) -> None:
    items = [item for item in child_items(kind, child) if not is_push(item)]
    assert len(items) >= 2
    applied = surroundings(kind)
    for item in items:
        spec = {**minimal(kind, "Subject"), **child_context(child), child.name: [item]}
        wanted = [*surroundings(kind), resource(kind.name, "subject", spec)]
        planned = make_planned(client, wanted, rotate_keys=frozenset({f"{kind.slug}/subject"}))
        assert_nothing_left(client, applied, planned.account)
        plan = planned.plan
        lists = {
            change.list_name for made in plan.changes for change in made.children if made.address.endswith("/subject")
        }
        assert lists <= {child.name, "contact_methods"}
        assert apply_plan(plan, client).exit_code == 0, item
        applied = wanted
    assert_nothing_left(client, applied, make_planned(client, applied).account)


@pytest.mark.parametrize(("kind", "child"), CHILDREN)
def test_exclusive_removes_what_is_not_listed_and_additive_does_not(
    kind: Kind, child: ChildList, client: RestApiV2Client
) -> None:
    one, two = distinct_by_key(kind, child)
    mode = f"{child.name}_mode"

    def wanted(*items: Any, how: str) -> list[Resource]:
        spec = {**minimal(kind, "Subject"), **child_context(child), child.name: list(items), mode: how}
        return [*surroundings(kind), resource(kind.name, "subject", spec)]

    converge(client, wanted(one, two, how="additive"))
    for left in plan_for(client, wanted(one, how="additive")).changes:
        # Nothing is done to the items; the ownership line forgets the one that is not listed any more.
        assert (left.deltas, left.children) == ((), ())
        assert [it.path.startswith(child.name) for it in left.unmanaged] == [True]
    converge(client, wanted(one, how="exclusive"))
    (change,) = plan_for(client, wanted(one, two, how="additive")).changes
    assert [made.operation for made in change.children] == ["add"]


def is_push(item: Any) -> bool:
    """Only the phone can register itself."""
    return isinstance(item, dict) and item.get("type") == "push_notification_contact_method"


def distinct_by_key(kind: Kind, child: ChildList) -> list[Any]:
    by_key: dict[str, Any] = {}
    for item in child_items(kind, child):
        if not is_push(item):
            by_key.setdefault(child.key_of(child.item.desired(item, Scope(), ())), item)
    return list(by_key.values())[:2]
