"""Listings: how the live objects of a kind are found, and at which path each of them is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Literal, TypeAlias

from pdsync.model.codec.plain import Canonical
from pdsync.model.nested_listing import NestedListing
from pdsync.model.parent_listing import ParentListing

Paging: TypeAlias = Literal["offset", "cursor", "after"]


@dataclass(frozen=True, slots=True)
class EndedListing:
    """How the same collection lists objects that have ended."""

    params: Mapping[str, str] = field(hash=False)
    """What the request says in place of the params of the listing."""
    narrowed_by: str
    """The parameter that narrows it to objects which refer to one of some ids."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A collection that lists the objects of a kind."""

    path: str
    """The collection: ``escalation_policies``. An object is at this path and its id."""
    paging: Paging = "offset"
    has_query: bool = True
    """True where ``query`` narrows the listing to objects of a name."""
    includes: tuple[str, ...] = ()
    """``include[]`` values of the list that bring everything in pages, and of the single GET."""
    optional_includes: tuple[str, ...] = ()
    """Includes that an account without the entitlement refuses with 403. They are left out then."""
    one_has_all: bool = False
    """True where the read of a single object takes no ``include[]`` and shows what the includes of the list bring."""
    may_be_refused: bool = False
    """True where many plans lack the collection, and may answer 404 for each object too: a 404 proves nothing of one. Only what needs the
    collection says that it is refused."""
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the request must say besides so that the collection is whole."""
    empty: Mapping[str, Canonical] = field(default_factory=dict, hash=False)
    """The fields of an object that was put out of use, where PagerDuty knows no DELETE. It keeps its name, its ownership line and its
    child items. Nothing where objects are deleted."""
    has_own: bool = False
    """True where PagerDuty makes some of the objects by itself: a reference that is the key of no manifest may be the name of one."""
    place: str = ""
    """Where an object is, if that takes more than its id: a path with members of its row in braces, ``{id}`` last. A new one is made at the
    path before that. Such objects are read through their collection alone."""
    verb: Literal["PUT", "PATCH"] = "PUT"
    """How an object is changed."""
    loose_wrapper: str = ""
    """The member in which some answers to a write hold the object, alone or in a list. Others are the object itself."""
    unlisted: str = ""
    """A member that the list may leave out of its rows. A row without it is read again, alone."""
    none_is_missing: bool = False
    """True where PagerDuty may answer the list with 404 while it has nothing in it."""
    gone_as_list: bool = False
    """True where PagerDuty may answer the GET of a deleted object with a list in place of a 404."""
    ended: EndedListing | None = None
    """How objects that have ended are listed, where `params` leave them out. Read only where a manifest may mean one of them."""
    on_demand: bool = False
    """True where the collection is read only if a manifest names the kind, something may be deleted, or a command asks for all
    there is. With `prune: report` an object whose last manifest is gone is then not named: weigh that against a request."""
    nested: NestedListing | None = None
    """How its objects are listed where PagerDuty lists them only for each row of another table, which is the `path` then."""
    single: str = ""
    """The id of the only object of the kind, where an account has exactly one and no request lists it: all that it holds is in documents.
    It is neither made nor deleted. What `empty` names is what a tombstone resets."""
    parent: ParentListing | None = None
    """How its objects are listed where PagerDuty lists them only for the object that they belong to. Those of a parent are read only if a
    manifest names the parent, or a command asks for all there is."""

    def path_to(self, identity: str, row: Mapping[str, Any]) -> str:
        """The path of the object of this id, which was answered as `row`."""
        if self.place:
            return self.place.format_map({**row, "id": identity})
        return self.path_of(identity)

    def path_of(self, identity: str) -> str:
        """The path of the object of this id, where the id alone tells it."""
        above = self.parent or self.nested
        return above.path_of(identity) if above else f"{self.path}/{identity}"

    def made_at(self, body: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The path of a POST, and its body without what the path says."""
        if not self.place:
            return self.path, dict(body)
        path = self.place.rpartition("/")[0]
        said = {name for _, name, _, _ in Formatter().parse(path) if name}
        return path.format_map(body), {name: value for name, value in body.items() if name not in said}


@dataclass(frozen=True, slots=True)
class LookUp:
    """A table that PagerDuty lists for every account and that no one manages: names and ids, such as those of vendors."""

    slug: str
    """The kind of references to its rows."""
    path: str
    """The collection."""
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the request must say so that the collection is whole."""
    host: str = "rest"
    """The name of the host and credential that the request goes to."""
    name: str = "name"
    """The member of a row that manifests refer to it by."""
    read_name: Callable[[Mapping[str, Any]], object] | None = None
    """Takes that name from a row, where no member of its own holds it."""
    is_partial: bool = False
    """True where there are more rows than the collection lists: an id that it lacks may lead somewhere."""

    def name_of(self, row: Mapping[str, Any]) -> object:
        """The name of a row, which is text."""
        return self.read_name(row) if self.read_name is not None else row.get(self.name)
