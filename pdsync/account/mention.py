"""Reads what names the objects that a plan deletes and is not in listings of objects: maintenance windows, dependencies of
services, overrides. None of it stops a delete, but a reviewer should know about it.

Windows and shifts are one listing each. Dependencies have no listing, so there is a request for each deleted service. Overrides are
read of the deleted schedules, and of the schedules that put a deleted person on call.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias

from pdsync.account.handed_over import find_handed_over
from pdsync.account.maintenance import fetch_maintenance
from pdsync.account.override import fetch_overrides
from pdsync.account.refusal import REFUSED
from pdsync.client import HttpError, RestApiV2Client
from pdsync.kinds import KINDS
from pdsync.model import Account, ChildList, Kind, Mention
from pdsync.model.instant import read_rendered, render_instant, render_instant_s

_AHEAD = timedelta(days=90)
"""How far PagerDuty renders shifts."""
_LONGEST = timedelta(days=3650)
"""Maintenance windows may lie further ahead."""

_NOT_FOUND = 404

_Deleted: TypeAlias = Mapping[str, Collection[str]]
_Source: TypeAlias = Callable[[RestApiV2Client, Account, Kind, Collection[str]], Iterator[Mention]]


def fetch_mentions(client: RestApiV2Client, account: Account, deleted: Iterable[tuple[str, str]]) -> Account:
    """The account with what names these objects, each given by kind and id. What the token may not read stays unknown, and is
    named; other errors of the client are raised."""
    ids: dict[str, set[str]] = {}
    for slug, identity in deleted:
        ids.setdefault(slug, set()).add(identity)
    found: list[Mention] = []
    unread: list[str] = []
    for kind in KINDS:
        for what, source in _sources(kind):
            if kind.slug in ids:
                try:
                    found += source(client, account, kind, sorted(ids[kind.slug]))
                except HttpError as error:
                    if error.status not in REFUSED:
                        raise
                    unread.append(what)
    return replace(account, mentions=tuple(found), mentions_unread=tuple(unread))


def _sources(kind: Kind) -> Iterator[tuple[str, _Source]]:
    """What can name objects of a kind."""
    if kind.facts.incidents is not None and kind.facts.incidents.is_origin:
        yield "maintenance windows", _windows
    if _list_of_both(kind) is not None:
        yield f"dependencies of {kind.nouns}", _dependencies
    if kind.facts.person is not None:
        yield "overrides", _overrides_of_people
    if kind.rotates and not kind.stepped:
        yield "overrides", _overrides_of_schedules
    for owner in KINDS:
        if any(document.leads_to == kind.slug for document in owner.documents.values()):
            yield f"what {owner.nouns} hand over", find_handed_over


def _windows(client: RestApiV2Client, account: Account, kind: Kind, ids: Collection[str]) -> Iterator[Mention]:
    now = read_rendered(account.fetched_at)
    since, until = int(now.timestamp()), int((now + _LONGEST).timestamp())
    for identity, windows in fetch_maintenance(client, sorted(ids), since, until, since).items():
        for start, end, text in windows:
            when = f"from {_shown(start)} to {_shown(end)}"
            named = f": {text!r}" if text else ""
            yield Mention(kind.slug, identity, f"a maintenance window names it, {when}{named}")


def _list_of_both(kind: Kind) -> ChildList | None:
    """The list of an object that also holds what leads to the object."""
    return next((child for child in kind.children if child.other_member), None)


def _dependencies(client: RestApiV2Client, account: Account, kind: Kind, ids: Collection[str]) -> Iterator[Mention]:
    declared = _list_of_both(kind)
    assert declared is not None
    for identity in ids:
        for row in _relationships(client, declared, identity):
            dependent, supporting = row[declared.parent_member], row[declared.other_member]
            if supporting["id"] == identity:
                yield Mention(kind.slug, identity, f"{_named(account, dependent)} depends on it")
            else:
                yield Mention(kind.slug, identity, f"it depends on {_named(account, supporting)}")


def _relationships(client: RestApiV2Client, declared: ChildList, identity: str) -> list[Mapping[str, Any]]:
    """The dependencies of an object in both directions, as far as both ends of them can be read."""
    ends = (declared.parent_member, declared.other_member)
    try:
        rows = client.list_all(declared.collection.format(parent=identity), complete=True)
    except HttpError as error:
        if error.status != _NOT_FOUND:
            raise
        return []
    return [row for row in rows if all(isinstance(row.get(end), Mapping) and row[end].get("id") for end in ends)]


def _named(account: Account, end: Mapping[str, Any]) -> str:
    """An end of a dependency as people know it: by kind and name, where it was read."""
    identity = str(end["id"])
    for kind in KINDS:
        live = account.find(kind.slug, identity)
        if live is not None:
            return f"the {kind.noun} {live.name!r}"
    return f"the {str(end.get('type')).removesuffix('_reference').replace('_', ' ')} {identity}"


def _overrides_of_people(
    client: RestApiV2Client, account: Account, kind: Kind, ids: Collection[str]
) -> Iterator[Mention]:
    now = read_rendered(account.fetched_at)
    params = {"user_ids[]": sorted(ids), "since": render_instant(now), "until": render_instant(now + _AHEAD)}
    shifts = client.list_all("oncalls", params=params, complete=True)
    layered = [rota for rota in KINDS if rota.rotates and not rota.stepped]
    schedules = {_id_of(held) for it in shifts for rota in layered if _is_of(held := it.get(rota.slug), rota)} - {""}
    for schedule, override, when in _overrides(client, account, schedules):
        person = _id_of(override.get(kind.slug))
        if person in ids:
            says = f"an override of {_schedule(account, schedule)} puts this person on call {when}"
            yield Mention(kind.slug, person, says)


def _overrides_of_schedules(
    client: RestApiV2Client, account: Account, kind: Kind, ids: Collection[str]
) -> Iterator[Mention]:
    for schedule, override, when in _overrides(client, account, ids):
        people = [override.get(person.slug) for person in KINDS if person.facts.person is not None]
        name = next((str(it.get("summary") or it.get("id")) for it in people if isinstance(it, Mapping)), "a person")
        yield Mention(kind.slug, schedule, f"their override ends with this: {name!r} is on call {when}")


def _overrides(
    client: RestApiV2Client, account: Account, schedules: Iterable[str]
) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """The overrides from now on: the schedule, the override, and when that is."""
    now = read_rendered(account.fetched_at)
    since, until = int(now.timestamp()), int((now + _AHEAD).timestamp())
    for schedule, found in fetch_overrides(client, sorted(schedules), since, until).items():
        for override in found:
            yield schedule, override, f"from {override.get('start')} to {override.get('end')}"


def _schedule(account: Account, identity: str) -> str:
    for kind in KINDS:
        live = account.find(kind.slug, identity) if kind.rotates else None
        if live is not None:
            return f"{kind.noun} {live.name!r}"
    return identity


def _is_of(held: object, kind: Kind) -> bool:
    """Whether a reference of an answer leads to this kind; one without a type does."""
    named = str(held.get("type") or kind.slug) if isinstance(held, Mapping) else ""
    return named.removesuffix("_reference") == kind.slug


def _id_of(held: object) -> str:
    return str(held.get("id") or "") if isinstance(held, Mapping) else ""


def _shown(moment: int) -> str:
    return render_instant_s(moment)
