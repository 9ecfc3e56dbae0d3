"""Facts: what checks and predictions ask of a kind, as data.

A rule of PagerDuty that only some kinds know ("a stakeholder cannot be on call") is written once, in `plan/checks/`. Which kinds it
is about, and which of their fields, the kinds say here. A kind without a fact is not checked, so a new kind needs no facts.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pdsync.model.codec.plain import Canonical, Choice
from pdsync.model.codec.structure import Part

if TYPE_CHECKING:
    from pdsync.model.live import LiveObject


@dataclass(frozen=True, slots=True)
class PersonFact:
    """Objects of the kind are people: they can be on call and in teams, and their role decides which licence they take."""

    role_field: str
    default_role: str
    """The role of a new person where none is named."""
    owner_role: str
    """The role of the person who owns the account. It can be neither given nor taken away."""
    stakeholder_roles: frozenset[str]
    """Roles that can be neither on call nor in a team."""
    admin_roles: frozenset[str] = frozenset()
    """Roles that may change everything in the account. To take one away is a risk."""


@dataclass(frozen=True, slots=True)
class OnCallFact:
    """One field says who is on call: a list of layers, of escalation levels and the like."""

    field: str
    alone: Callable[[int, Mapping[str, Canonical]], str]
    """Says that an item, given by its number and value, names only one person or schedule: ``the only target of level 2``."""
    counted: bool = False
    """True where fewer items count as lost items, for the limits on deletes."""


@dataclass(frozen=True, slots=True)
class IncidentFact:
    """Open incidents depend on objects of the kind."""

    says: str
    """How an incident uses the object: ``following it``."""
    member: str
    """The member of an incident that leads to the object; with `through`, to an object that refers to it."""
    through: str = ""
    """The kind, by slug, that is between: incidents depend on what an object of that kind refers to."""
    refused: bool = False
    """True where PagerDuty itself refuses the delete while there are any."""
    moves_to: tuple[str, ...] = ()
    """The kinds, by slug, whose objects can take over the incidents. Such a kind has this fact too."""
    query: str = ""
    """The parameter by which PagerDuty lists the incidents of some objects: ``user_ids[]``. Without one they are looked for among
    the incidents of the objects that they are on."""
    is_origin: bool = False
    """True for the one kind that every incident is on, from its beginning to its end."""
    loses: str = ""
    """What the incidents lose with the object where they do not stop its delete: ``team``."""
    then: str = ""
    """What follows from that: ``everyone can see them then``."""


@dataclass(frozen=True, slots=True)
class AbilityFact:
    """A use of a field or child list that takes one of some abilities of the account."""

    abilities: tuple[str, ...]
    """Any of these is enough."""
    part: str
    """The field or child list; empty for objects of the kind as such."""
    says: str
    is_used: Callable[[Any], bool]
    """Whether a canonical value (of a child list: one item) uses it."""
    source: str
    include: str = ""
    """The optional include that reads it. PagerDuty refuses it where the account's plan lacks what is used."""


@dataclass(frozen=True, slots=True)
class FeatureFact:
    """Some of what objects of the kind hold does nothing while a feature is off."""

    field: str
    """The field that says whether it is on."""
    uses: Callable[[Mapping[str, Canonical]], tuple[str, ...]]
    """What of the fields of an object needs it, in running text."""


@dataclass(frozen=True, slots=True)
class PlaceholderFact:
    """Texts of the kind hold names in double braces, and PagerDuty lists the names that it fills in."""

    path: str
    """What lists them."""
    member: str
    """The member of a row that is the name."""
    fields: tuple[str, ...]
    """The fields that hold them."""
    others: tuple[str, ...] = ()
    """What names begin with that no list can hold."""


@dataclass(frozen=True, slots=True)
class ActionFact:
    """The items of one field run actions that the account offers."""

    field: str
    catalogue: str
    """The path that lists the actions."""
    never_shown: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    """Inputs that PagerDuty accepts and never shows again, by the id of the action without its version."""


def _never(live: LiveObject) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class ExclusiveFact:
    """An object is in one field of at most one object of the kind, the *container*: PagerDuty refuses a second one.

    The object may have a field of its own that says the same. PagerDuty shows there what the container says, and a write of that field
    takes the object out of the container.
    """

    field: str
    """The field that refers to the objects."""
    says: str
    """What a container does for them, as the end of a sentence: ``group the alerts``."""
    same_as: str = ""
    """The field of the objects that says the same. It declares `Field.mirrored`."""
    is_implied: Callable[[LiveObject], bool] = _never
    """Whether PagerDuty made a container from that field of its only object."""


