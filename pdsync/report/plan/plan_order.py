"""The order in which a reviewer reads the changes of a plan: what needs review first, then deletes, on-call changes, updates, creates.

A change is in the first band that it belongs to. Within a band changes are in the order of their kinds, then of their names. This is
the order of reading only: an apply follows the order of the plan itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum

from pdsync.kinds import KINDS
from pdsync.model.address import without_step
from pdsync.plan import Change, Operation, Plan
from pdsync.report.impact.impact_risk import PlacedRisk
from pdsync.report.plan.attention import TAKES_AWAY, find_reasons
from pdsync.report.text.annotation import split_place


class Band(Enum):
    """A heading that changes are shown under, in this order."""

    REVIEW = "Needs review"
    DELETE = "Deletes"
    ON_CALL = "Changes who is notified"
    ADOPT = "Adopts"
    UPDATE = "Updates"
    RELEASE = "Releases"
    CREATE = "Creates"


_BY_OPERATION = {
    Operation.DELETE: Band.DELETE,
    Operation.RETIRE: Band.DELETE,
    Operation.REPLACE: Band.DELETE,
    Operation.ADOPT: Band.ADOPT,
    Operation.RELEASE: Band.RELEASE,
}


@dataclass(frozen=True, slots=True)
class Section:
    """The changes of one band."""

    band: Band
    changes: tuple[Change, ...]

    @property
    def title(self) -> str:
        """The heading, with how many changes there are."""
        return f"{self.band.value} ({len(self.changes)})"


def arrange_changes(plan: Plan, placed: Iterable[PlacedRisk] = ()) -> list[Section]:
    """The changes band by band; a band without any is left out. `placed` are the risks of the impact."""
    found = tuple(placed)
    addresses = {risk.address for risk in plan.risks} | {each.risk.address for each in found}
    addresses |= {address for each in found if (address := _blamed(plan, each.place))}
    names = {change.address: change.name for change in plan.changes}
    ranks = {kind.slug: number for number, kind in enumerate(KINDS)}
    bands: dict[Band, list[Change]] = defaultdict(list)
    for change in plan.entries:
        bands[_band_of(change, addresses)].append(change)

    def place_of(change: Change) -> tuple[int, str, str, bool]:
        """An interim name comes just before the change of its object."""
        address = without_step(change.address)
        name = names.get(address, change.name) or address
        return ranks[change.kind], name.casefold(), address, address == change.address

    return [Section(band, tuple(sorted(bands[band], key=place_of))) for band in Band if bands[band]]


def _blamed(plan: Plan, place: str) -> str:
    """The address of the change whose manifest holds this line: the last one that begins at it or above it. Empty without one."""
    file, line = split_place(place)
    above = [
        (at, change.address)
        for change in plan.changes
        if (begins := split_place(change.source or ""))[0] == file and (at := begins[1]) <= line
    ]
    return max(above)[1] if above and file else ""


def _band_of(change: Change, addresses: Collection[str]) -> Band:
    if change.blockers or change.address in addresses:
        return Band.REVIEW
    if change.operation is Operation.CREATE:
        return Band.ON_CALL if change.kind in TAKES_AWAY else Band.CREATE  # another new object takes nothing away
    reasons = find_reasons(change)
    if "routing key" in reasons:
        return Band.REVIEW
    if change.operation in (Operation.UPDATE, Operation.INTERIM, Operation.ADOPT) and "on call" in reasons:
        return Band.ON_CALL
    return _BY_OPERATION.get(change.operation, Band.UPDATE)
