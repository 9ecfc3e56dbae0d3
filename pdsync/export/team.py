"""What belongs to one team."""

from __future__ import annotations

from pdsync.model import Account, LiveObject, Ref
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
    key = marker.key if marker is not None and marker.kind == "team" else ""
    return fold_name(wanted.strip()) == fold_name(live.name) or wanted in (live.id, key)


def find_team(account: Account, wanted: str) -> LiveObject:
    """The team that is meant. Raises TeamError."""
    teams = account.objects.get("team", ())
    found = [live for live in teams if live.id == wanted] or [live for live in teams if is_team(live, wanted)]
    if not found:
        hint = did_you_mean(wanted, [live.name for live in teams])
        raise TeamError(f"the account has no team {wanted!r}", hint or f"It has {len(teams)} teams.")
    if len(found) > 1:
        ids = ", ".join(sorted(live.id for live in found))
        raise TeamError(f"{len(found)} teams may be meant by {wanted!r}: {ids}", "Give the id.")
    return found[0]


def select_team(account: Account, team: LiveObject) -> set[tuple[str, str]]:
    """Kind and id of the team, its people, and what it owns: schedules, policies, and the services on those."""
    own = Ref("team", "id", team.id)
    chosen = {("team", team.id)}
    for member in team.children.get("members", ()):
        user = member.value.get("user")
        if isinstance(user, Ref):
            chosen.add(("user", user.value))
    for group in account.objects.values():
        chosen |= {(live.kind, live.id) for live in group if own in (live.fields.get("teams") or ())}
    for live in account.objects.get("service", ()):
        policy = live.fields.get("escalation_policy")
        if isinstance(policy, Ref) and (policy.kind, policy.value) in chosen:
            chosen.add((live.kind, live.id))
    return chosen
