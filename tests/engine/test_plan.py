"""Both steps of a plan, what they cost, and the accounts that are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from pdsync.client import RestApiV2Client
from pdsync.engine import RefusedError, Workspace, load_desired, make_plan, read_account
from pdsync.engine.plan import check_account
from pdsync.plan import Operation
from pdsync.sandbox import SandboxServer
from tests.support.recorded import asked, forget, writes
from tests.support.world import converge, make_planned, user

READ_FOR_JUDGING = {"/abilities", "/licenses", "/incidents"}


def test_a_plan_has_what_it_was_made_from(
    client: RestApiV2Client, sandbox: SandboxServer, workspace: Workspace
) -> None:
    desired = load_desired(workspace)
    forget(sandbox)
    planned = make_plan(client, desired)
    assert [change.address for change in planned.plan.changes] == [
        "user/ana",
        "escalation_policy/shop",
        "service/checkout",
    ]
    assert planned.desired is desired
    assert planned.current is planned.plan
    assert planned.account.subdomain == planned.plan.subdomain
    assert not writes(sandbox)


def test_what_only_judges_a_plan_is_read_where_the_plan_needs_it(
    client: RestApiV2Client, sandbox: SandboxServer
) -> None:
    people = [user("ana"), user("bo")]
    converge(client, people)
    forget(sandbox)
    assert not make_planned(client, people).plan.changes
    assert not READ_FOR_JUDGING & {path for _, path in asked(sandbox)}
    gone = [people[0], replace(people[1], lifecycle=replace(people[1].lifecycle, absent=True))]
    forget(sandbox)
    planned = make_planned(client, gone)
    assert [change.operation for change in planned.plan.changes] == [Operation.DELETE]
    assert "/incidents" in {path for _, path in asked(sandbox)}
    assert planned.account.incidents == ()


def test_a_plan_that_is_not_judged_reads_the_objects_only(
    client: RestApiV2Client, sandbox: SandboxServer, applied: Workspace
) -> None:
    desired = load_desired(applied)
    tombstones = tuple(
        replace(resource, lifecycle=replace(resource.lifecycle, absent=True, adopt=True))
        for resource in desired.resources
    )
    forget(sandbox)
    planned = make_plan(client, replace(desired, resources=tombstones), judged=False)
    assert {change.operation for change in planned.plan.changes} == {Operation.DELETE}
    assert not READ_FOR_JUDGING & {path for _, path in asked(sandbox)}


def test_another_account_than_the_workspace_is_for_is_refused(client: RestApiV2Client, workspace: Workspace) -> None:
    account = read_account(client, workspace)
    check_account(replace(workspace, subdomain=account.subdomain.upper()), account)
    with pytest.raises(RefusedError, match=f"the account '{account.subdomain}', but this workspace is for 'other'"):
        make_plan(client, load_desired(replace(workspace, subdomain="other")))
    with pytest.raises(RefusedError, match="an account with an unknown subdomain"):
        check_account(replace(workspace, subdomain="other"), replace(account, subdomain=""))


def test_the_caller_hears_what_goes_on(client: RestApiV2Client, workspace: Workspace) -> None:
    heard: list[str] = []

    @contextmanager
    def activity(text: str) -> Iterator[Callable[[str], None]]:
        heard.append(text)
        yield heard.append
        heard.append("over")

    make_plan(client, load_desired(workspace), activity=activity)
    assert heard[0] == "Reading the account"
    assert heard.count("over") == len([text for text in heard if text.startswith("Reading")])
