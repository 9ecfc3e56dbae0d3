"""How a Terraform type becomes what PagerDuty's API answers: tables that say which attribute is which field.

    object type    each resource is an object of one kind: a service
    item type      each resource is an item of a child list of an object: an integration of a service
    document type  each resource is a document of an object, which has requests of its own: the rules of a router
    unsure         a value that does not show the account's own value: the field is not named, so no plan compares it

A state never says more than the table asks for. So keys, tokens and passwords, which no table names, reach no manifest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pdsync.terraform.resource import StateResource

Parent: TypeAlias = tuple[str, str]
"""Kind and id of the object that an item belongs to."""


class UnsureError(ValueError):
    """The value does not tell what the account holds. Its text says why, after the name of the field."""


def as_it_is(value: Any) -> Any:
    """For values that Terraform holds in the API's form."""
    return value


def _no_notes(values: Mapping[str, Any], hidden: Collection[str]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Attribute:
    """Where an attribute goes."""

    field: str
    """The field of the kind."""
    read: Callable[[Any], Any] = as_it_is
    """Its value as the API answers it. May raise UnsureError."""
    member: str = ""
    """The member of the answer, if that has another name."""
    also: tuple[str, ...] = ()
    """Further fields that the member holds."""


@dataclass(frozen=True, slots=True)
class ObjectType:
    """A type whose resources are objects."""

    kind: str
    attributes: Mapping[str, Attribute]
    """By the name in Terraform."""
    whole: Callable[[Mapping[str, Any], Collection[str]], Mapping[str, Any]] | None = None
    """Fields that are made of several attributes, and members of the answer that are always so: from the attributes, and the names of
    those that are sensitive."""
    notes: Callable[[Mapping[str, Any], Collection[str]], Mapping[str, str]] = _no_notes
    """What a comment says about fields, from the same."""
    own: Mapping[str, Any] = field(default_factory=dict)
    """The fields of an object that PagerDuty has by itself. Terraform has no resource of it, but items. It is taken to be the only
    object of the kind that has items in the states and no resource."""
    own_note: str = ""
    """What a comment says about that."""


@dataclass(frozen=True, slots=True)
class Join:
    """Another resource that an item is made of."""

    attribute: str
    """The attribute that holds its id."""
    type: str
    """Its type, under which the item finds its attributes."""


@dataclass(frozen=True, slots=True)
class ItemType:
    """A type whose resources are items of child lists."""

    list_name: str
    parent: Callable[[Mapping[str, Any]], Parent]
    """The object that has the item, from the attributes."""
    item: Callable[[Mapping[str, Any]], dict[str, Any]]
    """The item as the API answers it. May raise UnsureError."""
    uses: frozenset[str]
    """The attributes that it is made of. Where one of them is sensitive, the item is left out."""
    join: Join | None = None


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A type whose resources are documents: fields of an object that have requests of their own."""

    field: str
    parent: Callable[[Mapping[str, Any]], Parent]
    """The object that has the document, from the attributes."""
    answer: Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], Any]
    """What PagerDuty answers to a GET of it, without its wrapper, from the attributes and those of every resource of another type (`with_type`). May raise
    UnsureError."""
    uses: frozenset[str]
    """The attributes that it is made of. Where one of them is sensitive, the document stays with Terraform."""
    with_type: str = ""
    """Another type whose resources say what the attributes mean."""
    is_always_named: bool = False
    """True where the manifest names the field whatever it holds: PagerDuty chooses a value by itself."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A type that owns a field of objects, which PagerDuty shows there too."""

    kind: str
    field: str
    owners: Callable[[Mapping[str, Any]], list[str]]
    """The ids of those objects."""


@dataclass(frozen=True, slots=True)
class ReadObject:
    """An object of a state, in the API's form."""

    raw: dict[str, Any]
    held: frozenset[str]
    """The fields that the state says something about."""
    unsure: dict[str, str] = field(default_factory=dict)
    """Fields that are not named, each with the reason."""
    notes: dict[str, str] = field(default_factory=dict)
    """What a comment says about fields."""


def read_object(declared: ObjectType, resource: StateResource) -> ReadObject:
    """The object that a resource is. What is null or empty in a state is what PagerDuty has by itself, and is not named."""
    raw: dict[str, Any] = {"id": resource.id, "type": declared.kind}
    held = set()
    unsure = {}
    for name, attribute in declared.attributes.items():
        value = resource.values.get(name)
        if name in resource.hidden:
            unsure[attribute.field] = "Terraform keeps it as a sensitive value"
        elif value not in (None, "", []):
            try:
                read = attribute.read(value)
            except UnsureError as error:
                unsure[attribute.field] = str(error)
                continue
            if read is not None:
                raw[attribute.member or attribute.field] = read
                held |= {attribute.field, *attribute.also}
    whole = declared.whole(resource.values, resource.hidden) if declared.whole is not None else {}
    raw |= whole
    notes = dict(declared.notes(resource.values, resource.hidden))
    return ReadObject(raw, frozenset(held | whole.keys()), unsure, notes)
