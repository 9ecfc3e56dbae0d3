"""Profile: how an account differs from others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pdsync.sandbox.profile.feature import ABILITIES, FEATURES, NOT_BOUGHT
from pdsync.sandbox.profile.questions import QUESTIONS

VERSION = 1


@dataclass(frozen=True, slots=True)
class Consistency:
    """For how long a write is not seen: by the next ``reads``, or for ``seconds``; by lists alone, or ``everywhere``."""

    seconds: float | None = None
    reads: int | None = None
    everywhere: bool = False

    def document(self) -> dict[str, Any]:
        span = {"seconds": self.seconds} if self.seconds is not None else {"reads": self.reads}
        return {**span, "seen_by": "all" if self.everywhere else "lists"}


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """An identity provider that manages the users whose addresses are in ``domains`` (all of them where there is none).
    ``addresses`` are those that it replaces, by the old one."""

    domains: tuple[str, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)

    def manages(self, email: str) -> bool:
        return not self.domains or email.rpartition("@")[2] in self.domains

    def document(self) -> dict[str, Any]:
        return {"managed": True, "domains": list(self.domains), "addresses": dict(self.addresses)}


@dataclass(frozen=True, slots=True)
class Profile:
    """``readings`` answers open questions by name; the others have their default. ``missing`` has, for each feature that
    the plan is without, the status that its requests are refused with. ``abilities`` says for single abilities whether
    the account has them. ``private_teams`` are names of teams that the tokens of requests may not see. ``lags`` are by resource, the first part of a path."""

    readings: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, int] = field(default_factory=dict)
    abilities: Mapping[str, bool] = field(default_factory=dict)
    private_teams: tuple[str, ...] = ()
    sso: SingleSignOn | None = None
    lags: Mapping[str, Consistency] = field(default_factory=dict)

    def reading(self, question: str) -> str:
        """The answer to an open question. Raises KeyError for one that is not declared."""
        return self.readings.get(question, QUESTIONS[question].default)

    def reads(self, question: str, reading: str) -> bool:
        """Whether this is the answer. Raises KeyError for a question or a reading that is not declared."""
        if reading not in QUESTIONS[question].readings:
            raise KeyError(f"{question} has no reading {reading!r}")
        return self.reading(question) == reading

    def held_abilities(self) -> list[str]:
        lost = {ability for name in self.missing for ability in FEATURES[name].abilities}
        held = ({*ABILITIES} - lost) | {name for name, has in self.abilities.items() if has}
        if self.sso is not None:
            held.add("sso")
        return sorted(held - {name for name, has in self.abilities.items() if not has})

    def knows_ability(self, name: str) -> bool:
        """Whether PagerDuty has an ability of this name, also one that the account lacks."""
        return name in ABILITIES or name in NOT_BOUGHT or name in self.abilities

    def document(self) -> dict[str, Any]:
        """As a file holds it, with the reading of every question."""
        document: dict[str, Any] = {"account": VERSION, "readings": {name: self.reading(name) for name in QUESTIONS}}
        if self.missing:
            document["without"] = dict(self.missing)
        if self.abilities:
            document["abilities"] = dict(self.abilities)
        if self.private_teams:
            document["private_teams"] = list(self.private_teams)
        if self.sso is not None:
            document["sso"] = self.sso.document()
        if self.lags:
            document["lag"] = {resource: it.document() for resource, it in self.lags.items()}
        return document


DEFAULT = Profile()
