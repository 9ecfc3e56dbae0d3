"""Where each manifest goes: a folder for each team, and one for what no single team owns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pdsync.export.key import Keys
from pdsync.export.team import members_of, teams_of
from pdsync.kinds import BY_SLUG
from pdsync.model import Account, Kind, LiveObject, Ref

_SHARED = ("shared", "no-team", "shared-by-teams")
# Names that Windows keeps for devices.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))})
_LARGEST_FILE = 500_000
"""Characters; the loader reads ten times as much, but no reviewer does."""


class Folders:
    """Knows the folder of every object."""

    def __init__(self, account: Account, keys: Keys) -> None:
        self._account = account
        self._of_team: dict[str, str] = {}
        taken: set[str] = set()
        for live in sorted(teams_of(account), key=lambda live: keys[live.kind, live.id]):
            self._of_team[live.id] = _free(keys[live.kind, live.id], taken)
        self.shared = next((name for name in _SHARED if name not in taken), "") or _free("shared", taken)
        self._teams_of_person = _teams_of_people(account)

    def of(self, live: LiveObject) -> str:
        """The folder of an object."""
        teams = self._teams(live)
        return self._of_team[next(iter(teams))] if len(teams) == 1 else self.shared

    def of_team(self, identity: str) -> str:
        """The folder of a team, by its id."""
        return self._of_team[identity]

    def _teams(self, live: LiveObject) -> set[str]:
        """The teams that own an object; of those that the account has."""
        facts = BY_SLUG[live.kind].facts
        if facts.membership:
            return {live.id}
        if facts.person is not None:
            return self._teams_of_person[live.id]
        through = live.fields.get(facts.teams_through) if facts.teams_through else None
        if isinstance(through, Ref):
            owner = self._account.find(through.kind, through.value)
            return self._teams(owner) if owner is not None else set()
        return {ref.value for ref in BY_SLUG[live.kind].teams_of(live.fields) if ref.value in self._of_team}


def _free(name: str, taken: set[str]) -> str:
    """The name, or one like it; two that differ only in case would be one folder on many machines."""
    base = name.rstrip(".")
    base = f"{base}-team" if base.partition(".")[0].casefold() in _DEVICES else base
    found, number = base, 1
    while found.casefold() in taken:
        number += 1
        found = f"{base}-{number}"
    taken.add(found.casefold())
    return found


def _teams_of_people(account: Account) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for team in teams_of(account):
        for person in members_of(team):
            found[person.value].add(team.id)
    return found


def file_name(kind: Kind) -> str:
    """The file of a kind in its folder, without the suffix."""
    return kind.file or kind.slug.replace("_", "-")


def split_documents(documents: Iterable[str]) -> list[list[str]]:
    """Documents in as many files as keep each readable."""
    files: list[list[str]] = [[]]
    size = 0
    for text in documents:
        if files[-1] and size + len(text) > _LARGEST_FILE:
            files.append([])
            size = 0
        files[-1].append(text)
        size += len(text)
    return files