def _always(fields: Mapping[str, Canonical]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class HandedOutFact:
    """PagerDuty makes a secret with a new object, and shows it only in the answer to the POST."""

    path: tuple[str, ...]
    """The members of the answer that lead to it."""
    noun: str
    """What it is: ``signing secret``."""
    applies: Callable[[Mapping[str, Canonical]], bool] = _always
    """Whether a new object with these fields has one."""

    def find(self, answer: Mapping[str, Any]) -> str | None:
        """The secret in an answer; None where it does not show one."""
        found: Any = answer
        for name in self.path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found if isinstance(found, str) and found else None


@dataclass(frozen=True, slots=True)
class OptionFact:
    """A field holds the texts that values of other objects may have, or each item of a child list does."""

    part: str
    """The field, or the child list."""
    carriers: str
    """What has the values: ``services``."""
    member: str = ""
    """The member of an item that holds the texts, of a child list."""
    default: str = ""
    """The member of an item that is one of the texts; empty where there is none."""


@dataclass(frozen=True, slots=True)
class ValueFact:
    """A field holds values by the names of custom fields, which are objects of another kind."""

    field: str
    of: str
    """The kind, by slug, whose objects say what the values may be."""


@dataclass(frozen=True, slots=True)
class VariantFact:
    """Manifests write several kinds by one name: a member of the spec tells which of them is meant."""

    member: str
    """The member that tells. The object has no such field."""
    value: int
    """What it says for this kind."""
    values: tuple[int, ...]
    """What it may say."""
    of: str
    """The slug of the kind that is meant where the member is left out."""
    description: str

    def said(self, slug: str) -> dict[str, int]:
        """What the spec of a manifest of the kind of this slug must say: nothing for the first kind."""
        return {} if slug == self.of else {self.member: self.value}

    def part(self, slug: str) -> Part:
        """The member in the spec of the kind of this slug. The first kind takes all values: a manifest with a wrong value is read as one
        of that kind, so the message about it names them all."""
        is_first = slug == self.of
        codec = Choice(self.values if is_first else (self.value,))
        return Part(self.member, codec, self.description, required=not is_first)


@dataclass(frozen=True, slots=True)
class CapacityFact:
    """PagerDuty refuses more than so many objects of the kind that have one value of a field."""

    field: str
    most: int
    source: str


@dataclass(frozen=True, slots=True)
class ReplacedFact:
    """A change of a `Field.fixed` field creates a new object in place of the old one, which is deleted last.

    Only for a kind whose objects carry an ownership line: that line of the new object says which one it replaces.
    """

    loses: tuple[str, ...] = ()
    """What is lost with the old object besides its id: ``its signing secret: the receiver must learn the new one``."""


@dataclass(frozen=True, slots=True)
class SoleFact:
    """PagerDuty keeps a field true for one object at most of those that share another field: the last one it was written for."""

    field: str
    """The field that is true for one of them."""
    among: str
    """The field that they share."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one kind. By default there are none."""

    person: PersonFact | None = None
    on_call: OnCallFact | None = None
    responders: str = ""
    """The field that leads to the people who are notified of the object's incidents."""
    incidents: IncidentFact | None = None
    abilities: tuple[AbilityFact, ...] = ()
    feature: FeatureFact | None = None
    exclusive: ExclusiveFact | None = None
    sole: SoleFact | None = None
    actions: ActionFact | None = None
    hands_out: HandedOutFact | None = None
    lets_go: str = ""
    """The field that PagerDuty takes a deleted object out of by itself, so that the field stops no delete."""
    teams: str = ""
    """The field that refers to the team of the object, or to several. What is on call brings its people into them."""
    teams_through: str = ""
    """The field that refers to the object whose teams this one is in as well."""
    membership: str = ""
    """The child list that says which people belong to the object. PagerDuty adds to it by itself who is on call for it."""
    tree: str = ""
    """The field that refers to the object of the same kind above this one. PagerDuty refuses a circle at every moment."""
    options: tuple[OptionFact, ...] = ()
    values: ValueFact | None = None
    loses: str = ""
    """What is lost for good with a deleted object: ``the values that services have for it``."""
    replaced: ReplacedFact | None = None
    """Without it a change of a fixed field is a blocker."""
    capacity: CapacityFact | None = None
    trouble: Callable[[LiveObject], str] | None = None
    """What is wrong with a live object that no manifest can change and a reviewer should know; empty where nothing is."""
    as_made: Callable[[LiveObject], bool] | None = None
    """Whether a live object is as PagerDuty made it by itself: no one set anything, and an export leaves it out."""
    placeholders: PlaceholderFact | None = None
    ends_sessions: str = ""
    """The field whose parts are types of sessions: a change of one ends all sessions of the type at once."""
    fixed_set: str = ""
    """The field that holds something for each of a set that PagerDuty has, by type. Nothing can be added to it."""
    refuses_account_key: bool = False
    """True where PagerDuty is known to refuse a change of such an object with an account-level key (403)."""
    needs_from: bool = False
    """True where an account-level key can make such an object only with a From address."""
    variant: VariantFact | None = None
    """Where the kind has its name together with others."""
    example: Mapping[str, Any] = field(default_factory=dict)
    """What the shortest manifest that is right holds besides the required parts, where a rule demands one of several."""
    rivals: Callable[[Mapping[str, Any]], Collection[str]] | None = None
    """The fields that what a spec names rules out, so that it takes no defaults for them. The spec may hold values of a wrong shape."""


@dataclass(frozen=True, slots=True)
class RestsOn:
    """Items of a child list that refer to items of another list of the same object, and go with them."""

    list_name: str
    member: str
    """The member that holds the reference."""
    name_of: Callable[[Mapping[str, Canonical]], str]
    """What a reference calls an item of the other list."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """A child list that should hold an item for each of some values."""

    says: Mapping[str, str] = field(hash=False)
    """What a reviewer reads when the last item for a value goes, by value."""
    values_of: Callable[[Mapping[str, Canonical]], tuple[Canonical, ...]]
    """The values that an item is for."""
