"""What belongs to one team."""

from __future__ import annotations

from collections.abc import Iterator

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Account, Kind, LiveObject, Ref
from pdsync.model.name import fold_name
from pdsync.model.suggestion import did_you_mean


class TeamError(ValueError):
    """The account has no such team, or more than one."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def is_team(live: LiveObject, wanted: str) -> bool:
    """True where a person who writes `wanted` may mean this team: its name in any case, its id, or its key."""
    marker = live.marker
    key = marker.key if marker is not None and marker.kind == live.kind else ""
    return fold_name(wanted.strip()) == fold_name(live.name) or wanted in (live.id, key)


def find_team(account: Account, wanted: str) -> LiveObject:
    """The team that is meant. Raises TeamError."""
    teams = teams_of(account)
    found = [live for live in teams if live.id == wanted] or [live for live in teams if is_team(live, wanted)]
    if not found:
        hint = did_you_mean(wanted, [live.name for live in teams])
        raise TeamError(f"the account has no team {wanted!r}", hint or f"It has {len(teams)} teams.")
    if len(found) > 1:
        ids = ", ".join(sorted(live.id for live in found))
        raise TeamError(f"{len(found)} teams match {wanted!r}: {ids}", "Give the id.")
    return found[0]


def select_team(account: Account, team: LiveObject) -> set[tuple[str, str]]:
    """Kind and id of the team, its people, and what it owns: schedules, policies, and the services on those."""
    own = Ref(team.kind, "id", team.id)
    chosen = {(team.kind, team.id), *((ref.kind, ref.value) for ref in members_of(team))}
    for slug, group in account.objects.items():
        chosen |= {(live.kind, live.id) for live in group if own in BY_SLUG[slug].teams_of(live.fields)}
    for slug, group in account.objects.items():
        through = BY_SLUG[slug].facts.teams_through
        for live in group if through else ():
            owner = live.fields.get(through)
            if isinstance(owner, Ref) and (owner.kind, owner.value) in chosen:
                chosen.add((live.kind, live.id))
    return chosen


def team_kind() -> Kind:
    """The kind of object that has people for members."""
    return next(kind for kind in KINDS if kind.facts.membership)


def teams_of(account: Account) -> tuple[LiveObject, ...]:
    """All teams."""
    return account.objects.get(team_kind().slug, ())


def members_of(team: LiveObject) -> Iterator[Ref]:
    """The people of a team."""
    declared = BY_SLUG[team.kind].membership
    for member in team.children.get(declared.name, ()) if declared is not None else ():
        person = member.value.get(declared.identified_by) if declared is not None else None
        if isinstance(person, Ref):
            yield person
