"""What carries no ownership line is changed only where the workspace says that it manages the kind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pdsync.kinds import BY_SLUG
from pdsync.model.ownership import ByNaming
from pdsync.plan.checks.check import Blocker
from pdsync.plan.checks.managed_kind import ManagedKinds
from tests.plan.checks.judge import judge
from tests.plan.test_order import ANA, account
from tests.support.world import resource, team, user

NONE: frozenset[str] = frozenset()


def test_a_change_or_a_delete_of_an_existing_object_needs_the_setting() -> None:
    live = account(users=[ANA])
    for wanted in (user("ana", job_title="SRE"), resource("User", "ana", {"email": "ana@example.com"}, absent=True)):
        (blocker,) = judge(ManagedKinds(), live, wanted, managed_kinds=NONE)
        assert isinstance(blocker, Blocker)
        assert blocker.address == "user/ana"
        assert "to manage existing ones write 'people: managed' in pdsync.yaml" in blocker.message
        assert not judge(ManagedKinds(), live, wanted)


def test_a_create_and_kinds_with_an_ownership_line_need_none() -> None:
    assert not judge(ManagedKinds(), account(), user("ana", job_title="SRE"), managed_kinds=NONE)
    live = account(teams=[{"id": "PT1", "name": "red", "description": "Managed by pdsync: test/team/red"}])
    assert not judge(ManagedKinds(), live, team("red", description="Duty"), managed_kinds=NONE)


@pytest.mark.parametrize(("setting", "blocks"), [("", False), ("gadgets", True)])
def test_the_kind_declares_which_setting(monkeypatch: pytest.MonkeyPatch, setting: str, blocks: bool) -> None:
    """Another kind without a line may be managed by naming alone."""
    kind = replace(BY_SLUG["user"], ownership=ByNaming("gadgets carry no ownership line", setting=setting))
    monkeypatch.setattr("pdsync.plan.checks.managed_kind.kind_of", lambda change: kind)
    found = judge(ManagedKinds(), account(users=[ANA]), user("ana", job_title="SRE"), managed_kinds=NONE)
    assert bool(found) is blocks
    assert all("write 'gadgets: managed'" in it.message for it in found if isinstance(it, Blocker))
