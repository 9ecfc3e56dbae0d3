"""The kind engine, and the values that flow between the stages. It depends on no kind and no stage."""

from __future__ import annotations

from pdsync.model.account import Account, License
from pdsync.model.child import ByName, ChildList, LiveChild, Mode
from pdsync.model.codec.plain import Canonical
from pdsync.model.fact import Facts
from pdsync.model.field import Field
from pdsync.model.incident import OPEN_INCIDENTS, OpenIncident
from pdsync.model.kind import Kind
from pdsync.model.live import ListPlace, LiveObject, decode, digest_of, encode
from pdsync.model.marker import Marker, join_marker, split_marker
from pdsync.model.mention import Mention
from pdsync.model.passing import Fields
from pdsync.model.ref import Ref
from pdsync.model.resource import Gathered, Lifecycle, Resource, Source, compute_manifest_digest
from pdsync.model.scope import Problem, Scope
from pdsync.model.unreadable import UnreadableError

__all__ = [
    "OPEN_INCIDENTS",
    "Account",
    "ByName",
    "Canonical",
    "ChildList",
    "Facts",
    "Field",
    "Fields",
    "Gathered",
    "Kind",
    "License",
    "Lifecycle",
    "ListPlace",
    "LiveChild",
    "LiveObject",
    "Marker",
    "Mention",
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
