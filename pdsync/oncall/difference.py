"""Differences: what is different for whoever is paged. Instants are seconds since 1970, and `place` is the file:line of the
manifest that makes it so, empty where none does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pdsync.model import Ref
from pdsync.oncall.urgency import Alarm

Lack = Literal["contact_methods", "high", "low"]
"""What somebody cannot be reached for want of: any contact method, or a rule for incidents of that urgency."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody on call for one level of a policy at the moment of the change, who was not before it or is not after it."""

    user: Ref
    policy: Ref
    level: int
    schedule: Ref | None
    """None: a target of the policy itself."""
    place: str


@dataclass(frozen=True, slots=True)
class Move:
    """A stretch of a schedule that another person has. None: nobody."""

    schedule: Ref
    start: int
    end: int
    before: Ref | None
    after: Ref | None
    place: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch at which nobody at all is paged by a policy, or on call in a schedule, and somebody was; or the other way."""

    subject: Ref
    start: int
    end: int
    appears: bool
    """False: the gap was there and vanishes."""
    place: str
    services: tuple[Ref, ...] = ()
    """Services that move to this policy and so fall into its gap, or that leave their gap by moving to it."""


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """A service whose incidents go to somebody else first. None in a tuple: somebody who is not known here."""

    service: Ref
    before: tuple[Ref | None, ...]
    after: tuple[Ref | None, ...]
    policy_before: Ref
    policy: Ref
    """The same, where the service keeps its policy and that pages somebody else."""
    place: str


@dataclass(frozen=True, slots=True)
class AlarmChange:
    """A service whose incidents are something else than before for a part of the time."""

    service: Ref
    before: Alarm
    after: Alarm
    start: int
    end: int
    """The first stretch of them."""
    seconds: int
    """All of them together."""
    place: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Somebody on call whom nothing reaches, or no incident of an urgency, and that is new."""

    user: Ref
    lack: Lack
    through: Ref
    """A policy or schedule that this person is on call through."""
    place: str


@dataclass(frozen=True, slots=True)
class Load:
    """How much somebody is on call through schedules, once where several have them at the same time."""

    seconds: int = 0
    nights: int = 0
    """Nights of which any part, 22:00 to 06:00 on the person's clock, is theirs."""
    weekends: int = 0
    """Weekends of which any part is theirs."""


@dataclass(frozen=True, slots=True)
class LoadChange:
    """Somebody's load before and after."""

    user: Ref
    before: Load
    after: Load
    zone: str
    """The zone in which nights and weekends are counted."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What cannot be told: whom a policy pages through something that is not known here, or how somebody is reached."""

    subject: Ref
    why: Ref
    """The target whose people are not known; the person, where it is not known how to reach them."""


Difference: TypeAlias = Turn | Move | Gap | ServiceChange | AlarmChange | Unreachable | LoadChange | Unknown
