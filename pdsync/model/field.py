"""A field of a kind: its codec, and what PagerDuty does with it, as data; and rules between fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pdsync.model.codec.open import Open, agree, open_of
from pdsync.model.codec.plain import MISSING, Canonical, Codec
from pdsync.model.document import FieldDocument
from pdsync.model.scope import Path, Scope

if TYPE_CHECKING:  # most plans have no field that is written in steps
    from pdsync.model.live import LiveObject
    from pdsync.model.stepped import LoadStepped


def _never(fields: Mapping[str, Canonical]) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Field:
    """One writable field, under PagerDuty's own name."""

    name: str
    codec: Codec
    description: str
    source: str
    """Where the rules below come from: the API description, or a public thread."""
    required: bool = False
    """True where an object cannot be created without it."""
    carry: bool = False
    """True where every PUT must hold it; an unmanaged one is carried over from the live object."""
    after_create: bool = False
    """True where a POST refuses every value but `initial`: another one is sent in a PUT right after."""
    initial: object = None
    fixed: bool = False
    """True where PagerDuty accepts it only with a new object."""
    fixed_for: Callable[[Mapping[str, Canonical]], bool] = field(default=_never, hash=False)
    """Whether PagerDuty accepts no change of it for an object with these fields, where that is not so of all."""
    sent_with: tuple[str, ...] = field(default=())
    """Fields that must be in the same request, or the server refuses it."""
    keyed_by: str = ""
    """For lists, and for the lists in a mapping: the member that names an item in a plan (``schedule_layers[Nights]``)."""
    main_list: str = ""
    """Where the lists are in a mapping: the one whose items go without its name (``router[databases]``)."""
    from_key: bool = False
    """True where a manifest that leaves the field out means its own key."""
    default: Canonical = field(default=MISSING, hash=False)
    """The canonical value that a new object has where the request does not name the field. An export does not write it, and a
    field that pdsync wrote returns to it once no manifest names the field. None is declared where it is not known."""
    always_exported: bool = False
    """True where a reader should see the value even if it is the default."""
    document: FieldDocument | None = None
    """How it is read and written, where that takes requests of its own."""
    stepped: LoadStepped | None = None
    """How it is written, where that takes several requests, each of which follows from what the account holds."""
    mirrored: bool = False
    """True where objects of another kind say the same of this one (`ExclusiveFact.same_as`), so that their writes change it too. Its live value
    counts in the comparison before a write only where that write holds it, and is not in the digest of a change."""
    chosen_by_server: bool = False
    """True where PagerDuty picks the value of a new object: it is not exported."""

    @property
    def open(self) -> Open | None:
        """The open side of its codec, where a manifest leaves parts to the server, or the server keeps parts to itself."""
        return open_of(self.codec)

    def is_fixed_for(self, fields: Mapping[str, Canonical]) -> bool:
        """Whether PagerDuty allows no change of it for an object with these fields."""
        return self.fixed or self.fixed_for(fields)

    @property
    def has_default(self) -> bool:
        """Whether the value is known that a new object has where the request does not name the field."""
        return self.default is not MISSING and not self.chosen_by_server

    def is_default(self, value: Canonical) -> bool:
        """Whether a new object has this value by default."""
        return self.default is not MISSING and bool(value == self.default)


def mirrored_fields(fields: Iterable[Field]) -> frozenset[str]:
    """The fields that a write to another object may change."""
    return frozenset([declared.name for declared in fields if declared.mirrored or _has_parts_of_others(declared)])


def _has_parts_of_others(declared: Field) -> bool:
    """Whether its parts belong to objects of another kind: a change of one of those may change or remove a part here."""
    return declared.document is not None and bool(declared.document.parts_of)


def is_empty(empty: Mapping[str, Canonical], fields: Mapping[str, Field], live: LiveObject) -> bool:
    """Whether an object has the values that `empty` names, as far as PagerDuty shows them. False where it names none."""
    shown = [name for name in empty if name not in live.unknown]
    return bool(empty) and all(agree(fields[name].codec, empty[name], live.fields.get(name)) for name in shown)


@dataclass(frozen=True, slots=True)
class SpecRule:
    """A rule of a kind that no schema can say, mostly because it is about several fields."""

    fields: tuple[str, ...]
    """What it looks at, fields and child lists. It is judged where all of them can be read."""
    check: Callable[[Mapping[str, Any], Scope, Path], None]
    """Takes the spec as written and its path, and reports problems."""
    about: frozenset[str] = frozenset()
    """It says something only of a spec that names one of these; of every spec where this is empty."""
