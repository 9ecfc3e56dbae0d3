"""Who is on call, from the manifests alone or from the account."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from pdsync.account.extent import ALWAYS_READ, Extent
from pdsync.account.maintenance import fetch_maintenance
from pdsync.account.override import fetch_overrides
from pdsync.account.refusal import REFUSED
from pdsync.client import HttpError, RestApiV2Client
from pdsync.engine.desired import Desired, Selection, Workspace, load_desired
from pdsync.engine.error import EngineError
from pdsync.engine.plan import Activity, read_account, silent
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Ref
from pdsync.model.instant import render_instant_s
from pdsync.model.naming import missing
from pdsync.oncall.escalation import LOOK_AHEAD_S
from pdsync.oncall.escalation_level import called_in, find_named, find_unused, policies_of, schedules_of, services_of
from pdsync.oncall.maintenance import Maintenance
from pdsync.oncall.question import ASKED_KINDS, all_policies, people_among, schedules_among
from pdsync.oncall.roster import SHIFT_BASED, Roster, roster_of_account, roster_of_resources
from pdsync.oncall.scope import targets_of
from pdsync.oncall.shift import read_override
from pdsync.plan.build import expand_manifests
from pdsync.plan.saved.test_form import TestForm
from pdsync.plan.unknown import find_notes


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` up to, and without, `until` (seconds since 1970)."""

    since: int
    until: int


@dataclass(frozen=True, slots=True)
class RosterRequest:
    """What is asked about: the account over a period, or one object by its name."""

    period: Period
    name: str | None = None


def _ignore(message: str) -> None:
    return None


def load_roster(workspace: Workspace, moment: int) -> Roster:
    """What the manifests mean at an instant (seconds since 1970): overrides and maintenance windows that recur depend on it. Raises
    the errors of `load_desired`."""
    return _roster_of(load_desired(workspace, Selection()), moment)


def load_tested_roster(workspace: Workspace, moment: int) -> tuple[Roster, tuple[TestForm, ...]]:
    """The same, and what the manifests' own tests say, which does not depend on the moment."""
    desired = load_desired(workspace, Selection())
    roster = _roster_of(desired, moment)
    if not desired.tests:
        return roster, ()
    from pdsync.engine.test_run import run_desired_tests

    return roster, run_desired_tests(desired.tests, desired.resources)


def _roster_of(desired: Desired, moment: int) -> Roster:
    nothing = Account({}, frozenset(), render_instant_s(moment))
    return roster_of_resources(expand_manifests(desired.resources, nothing, desired.options).resources)


def fetch_plain_roster(
    client: RestApiV2Client,
    workspace: Workspace,
    extent: Extent = ALWAYS_READ,
    *,
    activity: Activity = silent,
    warn: Callable[[str], None] = _ignore,
) -> Roster:
    """The account without overrides and maintenance. Calls `warn` with what is unknown and decides nothing about who is paged.

    Raises EngineError where PagerDuty refuses to list what decides that, RefusedError for the wrong account, and the client's errors.
    """
    account = read_account(client, workspace, extent, activity=activity)
    check_on_call(account, warn)
    return roster_of_account(account)


def check_on_call(account: Account, warn: Callable[[str], None] = _ignore) -> None:
    """Calls `warn` with what is unknown of an account. Raises EngineError where that decides who is paged."""
    for slug, why in sorted(account.unknown.items()):
        if slug in BY_SLUG and BY_SLUG[slug].decides_on_call:
            raise EngineError(f"{BY_SLUG[slug].nouns} cannot be read, so it is unknown who is paged: {why}")
    for note in find_notes(account):
        warn(note)


def fetch_roster(
    client: RestApiV2Client,
    workspace: Workspace,
    request: RosterRequest,
    *,
    activity: Activity = silent,
    warn: Callable[[str], None] = _ignore,
) -> Roster:
    """The account, with overrides and maintenance windows that people made by hand.

    Overrides cost a request for each schedule that is asked about, maintenance windows one listing. Where the token may not read
    maintenance windows, `warn` is called. Raises EngineError where nothing has the name, and what `fetch_plain_roster` raises.
    """
    return add_hand_edits(
        client, fetch_plain_roster(client, workspace, activity=activity, warn=warn), request, warn=warn
    )


def add_hand_edits(
    client: RestApiV2Client, roster: Roster, request: RosterRequest, *, warn: Callable[[str], None] = _ignore
) -> Roster:
    """The roster of an account, with what people set up there by hand: as `fetch_roster` gives it."""
    named = find_objects(roster, request.name)
    # An override may bring in a person who is in no layer, so a person may be on call through any schedule.
    asks_for_all = request.name is None or bool(people_among(named))
    policies = all_policies(roster) if asks_for_all else policies_of(roster, named)
    return add_hand_edits_of(client, roster, (named, policies), request.period, warn=warn)


