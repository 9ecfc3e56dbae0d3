"""What the API lets a caller ask for apart in a listing (PagerDuty's API description): the ways to read one that is too large."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["DIVISIONS", "Division"]


@dataclass(frozen=True, slots=True)
class Division:
    """The ways to read parts of one listing.

    Args:
        searched: the fields that ``query`` looks in, as far as is known; the first holds the name. None where it has no ``query``.
        sorts: whether it is in the order of names, and has ``sort_by=name:desc`` for the other end.
        has_teams: whether it has ``team_ids[]``.
    """

    searched: tuple[str, ...] = ("name",)
    sorts: bool = False
    has_teams: bool = False


DIVISIONS: Mapping[str, Division] = {
    "/services": Division(sorts=True, has_teams=True),
    "/escalation_policies": Division(sorts=True, has_teams=True),
    "/schedules": Division(has_teams=True),
    # Looked up by address too: terraform-provider-pagerduty, data source pagerduty_user.
    "/users": Division(("name", "email"), has_teams=True),
    "/teams": Division(),
    "/extensions": Division(),
    "/incident_workflows": Division(),
    "/tags": Division(("label",)),
    # It can be sorted by name too, but is by age where nothing is asked for, so that its two ends are not those of one order.
    "/templates": Division(("name", "description")),
}
"""How to divide each listing that can be read in parts."""
