"""Every check, in the order in which a reviewer reads what they find.

A check looks at the drafted plan and not at what others found, so the order means nothing else. What takes a person to allow comes
first, then what the object itself lacks, then what others have to do with it.
"""

from __future__ import annotations

from pdsync.plan.checks.ability import Abilities
from pdsync.plan.checks.adoption import Adoption
from pdsync.plan.checks.check import Check
from pdsync.plan.checks.coverage import Coverage
from pdsync.plan.checks.dangling_item import DanglingItems
from pdsync.plan.checks.delete_limit import DeleteLimits
from pdsync.plan.checks.document_parent import DocumentParents
from pdsync.plan.checks.duplicate import Duplicates
from pdsync.plan.checks.from_address import FromAddress
from pdsync.plan.checks.implied_member import Members
from pdsync.plan.checks.lasting_item import LastingItems
from pdsync.plan.checks.license import Licenses
from pdsync.plan.checks.look_alike import LookAlikes
from pdsync.plan.checks.lost_item import LostItems
from pdsync.plan.checks.open_incident import IncidentBlockers
from pdsync.plan.checks.ownership_line import OwnershipLine
from pdsync.plan.checks.reference_blocker import ReferenceBlockers
from pdsync.plan.checks.responder import Responders
from pdsync.plan.checks.role import Roles
from pdsync.plan.checks.rotation import Rotations
from pdsync.plan.checks.taken_name import TakenNames
from pdsync.plan.checks.tombstone import Tombstones
from pdsync.plan.checks.tree import Trees
from pdsync.plan.checks.unknown_kind import UnknownKinds

CHECKS: tuple[Check, ...] = (
    UnknownKinds(),
    Adoption(),
    DocumentParents(),
    Tombstones(),
    OwnershipLine(),
    LastingItems(),
    DanglingItems(),
    Rotations(),
    FromAddress(),
    LostItems(),
    Coverage(),
    LookAlikes(),
    IncidentBlockers(),
    ReferenceBlockers(),
    TakenNames(),
    Roles(),
    Abilities(),
    Licenses(),
    Members(),
    Duplicates(),
    Trees(),
    Responders(),
)
"""Held against all that was drafted."""

LIMITS: tuple[Check, ...] = (DeleteLimits(),)
"""Held against what is left of it once the targets are chosen: a limit counts what an apply would do."""
