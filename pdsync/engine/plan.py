"""Makes a plan: reads the account, plans, and reads what else the plan needs in order to be judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

from msgspec.structs import replace as with_members

from pdsync.account import Extent, fetch_account, fetch_details
from pdsync.account.child_list import fetch_lists
from pdsync.account.document import fetch_documents
from pdsync.account.extent import ALWAYS_READ, names_unshown
from pdsync.client import RestApiV2Client
from pdsync.engine.desired import Desired, Workspace
from pdsync.engine.error import RefusedError
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, ChildList, ListPlace, Resource
from pdsync.plan import Operation, Plan, Staleness, build_plan, compute_prerequisites
from pdsync.plan.build import expand_manifests
from pdsync.plan.option import PlanOptions
from pdsync.plan.saved.test_form import TestForm

Activity = Callable[[str], AbstractContextManager[Callable[[str], None]]]
"""Called when an activity begins. Its result is a context manager, called with the progress and left at the end."""


@contextmanager
def silent(text: str) -> Iterator[Callable[[str], None]]:
    """The activity that shows nothing."""
    yield lambda done: None


@dataclass(frozen=True)
class Planned:
    """A plan, with what it was made from."""

    plan: Plan
    account: Account
    desired: Desired
    current: Plan | None = None
    """What is left to do of a saved plan today. None where it cannot be applied."""
    staleness: tuple[Staleness, ...] = ()
    """How each change of a saved plan compares with the account as it is now."""

    def with_tests(self, tests: tuple[TestForm, ...]) -> Planned:
        """The same with what the manifests' own tests say."""
        return replace(self, plan=with_members(self.plan, tests=tests))


def make_plan(
    client: RestApiV2Client, desired: Desired, *, activity: Activity = silent, judged: bool = True
) -> Planned:
    """Reads the account and plans. Writes nothing. A plan with problems is a result, and cannot be applied.

    A plan is made in two steps. The first one shows what must be known besides the objects: abilities, licences and open
    incidents cost requests, and most plans need none of them. The second one judges with that knowledge. Not `judged`:
    only the first step, for a caller that asks what differs and not whether it can be applied.

    Raises RefusedError where this is the wrong account, and the client's errors.
    """
    options = desired.options

    def is_in_full(resource: Resource, child: ChildList) -> bool:
        # The targets are what a person asks about.
        is_asked = desired.selection.in_full or resource.address in options.targets
        return is_asked and names_unshown(resource, child)

    extent = Extent(
        desired.resources,
        needs_children=options.dooms,
        in_full=is_in_full,
        every_kind=options.prunes,
        places=desired.workspace.places,
    )
    account = read_account(client, desired.workspace, extent, activity=activity)
    planned = judge_plan(client, desired, account, activity=activity, judged=judged)
    if judged and may_miss_users(planned):
        # What is replaced is deleted in the end, and an object that no manifest needs may refer to it.
        account = read_account(client, desired.workspace, replace(extent, every_kind=True), activity=activity)
        planned = judge_plan(client, desired, account, activity=activity)
    if not (judged and desired.tests):
        return planned
    from pdsync.engine.test_run import run_desired_tests

    return planned.with_tests(run_desired_tests(desired.tests, desired.resources))


def may_miss_users(planned: Planned) -> bool:
    """Whether something is replaced to which objects may refer that were not read."""
    kinds = {it.kind for it in planned.plan.changes if it.operation is Operation.RETIRE}
    if not kinds or planned.plan.problems:
        return False
    from pdsync.plan.unknown import find_unread_users

    return any(find_unread_users(slug, planned.account) for slug in kinds)


def judge_plan(
    client: RestApiV2Client, desired: Desired, account: Account, *, activity: Activity = silent, judged: bool = True
) -> Planned:
    """The plan for an account that was read, with what else must be known to judge it, as `make_plan` makes it."""
    has_from = account.user_token or client.default_from is not None
    options = replace(desired.options, has_from=has_from)
    account = with_ended(client, desired.resources, account, options, activity=activity)
    plan = build_plan(desired.resources, account, options)
    while plan.unread and not plan.problems:
        with activity(f"Reading {len(plan.unread)} lists that differ"):
            account = _fetch_unread(client, account, plan.unread)
        plan = build_plan(desired.resources, account, options)
    prerequisites = compute_prerequisites(plan, account)
    if judged and prerequisites:
        with activity("Reading what could block the plan") as say:
            say(", ".join(prerequisites.words()))
            account = fetch_details(
                client,
                account,
                abilities=prerequisites.abilities,
                licenses=prerequisites.licenses,
                incidents=prerequisites.incidents,
            )
            if prerequisites.placeholders:
                from pdsync.account.placeholder import fetch_placeholders

                account = fetch_placeholders(client, account)
            if prerequisites.actions:
                from pdsync.account.action import fetch_actions

                account = fetch_actions(client, account)
            if prerequisites.mentions:
                from pdsync.account.mention import fetch_mentions

                deleted = [(it.kind, it.id or "") for it in plan.changes if it.ends]
                account = fetch_mentions(client, account, deleted)
        plan = build_plan(desired.resources, account, options)
    return Planned(plan, account, desired, current=plan)


def with_ended(
    client: RestApiV2Client,
    resources: Sequence[Resource],
    account: Account,
    options: PlanOptions,
    *,
    activity: Activity = silent,
) -> Account:
    """The account with what has ended, where something is missing that a person may have ended."""
    may_end = [it for it in resources if BY_SLUG[it.kind].source.ended is not None]
    asked = expand_manifests(may_end, account, options).may_have_ended if may_end else {}
    if not asked:
        return account
    from pdsync.account.ended import fetch_ended

    with activity(f"Reading {', '.join(BY_SLUG[slug].nouns for slug in asked)} that have ended"):
        return fetch_ended(client, account, asked)


def _fetch_unread(client: RestApiV2Client, account: Account, places: Sequence[ListPlace]) -> Account:
    """The account with these child lists and documents."""
    documents = [place for place in places if place.list_name in BY_SLUG[place.kind].documents]
    if documents:
        account = fetch_documents(client, account, documents)
    return fetch_lists(client, account, [place for place in places if place not in documents])


def read_account(
    client: RestApiV2Client, workspace: Workspace, extent: Extent = ALWAYS_READ, *, activity: Activity = silent
) -> Account:
    """The account as it is now. Raises RefusedError for another account than the workspace's, and the client's errors."""
    with activity("Reading the account") as say:
        account = fetch_account(client, extent, on_read=say)
    check_account(workspace, account)
    return account


def check_account(workspace: Workspace, account: Account) -> None:
    """Raises RefusedError where the workspace is for another account."""
    wanted = workspace.subdomain
    if wanted is None or wanted.casefold() == account.subdomain.casefold():
        return
    found = f"the account {account.subdomain!r}" if account.subdomain else "an account with an unknown subdomain"
    raise RefusedError(
        f"the token belongs to {found}, but this workspace is for {wanted!r}: nothing is planned or applied",
        "Use a token of that account, or correct 'subdomain'.",
    )
