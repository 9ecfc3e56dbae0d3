"""Answers about shift-based schedules have the shape that PagerDuty's API description gives them, where it is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.account import Account
from tests.sandbox.shifts import PATH, custom_shift, event_body, every, member, override, rotation, shift_schedule
from tests.support.api_description import ApiDescription, load_description, needs_description

pytestmark = needs_description
_PERIOD = "since=2026-03-02T00:00:00Z&until=2026-03-09T00:00:00Z"


@pytest.fixture(scope="module")
def description() -> ApiDescription:
    found = load_description()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Account() as it:
        yield it


def _filled(account: Account) -> dict[str, str]:
    """A schedule with everything in it, by the names of the description's paths."""
    ana, ben = account.user(), account.user()
    team = account.team()
    schedule = shift_schedule(account, description="Text", teams=[{"id": team["id"], "type": "team_reference"}])
    place = rotation(account, schedule)
    until = "2026-05-01T00:00:00Z"
    event = account.post(f"{place}/events", "event", event_body(ana, None, effective_until=until))
    account.post(f"{place}/events", "event", event_body(effective_since=until, assignment_strategy=every(ana, ben)))
    shift = custom_shift(account, schedule, "2026-03-03T16:00", "2026-03-03T20:00", ben)
    taken = override(account, schedule, shift, "2026-03-03T16:00", "2026-03-03T20:00", ben, None)
    override(account, schedule, place, "2026-03-03T09:00", "2026-03-03T12:00", None, ben)
    account.policy({"id": schedule.rpartition("/")[2], "type": "schedule_v3"})
    return {
        "id": schedule.rpartition("/")[2],
        "rotation_id": place.rpartition("/")[2],
        "event_id": event["id"],
        "custom_shift_id": shift["id"],
        "override_id": taken["id"],
    }


def test_reads(account: Account, description: ApiDescription) -> None:
    ids = _filled(account)
    one, of_rotation = f"{PATH}/{{id}}", f"{PATH}/{{id}}/rotations/{{rotation_id}}"
    found = []
    for path in (
        *(PATH, one, f"{one}?include[]=users&include[]=final_schedule&{_PERIOD}"),
        *(f"{one}/rotations", of_rotation, f"{of_rotation}/events", f"{of_rotation}/events/{{event_id}}"),
        *(f"{one}/overrides?{_PERIOD}", f"{one}/overrides/{{override_id}}"),
        *(f"{one}/custom_shifts?{_PERIOD}", f"{one}/custom_shifts/{{custom_shift_id}}"),
        "/oncalls",
    ):
        body = account.get(path.format(**ids))
        found += description.answer_problems("get", path.partition("?")[0], 200, body)
    assert found == []


def test_writes_and_refusals(account: Account, description: ApiDescription) -> None:
    ids, user = _filled(account), account.user()
    one, of_rotation = f"{PATH}/{{id}}", f"{PATH}/{{id}}/rotations/{{rotation_id}}"
    times = {"start_time": "2026-03-05T09:00:00Z", "end_time": "2026-03-05T10:00:00Z"}
    members = {"overridden_member": member(user), "overriding_member": member(None)}
    taken = {"type": "override_shift", "rotation_id": ids["rotation_id"], **times, **members}
    shift = {"type": "custom_shift", **times, "assignments": [{"type": "shift_assignment", "member": member(user)}]}
    ending = {"effective_until": "2026-04-20T00:00:00Z"}
    requests: list[tuple[str, str, int, Any]] = [
        ("post", PATH, 201, {"schedule": {"name": "Other", "time_zone": "UTC"}}),
        ("put", one, 200, {"schedule": {"name": "Third"}}),
        ("post", f"{one}/rotations", 201, {}),
        ("post", f"{of_rotation}/events", 400, {"event": event_body(user)}),
        ("put", f"{of_rotation}/events/{{event_id}}", 200, {"event": ending}),
        ("put", f"{of_rotation}/events/{{event_id}}", 400, {"event": {"name": "Other"}}),
        ("post", f"{one}/overrides", 201, {"overrides": [taken]}),
        ("put", f"{one}/overrides/{{override_id}}", 200, {"override": {"overriding_member": member(user)}}),
        ("post", f"{one}/custom_shifts", 201, {"custom_shifts": [shift]}),
        ("put", f"{one}/custom_shifts/{{custom_shift_id}}", 200, {"custom_shift": shift}),
        ("delete", one, 400, None),
    ]
    found = []
    for method, path, status, body in requests:
        answer = account.call(method.upper(), path.format(**ids), body)
        assert answer.status_code == status, answer.text
        found += description.request_problems(method, path, body) if body is not None else []
        found += description.answer_problems(method, path, status, answer.json()) if method != "delete" else []
    assert found == []
