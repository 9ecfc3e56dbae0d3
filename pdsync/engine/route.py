"""What happens to an event, by the manifests alone or in the account: which service gets it, and who is paged."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from pdsync.account.child_list import fetch_lists
from pdsync.account.fetch import fetch_lookup_names
from pdsync.client import RestApiV2Client
from pdsync.engine.desired import Workspace
from pdsync.engine.error import EngineError, RequestError
from pdsync.engine.plan import Activity, read_account, silent
from pdsync.engine.roster import Period, add_hand_edits_of, check_on_call
from pdsync.engine.rule_document import fetch_rules
from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Account, ListPlace, LiveObject, Ref
from pdsync.model.name import fold_name
from pdsync.model.naming import names_of_kinds, split_kind
from pdsync.oncall.escalation_level import policies_of
from pdsync.oncall.roster import Roster, roster_of_account
from pdsync.routing.documents import FIELDS, ORCHESTRATION, SERVICE, Documents
from pdsync.routing.entrance import INTEGRATIONS, Entrance, EntranceError, find_entrance
from pdsync.routing.event import Event
from pdsync.routing.fact import NOTHING_GIVEN, Given
from pdsync.routing.outcome import Outcome
from pdsync.routing.paging import Paging, paging_of
from pdsync.routing.run import run

Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event that arrives, and what else is known."""

    event: Event
    at: int
    """Seconds since 1970."""
    given: Given = NOTHING_GIVEN


@dataclass(frozen=True, slots=True)
class Routed:
    """What happens to an event."""

    documents: Documents
    arrival: Arrival
    outcome: Outcome
    paging: Paging
    alternatives: tuple[tuple[Outcome, Paging], ...] = ()
    """What comes out where undecided rules match, and who is paged then."""


def enter(roster: Roster, entrance: Entrance) -> Documents:
    """What an event that comes in there goes through. Raises EngineError where there is no such place, RequestError where it is not clear."""
    try:
        return find_entrance(roster, entrance)
    except EntranceError as error:
        kind = EngineError if error.is_missing else RequestError
        raise kind(error.message, error.hint) from None


def route(documents: Documents, arrival: Arrival) -> Routed:
    """What happens to an event, by what the documents and their roster say."""
    outcome = run(documents, arrival.event, arrival.at, arrival.given)
    return _judged(documents, arrival, outcome)


def find_unread_variables(routed: Routed) -> tuple[str, ...]:
    """The cache variables that have a given value and that no rule here reads: a slip in a name would decide nothing."""
    roster = routed.documents.roster
    rules = "\n".join(str(entry.fields.get(name, "")) for entry in roster.entries.values() for name in FIELDS.values())
    given = routed.arrival.given.cache_variables
    return tuple(name for name in given if not re.search(rf"\bcache_var\.{re.escape(name)}\b", rules))


def _judged(documents: Documents, arrival: Arrival, outcome: Outcome) -> Routed:
    def paged(each: Outcome) -> Paging:
        return paging_of(documents.roster, each, arrival.at)

    others = tuple((each, paged(each)) for each in outcome.alternatives)
    return Routed(documents, arrival, outcome, paged(outcome), others)


@dataclass(frozen=True, slots=True)
class LiveRouting:
    """An account, and where the event comes in there."""

    account: Account
    documents: Documents


def fetch_routing(
    client: RestApiV2Client, workspace: Workspace, entrance: Entrance, warn: Warn, *, activity: Activity = silent
) -> LiveRouting:
    """The account with the documents of the orchestration that is meant: a request for each of its documents, and, where an integration
    is named, one for each orchestration. Raises what `enter` and `fetch_plain_roster` raise."""
    account = read_account(client, workspace, activity=activity)
    check_on_call(account, warn)
    entrance = _live_entrance(account, workspace, entrance)
    with activity("Reading the rules"):
        if entrance.integration is not None:
            orchestrations = account.objects.get(ORCHESTRATION, ())
            account = fetch_lists(client, account, (_place(live, INTEGRATIONS) for live in orchestrations))
        start = enter(roster_of_account(account), entrance).orchestration
        if start is not None:
            account = _with_documents(client, account, [start], warn)
    return LiveRouting(account, enter(roster_of_account(account), entrance))


