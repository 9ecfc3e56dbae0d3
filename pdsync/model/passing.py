"""What time does to the objects of a kind: what changes, ends or begins by itself, and which objects a manifest means today."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pdsync.model.account import Account
from pdsync.model.codec.plain import Canonical, unchanged
from pdsync.model.live import LiveObject
from pdsync.model.ref import Ref
from pdsync.model.resource import Resource
from pdsync.model.scope import Path

Fields = dict[str, Canonical]


def _no_text(*_: object) -> str:
    return ""


def _nothing(ref: Ref) -> LiveObject | None:
    return None


def _unsaid(ref: Ref) -> Mapping[str, Canonical]:
    return {}


@dataclass(frozen=True, slots=True)
class Expansion:
    """The objects that one manifest means at a moment. None where all it means has ended."""

    resources: tuple[Resource, ...] = ()
    """One for each object. A tombstone for an object that the manifest does not mean any more."""
    notes: tuple[str, ...] = ()
    """What a reader of the plan must know besides."""
    problems: tuple[tuple[str, str], ...] = ()
    """What is wrong with the manifest in this account: message and hint."""
    may_have_ended: frozenset[str] | None = None
    """Where an object is missing that may have been ended by a person: the ids that narrow the listing of what has ended, or nothing for
    all of it. None where none is missing, and once that listing was read (`Account.ended`)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the objects of a manifest depend on besides the manifest."""

    account: Account
    """At the moment of its reading."""
    workspace: str
    manifests: Sequence[Resource] = ()
    """All manifests of the same kind in the workspace, the one itself among them."""
    find: Callable[[Ref], LiveObject | None] = _nothing
    """The live object that a reference leads to; None where there is none, or more than one."""
    said: Callable[[Ref], Mapping[str, Canonical]] = _unsaid
    """The fields that the object of a reference will have: those of its manifest, and of the live object what that does not say."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two parts of manifests that do not go together, each by the number of its manifest and its path there."""

    first: tuple[int, Path]
    second: tuple[int, Path]
    says: Callable[[str], tuple[str, str]]
    """Message and hint at one of them, from the place of the other."""


Says = Callable[[Fields, Callable[[Canonical], str], Callable[[Canonical], str]], str]
"""An object in words, from its fields, what names a reference, and what shows a moment."""
Expand = Callable[[Resource, Surroundings], Expansion]
"""The objects of a manifest."""


@dataclass(frozen=True, slots=True)
class Passing:
    """What time does to the objects of a kind. A kind that says nothing stays as it is."""

    settle: Callable[[Fields, str], Fields] = unchanged
    """Makes values comparable at a moment: what is past cannot be changed and is not compared."""
    stabilise: Callable[[Fields], Fields] = unchanged
    """The same values without what the server rewrites by itself, or what the passing of time takes out."""
    without_ending: Callable[[Fields], Fields] = unchanged
    """The same values without the parts that are about to end by themselves."""
    linger: Callable[[Fields, Fields, str], Fields] | None = None
    """The fields with what of the live ones lasts some time longer although they no longer name it. None where nothing does."""
    predict: Callable[[Fields, Fields, str], Fields] = unchanged
    """What the server will hold of written fields, from those, the live ones and the moment of the write."""
    expand: Expand | None = None
    """The objects that a manifest means. None where a manifest is one object."""
    gather: Callable[[Sequence[LiveObject], Account], Sequence[LiveObject]] | None = None
    """The objects as manifests describe them, several by one manifest where `expand` takes one apart. What is over is left out. None
    where a manifest describes one object."""
    manifest_key: Callable[[str], str] = unchanged
    """The key of the manifest that means the object of this key."""
    why_not_exported: Callable[[LiveObject, str], str] = _no_text
    """Why an export leaves out an object, at the moment of its reading; empty where it does not."""
    why_left: Callable[[LiveObject, str], str] = _no_text
    """Why no plan deletes an object at a moment, because it ends by itself; empty where it may be deleted."""
    begins_later: Callable[[Fields, str], str] = _no_text
    """When an object of these fields begins to count, if that is so far ahead that the account does not have to have it yet; else empty."""
    start_field: str = ""
    """The field that says when an object begins, where one manifest means many objects that differ in their times alone."""
    says: Says | None = None
    """An object in a line, from its fields. None where each field has a line."""
    clashes: Callable[[Sequence[Fields]], Iterator[Clash]] | None = None
    """What does not go together in the manifests of the kind, from the fields of each. None where everything does."""


STILL = Passing()
