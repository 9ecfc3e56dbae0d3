"""The account that is predicted is the account that an apply leaves, whatever it was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings

from pdsync.account import Extent, fetch_account
from pdsync.apply import Watch, apply_plan
from pdsync.client import RestApiV2Client
from pdsync.model import Lifecycle, Resource
from pdsync.plan import Operation, Plan, compute_predicted_account
from pdsync.sandbox import SandboxServer
from tests.end_to_end.test_random_worlds import WITHOUT_SHRINKING
from tests.support.bystander import bystanders
from tests.support.examples import examples
from tests.support.hosted import hosted_client
from tests.support.prediction import assert_predicted
from tests.support.random_world import worlds
from tests.support.world import TAKEN, layer, plan_for, policy, schedule, service, team, user, with_moves

EXAMPLES = examples(4)


def check_prediction(client: RestApiV2Client, resources: Sequence[Resource], **more: Any) -> Plan:
    """Plans, predicts, applies, and holds the prediction against the account."""
    account = fetch_account(client, Extent(resources))
    plan = plan_for(client, resources, **more)
    assert not plan.problems
    predicted = compute_predicted_account(plan, account)
    assert apply_plan(plan, client, Watch(hand_out=TAKEN.append)).exit_code == 0
    after = fetch_account(client, Extent(resources))
    # Sorted by address, so that made objects are found under the names that they were given.
    made = plan_for(client, resources, **more).bindings
    assert_predicted(predicted, after, made)
    return plan


@settings(max_examples=EXAMPLES, deadline=None, phases=WITHOUT_SHRINKING, suppress_health_check=list(HealthCheck))
@given(first=worlds(), second=worlds())
def test_any_state_to_any_other(first: list[Resource], second: list[Resource]) -> None:
    with (
        SandboxServer(state=bystanders()) as sandbox,
        hosted_client(sandbox.url) as client,
    ):
        check_prediction(client, first, prune="owned")
        check_prediction(client, with_moves(client, second, prune="owned"), prune="owned")


MOBILE = {"type": "sms_contact_method", "address": "5550101", "country_code": 1}
RULE = {"urgency": "high", "start_delay_in_minutes": 5, "contact_method": MOBILE}


def test_people_and_how_they_are_reached(client: RestApiV2Client) -> None:
    only = {"contact_methods_mode": "exclusive", "notification_rules_mode": "exclusive"}
    plain = user("bo")
    check_prediction(client, [user("ana", contact_methods=[MOBILE], notification_rules=[RULE], **only), plain])
    check_prediction(client, [user("ana", contact_methods=[], **only | {"notification_rules": []}), plain])
    check_prediction(client, [user("ana", contact_methods=[MOBILE], notification_rules=[RULE]), plain])
    email = {"type": "email_contact_method", "address": "cy@example.com"}
    check_prediction(client, [plain, user("cy", contact_methods=[email], contact_methods_mode="exclusive")])


def test_layers_end_and_begin_and_someone_leaves(client: RestApiV2Client) -> None:
    people = [user("ana"), user("bo")]
    rest = [policy("p", {"schedule": "days"}), service("s", "p")]
    first = layer("First", "ana", "bo")
    check_prediction(client, [*people, schedule("days", first, layer("Second", "bo")), *rest, team("red")])
    plan = check_prediction(
        client, [*people, schedule("days", layer("First", "bo", "ana"), layer("Third", "ana")), *rest], prune="owned"
    )
    assert sorted(change.address for change in plan.changes) == ["schedule/days", "team/red"]
    gone = replace(user("bo"), lifecycle=Lifecycle(absent=True, adopt=True))
    moved = [people[0], gone, policy("p", {"user": "ana"}), service("s", "p")]
    plan = check_prediction(client, moved, prune="owned")
    assert {change.operation for change in plan.changes} == {Operation.UPDATE, Operation.DELETE}
