"""How a Terraform type becomes what PagerDuty's API answers: tables that say which attribute is which field.

    object type    each resource is an object of one kind: a service
    item type      each resource is an item of a child list of an object: an integration of a service
    unsure         a value that does not show the account's own value: the field is not named, so no plan compares it

A state never says more than the table asks for. So keys, tokens and passwords, which no table names, reach no manifest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


@dataclass(frozen=True, slots=True)
class Attribute:
    """Where an attribute goes."""

    field: str
    """The field or member, by PagerDuty's name."""
    read: Callable[[Any], Any] = as_it_is
    """Its value as the API answers it. May raise UnsureError."""


@dataclass(frozen=True, slots=True)
class ObjectType:
    """A type whose resources are objects."""

    kind: str
    attributes: Mapping[str, Attribute]
    """By the name in Terraform."""


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
class Claim:
    """A type that stays with Terraform and owns a field of objects that pdsync manages."""

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


def read_object(declared: ObjectType, resource: StateResource) -> ReadObject:
    """The object that a resource is. What is null or empty in a state is what PagerDuty has by itself, and is not named."""
    raw: dict[str, Any] = {"id": resource.id, "type": declared.kind}
    unsure = {}
    for name, attribute in declared.attributes.items():
        value = resource.values.get(name)
        if name in resource.hidden:
            unsure[attribute.field] = "Terraform keeps it as a sensitive value"
        elif value not in (None, "", []):
            try:
                raw[attribute.field] = attribute.read(value)
            except UnsureError as error:
                unsure[attribute.field] = str(error)
    held = frozenset(name for name, value in raw.items() if name not in ("id", "type") and value is not None)
    return ReadObject(raw, held, unsure)
