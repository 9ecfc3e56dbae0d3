"""Where an event comes in: at an orchestration, or at an integration of one or of a service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pdsync.kinds import KINDS
from pdsync.model import Ref
from pdsync.model.name import fold_name
from pdsync.model.naming import NamingError, find_one, names_of_kinds
from pdsync.model.suggestion import did_you_mean
from pdsync.oncall.escalation_level import called_in, find_named
from pdsync.oncall.roster import Roster
from pdsync.routing.documents import ORCHESTRATION, SERVICE, Documents

INTEGRATIONS = "integrations"
"""The child list of an orchestration and of a service that events come through."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a person says about where an event comes in. Nothing: at the only orchestration there is."""

    orchestration: str | None = None
    """A key, a name or an id."""
    integration: str | None = None
    """A label, or the key or name of its parent, a slash, and the label."""
    orchestration_setting: str = "--orchestration "
    """How a person names an orchestration, for hints: an option of the command line, or a field of a test."""
    integration_setting: str = "--routing-key-of "


class EntranceError(Exception):
    """No place has that name, or more than one has it."""

    def __init__(self, message: str, hint: str, *, is_missing: bool) -> None:
        super().__init__(message)
        self.message, self.hint, self.is_missing = message, hint, is_missing


def find_entrance(roster: Roster, entrance: Entrance) -> Documents:
    """What an event that comes in there goes through. Raises EntranceError."""
    if entrance.integration is not None:
        return _documents(roster, _find_integration(roster, entrance.integration))
    if entrance.orchestration is not None:
        return _documents(roster, _find_orchestration(roster, entrance.orchestration))
    found = [ref for ref, _ in roster.of_kind(ORCHESTRATION)]
    if len(found) == 1:
        return _documents(roster, found[0])
    if not found:
        hint = (
            f"To test the rules of a service, name its integration: {entrance.integration_setting}SERVICE/INTEGRATION."
        )
        raise EntranceError("there is no event orchestration", hint, is_missing=True)
    hint = f"Name one: {entrance.orchestration_setting}{_listed(roster, found)}."
    raise EntranceError(f"there are {len(found)} event orchestrations", hint, is_missing=False)


def _find_orchestration(roster: Roster, name: str) -> Ref:
    try:
        return find_one(name, called_in(roster, (ORCHESTRATION,)), names_of_kinds(KINDS), "event orchestration").it
    except NamingError as error:
        raise EntranceError(error.message, error.hint, is_missing=error.is_missing) from None


def _find_integration(roster: Roster, name: str) -> Ref:
    known = list(_integrations(roster))
    wanted = fold_name(name)
    found = [(ref, label) for ref, label, names in known if wanted in map(fold_name, names)]
    if len(found) == 1:
        return found[0][0]
    if not found:
        hint = did_you_mean(name, sorted({text for _, _, names in known for text in names}))
        raise EntranceError(f"no integration is called {name!r}", hint, is_missing=True)
    hint = f"Name one: {', '.join(f'{roster.name_of(ref)}/{label}' for ref, label in found[:5])}."
    raise EntranceError(f"{len(found)} integrations are called {name!r}", hint, is_missing=False)


def _integrations(roster: Roster) -> Iterator[tuple[Ref, str, tuple[str, ...]]]:
    """Each integration: its parent, its label, and the names that it can be called by."""
    for kind in (ORCHESTRATION, SERVICE):
        for ref, entry in roster.of_kind(kind):
            for item in entry.children.get(INTEGRATIONS, ()):
                label = str(item.get("label") or item.get("name") or "")
                yield ref, label, (label, f"{ref.value}/{label}", f"{entry.name}/{label}")


def _documents(roster: Roster, start: Ref) -> Documents:
    return Documents(roster, start) if start.kind == ORCHESTRATION else Documents(roster, service=start)


def _listed(roster: Roster, refs: tuple[Ref, ...] | list[Ref]) -> str:
    names = [_name(roster, ref) for ref in refs[:5]]
    return ", ".join(names) + (f" and {len(refs) - 5} more" if len(refs) > 5 else "")


def _name(roster: Roster, ref: Ref) -> str:
    """What a person can write for it: a key, or else the name where no other has it."""
    if ref.by == "key":
        return ref.value
    name = roster.name_of(ref)
    return name if len(find_named(roster, name, (ref.kind,))) == 1 else ref.value
