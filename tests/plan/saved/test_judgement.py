"""Whether a change may still be written."""

from __future__ import annotations

from typing import Any

import pytest

from pdsync.kinds import BY_SLUG
from pdsync.model import LiveObject, Ref
from pdsync.plan import Change, Operation, Verdict
from pdsync.plan.saved.judgement import Found, View, digest_for, find_claims, judge_create, judge_existing

VIEW = View(lambda ref: ref, lambda ref: ref.value, "2026-06-01T12:00:00Z")
LINE = "Managed by pdsync: test/team/red"
OTHER_LINE = "Managed by pdsync: other/team/red"


def live(identity: str = "PT1", name: str = "Red", description: str = LINE) -> LiveObject:
    return BY_SLUG["team"].read_live({"id": identity, "name": name, "description": description})


def change(operation: Operation, name: str = "Red", **more: Any) -> Change:
    before = live()
    identity = None if operation is Operation.CREATE else before.id
    digest = None if operation is Operation.CREATE else digest_for(_bare(operation), before, VIEW.id_of)
    return Change(
        "team/red", "team", operation, name, identity, digest=digest, values={"name": name}, marker=LINE, **more
    )


def _bare(operation: Operation) -> Change:
    return Change("team/red", "team", operation, "Red")


@pytest.mark.parametrize(
    ("operation", "name", "now", "verdict", "reason"),
    [
        (Operation.UPDATE, "Crimson", live(), Verdict.VALID, ""),
        (Operation.UPDATE, "Crimson", live(name="Crimson"), Verdict.ALREADY, ""),
        (Operation.UPDATE, "Crimson", live(name="Pink"), Verdict.CONFLICT, "PT1 was changed since it was planned"),
        (Operation.UPDATE, "Crimson", live(name="Crimson", description=OTHER_LINE), Verdict.CONFLICT, "PT1 was changed since it was planned"),
        (Operation.UPDATE, "Crimson", None, Verdict.CONFLICT, "PT1 was deleted since it was planned"),
        (Operation.ADOPT, "Red", live(description=""), Verdict.CONFLICT, "PT1 was changed since it was planned"),
        (Operation.DELETE, "Red", live(), Verdict.VALID, ""),
        (Operation.DELETE, "Red", None, Verdict.ALREADY, ""),
        (Operation.DELETE, "Red", live(name="Pink"), Verdict.CONFLICT, "PT1 was changed since it was planned"),
        (Operation.INTERIM, "Red", live(name="Pink"), Verdict.CONFLICT, "PT1 was changed since it was planned"),
        (Operation.RELEASE, "Red", live(), Verdict.VALID, ""),
        (Operation.RELEASE, "Red", live(description=""), Verdict.ALREADY, ""),
    ],
)  # fmt: skip
def test_a_change_of_what_was_there(
    operation: Operation, name: str, now: LiveObject | None, verdict: Verdict, reason: str
) -> None:
    planned = change(operation, name)
    judgement = judge_existing(planned, now, VIEW, planned.digest)
    assert (judgement.verdict, judgement.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("there", "freed", "verdict", "reason"),
    [
        ([], [], Verdict.VALID, ""),
        ([live()], [], Verdict.ALREADY, ""),
        ([live(name="Pink")], [], Verdict.CONFLICT, "it was created in the meantime, as PT1, and differs from the plan"),
        ([live("PT2"), live("PT1")], [], Verdict.CONFLICT, "more than one object carries the ownership line of this manifest: PT1, PT2"),
        ([live("PT1", "RED", OTHER_LINE)], [], Verdict.CONFLICT, "the name 'Red' is taken by PT1"),
        ([live("PT1", "red", "")], ["PT1"], Verdict.VALID, ""),
        ([live("PT1", "red", ""), live("PT2", "Red", "")], ["PT1"], Verdict.CONFLICT, "the name 'Red' is taken by PT2"),
        ([live("PT1", "red", ""), live("PT2")], [], Verdict.ALREADY, ""),
        ([live("PT1", "Blue", "")], [], Verdict.VALID, ""),
    ],
)  # fmt: skip
def test_a_create(there: list[LiveObject], freed: list[str], verdict: Verdict, reason: str) -> None:
    planned = change(Operation.CREATE)
    judgement = judge_create(planned, find_claims(planned, there), VIEW, frozenset(freed))
    assert (judgement.verdict, judgement.reason) == (verdict, reason)


def test_a_person_is_known_by_the_email_address() -> None:
    planned = Change("user/ana", "user", Operation.CREATE, "Ana", values={"email": "ana@example.com"})
    same, other = (
        BY_SLUG["user"].read_live({"id": identity, "name": "Ana", "email": email})
        for identity, email in (("PU1", "ana@example.com"), ("PU2", "ana@example.net"))
    )
    assert find_claims(planned, [same, other]) == Found((same,), ())
    twice = judge_create(planned, Found((same, same)), VIEW, frozenset())
    assert twice.reason.startswith("more than one object has the email of this manifest")


def test_what_is_found_twice_counts_once() -> None:
    planned = change(Operation.CREATE)
    assert find_claims(planned, [live(), live()]).ids() == "PT1"


def test_members_that_pagerduty_adds_by_itself_do_not_count() -> None:
    planned = Change(
        "team/red", "team", Operation.UPDATE, "Red", child_lists=("members",), implied=(Ref("user", "id", "PU1"),)
    )
    kind = BY_SLUG["team"]
    raw = {"id": "PT1", "name": "Red", "description": LINE}
    member = {"user": {"id": "PU1", "type": "user_reference"}, "role": "manager"}
    without, with_member = kind.read_live(raw, {"members": []}), kind.read_live(raw, {"members": [member]})
    assert digest_for(planned, with_member, VIEW.id_of) == digest_for(planned, without, VIEW.id_of)