def add_hand_edits_of(
    client: RestApiV2Client,
    roster: Roster,
    asked: tuple[tuple[Ref, ...], tuple[Ref, ...]],
    period: Period,
    *,
    warn: Callable[[str], None] = _ignore,
) -> Roster:
    """The same for objects that are known, and the policies that matter for them."""
    named, policies = asked
    roster = with_shift_schedules_of(client, roster, policies, named, warn)
    try:
        roster = _with_overrides(client, roster, _schedules_of(roster, policies, named), period)
    except HttpError as error:
        if error.status not in REFUSED:
            raise
        warn("the token may not read overrides, so they are not considered here")
    services = {ref.value: ref for ref in services_of(roster, policies, named)}
    try:
        now = int(client.server_clock.now().timestamp())
        found = fetch_maintenance(client, sorted(services), period.since, period.until, now)
    except HttpError as error:
        if error.status not in REFUSED:
            raise
        warn("the token may not read maintenance windows, so they are not considered here")
        return roster
    windows = {services[identity]: tuple(Maintenance(*window) for window in each) for identity, each in found.items()}
    return roster.with_maintenance(windows)


def _schedules_of(roster: Roster, policies: tuple[Ref, ...], named: tuple[Ref, ...]) -> dict[str, Ref]:
    """The schedules whose overrides matter, by id."""
    schedules = schedules_of(roster, policies) | set(schedules_among(named))
    if people_among(named):
        schedules |= set(find_unused(roster))
    return {ref.value: ref for ref in schedules}


def _with_overrides(client: RestApiV2Client, roster: Roster, schedules: dict[str, Ref], period: Period) -> Roster:
    until = period.until + LOOK_AHEAD_S
    shift_based = [ref for ref in schedules.values() if ref.kind == SHIFT_BASED]
    if shift_based:
        from pdsync.engine.shift_roster import with_shift_edits

        roster = with_shift_edits(client, roster, shift_based, period.since, until)
    layered = sorted(identity for identity, ref in schedules.items() if ref.kind != SHIFT_BASED)
    overrides = fetch_overrides(client, layered, period.since, until)
    return roster.with_overrides(
        {
            schedules[identity]: tuple(shift for shift in map(read_override, found) if shift.start < shift.end)
            for identity, found in overrides.items()
        }
    )


def with_shift_schedules_of(
    client: RestApiV2Client,
    roster: Roster,
    policies: Iterable[Ref],
    named: Iterable[Ref] = (),
    warn: Callable[[str], None] = _ignore,
) -> Roster:
    """The roster of an account, with the shift-based schedules that these policies notify and that are named, a request each."""
    targets = (target for policy in policies for target in targets_of(roster, policy))
    asked = {ref for ref in (*targets, *named) if ref.kind == SHIFT_BASED}
    if not asked:
        return roster
    from pdsync.engine.shift_roster import with_shift_schedules

    [read] = with_shift_schedules(client, (roster,), asked, warn)
    return read


def bind_manifests(roster: Roster, workspace: Workspace) -> Roster:
    """The roster of an account, in which objects can be named by the keys of their manifests too, where that is certain."""
    resources = workspace.load().resources
    ids = {}
    for resource in resources:
        held = roster.find_by_name(resource.kind, str(resource.fields.get("email") or resource.name))
        identity = resource.id or (held.value if held is not None else None)
        if identity is not None:
            ids[resource.address] = identity
    return roster.with_keys(ids)


def with_keys_for(
    roster: Roster, workspace: Workspace, name: str | None, kinds: Collection[str] = ASKED_KINDS
) -> Roster:
    """The roster of an account, with the keys of manifests where it knows the name by no other means."""
    if name is None or find_named(roster, name, kinds):
        return roster
    return bind_manifests(roster, workspace)


def with_names_for(client: RestApiV2Client, roster: Roster, workspace: Workspace, name: str | None) -> Roster:
    """The roster of an account in which the name can be found that is asked about: also by the keys of manifests, and, where nothing else has
    the name, among the shift-based schedules, which costs a listing."""
    roster = with_keys_for(roster, workspace, name)
    if name is None or find_named(roster, name):
        return roster
    from pdsync.engine.shift_roster import with_names_of_shift_schedules

    return with_keys_for(with_names_of_shift_schedules(client, roster), workspace, name)


def find_objects(roster: Roster, name: str | None, kinds: Collection[str] = ASKED_KINDS) -> tuple[Ref, ...]:
    """The objects of that name; none without a name. Raises EngineError where nothing has it."""
    if name is None:
        return ()
    named = find_named(roster, name, kinds)
    if not named:
        hint = "" if roster.complete else "With --live, it is looked up in the account too."
        error = missing(name, called_in(roster, kinds), "service, policy, schedule or person", hint)
        raise EngineError(error.message, error.hint)
    return named
