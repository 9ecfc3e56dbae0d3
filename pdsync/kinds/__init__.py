"""The kinds that pdsync manages, and the values that flow through its stages.

Adding a kind: one module that makes a `Kind`, one line in `KINDS`; its schema is generated from it.
"""

from __future__ import annotations

from pdsync.kinds.child import ChildList, LiveChild, Mode
from pdsync.kinds.codec import Canonical
from pdsync.kinds.escalation_policy import ESCALATION_POLICY
from pdsync.kinds.field import Field
from pdsync.kinds.incident import OPEN_INCIDENTS, OpenIncident
from pdsync.kinds.kind import Fields, Kind
from pdsync.kinds.license import License
from pdsync.kinds.live import Account, LiveObject, decode, digest_of, encode
from pdsync.kinds.marker import Marker, join_marker, split_marker
from pdsync.kinds.reference import Ref
from pdsync.kinds.resource import Lifecycle, Resource, Source, compute_manifest_digest
from pdsync.kinds.schedule import SCHEDULE
from pdsync.kinds.scope import Problem, Scope
from pdsync.kinds.service import SERVICE
from pdsync.kinds.team import TEAM
from pdsync.kinds.unreadable import UnreadableError
from pdsync.kinds.user import USER

KINDS: tuple[Kind, ...] = (USER, TEAM, SCHEDULE, ESCALATION_POLICY, SERVICE)
BY_NAME = {kind.name: kind for kind in KINDS}
BY_SLUG = {kind.slug: kind for kind in KINDS}

__all__ = [
    "BY_NAME",
    "BY_SLUG",
    "KINDS",
    "OPEN_INCIDENTS",
    "Account",
    "Canonical",
    "ChildList",
    "Field",
    "Fields",
    "Kind",
    "License",
    "Lifecycle",
    "LiveChild",
    "LiveObject",
    "Marker",
    "Mode",
    "OpenIncident",
    "Problem",
    "Ref",
    "Resource",
    "Scope",
    "Source",
    "UnreadableError",
    "compute_manifest_digest",
    "decode",
    "digest_of",
    "encode",
    "join_marker",
    "split_marker",
]