def _live_entrance(account: Account, workspace: Workspace, entrance: Entrance) -> Entrance:
    """The same place with an id for the key of a manifest: an account knows keys from ownership lines only. A name goes first."""
    parent, slash, label = (entrance.integration or "").rpartition("/")
    integration = f"{_id_of(account, workspace, parent, (ORCHESTRATION, SERVICE))}/{label}" if slash else None
    named = entrance.orchestration
    return Entrance(
        _id_of(account, workspace, named, (ORCHESTRATION,)) if named is not None else None,
        integration or entrance.integration,
    )


def _id_of(account: Account, workspace: Workspace, text: str, kinds: Collection[str]) -> str:
    key = split_kind(text, names_of_kinds(KINDS))[1]
    marked = [live for kind in kinds for live in account.index.marked(kind, key, workspace.name)]
    is_name = any(fold_name(live.name) == fold_name(key) for kind in kinds for live in account.objects.get(kind, ()))
    return marked[0].id if len(marked) == 1 and not is_name else key


def route_live(client: RestApiV2Client, live: LiveRouting, arrival: Arrival, warn: Warn) -> Routed:
    """What happens to an event in the account, hand edits included. The rules of a service cost a request, so only those of the services
    are read that the event can come to."""
    account, documents = live.account, live.documents
    seen: set[Ref] = set()
    outcome = run(documents, arrival.event, arrival.at, arrival.given)
    while missing := _services(documents, outcome) - seen:
        seen |= missing
        account = _with_documents(client, account, sorted(missing), warn)
        documents = replace(documents, roster=roster_of_account(account))
        outcome = run(documents, arrival.event, arrival.at, arrival.given)
    account = fetch_lookup_names(client, account, _named_kinds(outcome))
    roster = replace(documents.roster, lookup_names=account.lookup_names)
    documents = _with_hand_edits(client, replace(documents, roster=roster), outcome, arrival.at, warn)
    return _judged(documents, arrival, outcome)


def _named_kinds(outcome: Outcome) -> set[str]:
    """The kinds of what an outcome names and no one manages, such as priorities."""
    effects = [each.effects for each in (outcome, *outcome.alternatives)]
    return {ref.kind for each in effects for ref in (each.priority, *each.incident_fields) if ref is not None}


def _services(documents: Documents, outcome: Outcome) -> set[Ref]:
    """The services that an event can come to; where one drops it, its rules are known already."""
    ends = (each.service for each in (outcome, *outcome.alternatives))
    return {ref for end in (*ends, documents.service) if (ref := documents.find(end)) is not None}


def _with_hand_edits(client: RestApiV2Client, documents: Documents, outcome: Outcome, at: int, warn: Warn) -> Documents:
    every = (outcome, *outcome.alternatives)
    chosen = {documents.find(each.effects.escalation_policy) for each in every} - {None}
    named = tuple(sorted(ref for ref in _services(documents, outcome) | chosen if ref is not None))
    if not named:
        return documents
    last = at + max(each.effects.suspended_s for each in every)
    asked = (named, policies_of(documents.roster, named))
    roster = add_hand_edits_of(client, documents.roster, asked, Period(at, last + 1), warn=warn)
    return replace(documents, roster=roster)


def _with_documents(client: RestApiV2Client, account: Account, refs: Iterable[Ref], warn: Warn) -> Account:
    objects = [live for ref in refs if (live := account.find(ref.kind, ref.value)) is not None]
    places = [_place(it, name) for it in objects for name in BY_SLUG[it.kind].documents if name in FIELDS.values()]
    return fetch_rules(client, account, places, warn)


def _place(live: LiveObject, name: str) -> ListPlace:
    return ListPlace(live.kind, live.id, name)
