"""Differences for the people who are paged. Instants are seconds since 1970, and `place` is the file:line of the
manifest that causes the difference, empty where none does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from pdsync.model import Ref
from pdsync.oncall.person import Lack
from pdsync.oncall.urgency import Alarm


@dataclass(frozen=True, slots=True)
class Turn:
    """A person who joins or leaves an escalation level of a policy at the moment of the change."""

    user: Ref
    policy: Ref
    level: int
    schedule: Ref | None
    """None: a target of the policy itself."""
    place: str


@dataclass(frozen=True, slots=True)
class Move:
    """A stretch of a schedule that moves from one person to another. None: no one."""

    schedule: Ref
    start: int
    end: int
    before: Ref | None
    after: Ref | None
    place: str
    others: bool = False
    """Where `before` or `after` is None: whether other people are on call then, as several can be in a shift-based schedule."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A coverage gap that opens or closes: a policy pages no one, or a schedule has no one on call."""

    subject: Ref
    start: int
    end: int
    appears: bool
    """False: the gap existed before and closes."""
    place: str
    services: tuple[Ref, ...] = ()
    """Services that move to this policy and so fall into its gap, or that leave their gap by moving to it."""


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """A service whose first responders change. None in a tuple: a person who is not known here."""

    service: Ref
    before: tuple[Ref | None, ...]
    after: tuple[Ref | None, ...]
    policy_before: Ref
    policy: Ref
    """The same as before where the policy itself pages other people."""
    place: str


@dataclass(frozen=True, slots=True)
class AlarmChange:
    """A service whose incidents change their urgency for a part of the time."""

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
class Maintained:
    """A service that the plan touches and that is under maintenance, so it pages no one whatever the plan changes."""

    service: Ref
    until: int
    description: str
    """That of the maintenance window."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A service that pages no one at times, because of maintenance windows that a plan makes; or pages again, as it removes them."""

    service: Ref
    begins: bool
    """False: the service pages again."""
    start: int
    end: int
    """The first stretch of them."""
    count: int
    """How many stretches there are."""
    seconds: int
    """All of them together."""
    place: str


@dataclass(frozen=True, slots=True)
class Takeover:
    """A stretch of an override that a plan makes or removes. With neither `relieved` nor `joins`, the override changes nothing."""

    schedule: Ref
    user: Ref | None
    """Whom the override puts on call."""
    start: int
    end: int
    relieved: tuple[Ref, ...]
    """Who would be on call without the override."""
    joins: tuple[Ref, ...]
    """Who is on call because of it."""
    is_made: bool
    """False: the plan removes the override."""
    place: str


@dataclass(frozen=True, slots=True)
class Remainder:
    """A stretch at which a schedule has no one, next to the part of that gap which an override fills."""

    schedule: Ref
    start: int
    end: int
    place: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A person on call who can no longer be reached, at all or for one urgency."""

    user: Ref
    lack: Lack
    through: Ref
    """A policy or schedule that this person is on call through."""
    place: str


@dataclass(frozen=True, slots=True)
class Load:
    """How much a person is on call through schedules. Hours in several schedules at the same time count once."""

    seconds: int = 0
    nights: int = 0
    """Nights (22:00 to 06:00 on the person's clock) with any time on call."""
    weekends: int = 0
    """Weekends with any time on call."""


@dataclass(frozen=True, slots=True)
class LoadChange:
    """A person's load before and after."""

    user: Ref
    before: Load
    after: Load
    zone: str
    """The zone in which nights and weekends are counted."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What is not known: whom a policy pages through an object that is not here, or how a person is reached."""

    subject: Ref
    why: Ref
    """The target whose people are not known; the person, where it is not known how to reach them."""


Difference: TypeAlias = (
    Turn
    | Move
    | Gap
    | ServiceChange
    | AlarmChange
    | Maintained
    | Silence
    | Takeover
    | Remainder
    | Unreachable
    | LoadChange
    | Unknown
)
