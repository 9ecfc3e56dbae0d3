"""Every check with what it is about, in the order in which a reviewer reads what they find.

A check looks at the drafted plan and not at what others found, so the order means nothing else. What takes a person to allow comes
first, then what the object itself lacks, then what others have to do with it.

Terms. A *rule* is a line of this registry: it names a check, and says as data what the check is *about*: operations, and other things
of a plan (`Topic`). Where a plan has none of them the check could find nothing. It is not asked then, and its module is not imported:
the plan of a new user with a policy and a service meets five rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from importlib import import_module
from typing import TypeAlias

from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import ChildList, Kind
from pdsync.plan.change import Change, ChildOperation, Operation
from pdsync.plan.checks.check import Check, PlanContext
from pdsync.plan.loss import compute_loss


class Topic(Enum):
    """What a rule can be about besides operations."""

    CHILD_CHANGE = auto()
    """An item of a child list that changes."""
    LASTING_ITEM = auto()
    """An item that changes, of a list of which the API cannot make every item."""
    MISSED_ITEM = auto()
    """An item that changes, of a list of which a reviewer reads what each item that goes means."""
    ITEM_BY_NAME = auto()
    """An item that changes, of a list whose items PagerDuty finds by their names."""
    CHILD_LIST = auto()
    """A child list that a manifest names, whether it changes or not."""
    LOST_ITEM = auto()
    """An item that a change loses."""
    ORPHAN = auto()
    """A managed object that no manifest describes."""
    ASSIGNEE = auto()
    """A person or policy that is named to take over open incidents."""
    LIKELY = auto()
    """An object that may be that of a manifest which found none or another one, or one that a manifest says is another."""
    NO_FROM_ADDRESS = auto()
    VALUE = auto()
    """A value of a custom field that a manifest names."""
    CONTAINER = auto()
    """An object that others can be in one of at most (`ExclusiveFact`), in the account or in a manifest."""
    SHARED = auto()
    """A field that several manifests declare items of."""
    OPEN = auto()
    """An open field (`pdsync.model.codec.open`) that changes."""
    SEALED = auto()
    """A kind with secrets that no answer shows, of which there is a manifest."""
    WARNED = auto()
    """A document that PagerDuty warned about when it was written last."""
    STARTED = auto()
    """An automation action of the account or of a manifest: rules can start it."""
    FIXED_SET = auto()
    """A field of a manifest that holds something for each of a set that PagerDuty has (`Facts.fixed_set`)."""
    FEATURE = auto()
    """A feature that is off for an object of a manifest."""
    TROUBLE = auto()
    """An object of a manifest with which something is wrong that no manifest can change."""

    # What the kind of a changed object declares.
    ACTION = auto()
    ABILITY = auto()
    CAPACITY = auto()
    HANDED_OUT = auto()
    FIXED = auto()
    OPTION = auto()
    COVERAGE = auto()
    MEMBERSHIP = auto()
    ON_CALL = auto()
    PERSON = auto()
    PLACEHOLDER = auto()
    RESTING_LIST = auto()
    SESSION = auto()
    ROTATION = auto()
    STEPPED = auto()
    TREE = auto()


_STARTED = "automation_action"
Subject: TypeAlias = Operation | Topic

_DECLARED: Mapping[Topic, Callable[[Kind], object]] = {
    Topic.ABILITY: lambda kind: kind.facts.abilities,
    Topic.ACTION: lambda kind: kind.facts.actions,
    Topic.CAPACITY: lambda kind: kind.facts.capacity,
    Topic.HANDED_OUT: lambda kind: kind.facts.hands_out,
    Topic.COVERAGE: lambda kind: any(declared.coverage is not None for declared in kind.children),
    Topic.FIXED: lambda kind: any(it.fixed for it in kind.fields),
    Topic.OPTION: lambda kind: kind.facts.options,
    Topic.MEMBERSHIP: lambda kind: kind.facts.membership,
    Topic.ON_CALL: lambda kind: kind.facts.on_call,
    Topic.PERSON: lambda kind: kind.facts.person,
    Topic.PLACEHOLDER: lambda kind: kind.facts.placeholders,
    Topic.RESTING_LIST: lambda kind: any(declared.rests_on is not None for declared in kind.children),
    Topic.ROTATION: lambda kind: kind.rotates and not kind.stepped,
    Topic.SESSION: lambda kind: kind.facts.ends_sessions,
    Topic.STEPPED: lambda kind: kind.stepped,
    Topic.TREE: lambda kind: kind.facts.tree,
}
_DECLARED_OF_LIST: Mapping[Topic, Callable[[ChildList], object]] = {
    Topic.ITEM_BY_NAME: lambda declared: declared.by_name,
    Topic.LASTING_ITEM: lambda declared: declared.may_last,
    Topic.MISSED_ITEM: lambda declared: declared.when_removed,
}
"""What the list of an item that changes declares."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A check by name, and what it is about: any one of these in a plan gives it something to judge."""

    name: str
    """``module:Class`` below `pdsync.plan.checks`."""
    about: frozenset[Subject]

    def load(self) -> Check:
        """The check. Its module is imported on first use."""
        module, _, name = self.name.partition(":")
        check: Check = getattr(import_module(f"pdsync.plan.checks.{module}"), name)()
        return check


def _rule(name: str, *about: Subject) -> Rule:
    return Rule(name, frozenset(about))


CHECKS: tuple[Rule, ...] = (
    _rule("adoption:Adoption", Operation.ADOPT),
    _rule("managed_kind:ManagedKinds", Operation.UPDATE, Operation.DELETE),
    _rule("exclusive:Exclusives", Topic.CONTAINER),
    _rule("tombstone:Tombstones", Operation.DELETE),
    _rule("ownership_line:OwnershipLine", Operation.UPDATE, Operation.ADOPT),
    _rule("kept_object:KeptObjects", Operation.DELETE),
    _rule("fixed_field:FixedFields", Topic.FIXED),
    _rule("replacement:Replacements", Operation.REPLACE, Operation.RETIRE),
    _rule("lasting_item:LastingItems", Topic.LASTING_ITEM),
    _rule("dangling_item:DanglingItems", Topic.RESTING_LIST),
    _rule("rotation:Rotations", Topic.ROTATION),
    _rule("stepped_field:SteppedFields", Topic.STEPPED),
    _rule("from_address:FromAddress", Topic.NO_FROM_ADDRESS),
    _rule("key_rotation:KeyRotations", Topic.CHILD_CHANGE),
    _rule("shared_field:SharedFields", Topic.SHARED),
    _rule("lost_item:LostItems", Topic.LOST_ITEM, Topic.MISSED_ITEM, Operation.DELETE),
    _rule("ending:Endings", Operation.DELETE, Topic.LOST_ITEM),
    _rule("coverage:Coverage", Topic.COVERAGE),
    _rule("look_alike:LookAlikes", Topic.ORPHAN, Operation.DELETE),
    _rule("changed_identity:ChangedIdentities", Topic.LIKELY),
    _rule("open_incident:IncidentBlockers", Operation.DELETE, Topic.ASSIGNEE),
    _rule("reference_blocker:ReferenceBlockers", Operation.DELETE),
    _rule("mention:Mentions", Operation.DELETE),
    _rule("taken_name:TakenNames", Operation.CREATE, Operation.UPDATE, Operation.ADOPT),
    _rule("role:Roles", Topic.PERSON, Topic.ON_CALL, Topic.MEMBERSHIP),
    _rule("ability:Abilities", Topic.ABILITY),
    _rule("feature:Features", Topic.FEATURE),
    _rule("fixed_set:FixedSets", Topic.FIXED_SET),
    _rule("ended_session:EndedSessions", Topic.SESSION),
    _rule("placeholder:Placeholders", Topic.PLACEHOLDER),
    _rule("action:Actions", Topic.ACTION),
    _rule("unshown_input:UnshownInputs", Topic.ACTION),
    _rule("secret:Secrets", Topic.OPEN),
    _rule("hidden_secret:HiddenSecrets", Topic.SEALED),
    _rule("secret:SealedSecrets", Topic.SEALED),
    _rule("handed_out:HandedOut", Topic.HANDED_OUT),
    _rule("capacity:Capacities", Topic.CAPACITY),
    _rule("trouble:Troubles", Topic.TROUBLE),
    _rule("field_option:FieldOptions", Topic.OPTION),
    _rule("field_value:FieldValues", Topic.VALUE, Topic.OPEN, Operation.DELETE),
    _rule("license:Licenses", Topic.PERSON),
    _rule("implied_member:Members", Topic.CHILD_CHANGE, Topic.CHILD_LIST),
    _rule("duplicate:Duplicates", Topic.CHILD_LIST),
    _rule("alike_name:AlikeNames", Topic.ITEM_BY_NAME),
    _rule("email_domain:EmailDomains", Topic.CHILD_CHANGE),
    _rule("taken_address:TakenAddresses", Topic.CHILD_CHANGE),
    _rule("tree:Trees", Topic.TREE),
    _rule("circle:Circles", Topic.CHILD_CHANGE),
    _rule("startable:StartableActions", Topic.STARTED),
    _rule("warned_document:WarnedDocuments", Topic.WARNED),
    # Who is paged can hang on any object, over references.
    _rule("no_responder:Responders", Operation.CREATE, Operation.UPDATE, Operation.ADOPT, Operation.DELETE),
)
"""These see all that was drafted."""

LIMITS: tuple[Rule, ...] = (_rule("delete_limit:DeleteLimits", Operation.DELETE, Topic.LOST_ITEM),)
"""These see what is left once the targets are chosen: a limit counts what an apply would do."""


_OF_LISTS = frozenset({Topic.CHILD_LIST, Topic.CHILD_CHANGE})


def load_applicable(rules: Sequence[Rule], subjects: frozenset[Subject]) -> Iterator[Check]:
    """The checks that are about any of these, in their order."""
    return (rule.load() for rule in rules if not rule.about.isdisjoint(subjects))


def find_subjects(context: PlanContext) -> frozenset[Subject]:
    """What of a plan there is to judge."""
    topics: dict[Topic, object] = {
        Topic.CHILD_LIST: any(pair.children for pair in context.paired.pairs.values()),
        Topic.ORPHAN: context.pairing.orphans,
        Topic.ASSIGNEE: context.options.reassign_to,
        Topic.LIKELY: context.pairing.likely
        or context.pairing.doubtful
        or any(it.resource.lifecycle.distinct_from for it in context.paired.pairs.values()),
        Topic.NO_FROM_ADDRESS: not context.options.has_from,
        Topic.VALUE: any(
            pair.kind.facts.values is not None and pair.written.get(pair.kind.facts.values.field)
            for pair in context.paired.pairs.values()
        ),
        Topic.CONTAINER: _has_containers(context),
        Topic.OPEN: any(
            delta.field in BY_SLUG[change.kind].open_fields
            for change in context.changes.values()
            for delta in change.deltas
        ),
        Topic.SEALED: any(
            side.SEALED
            for slug in {pair.resource.kind for pair in context.paired.pairs.values()}
            for side in BY_SLUG[slug].open_fields.values()
        ),
        Topic.SHARED: any(pair.resource.gathered for pair in context.paired.pairs.values()),
        Topic.STARTED: bool(context.account.objects.get(_STARTED))
        or any(pair.kind.slug == _STARTED for pair in context.paired.pairs.values()),
        Topic.WARNED: any(it.last is not None and it.last.warned for it in context.paired.pairs.values()),
        Topic.FIXED_SET: any(pair.kind.facts.fixed_set in pair.fields for pair in context.paired.pairs.values()),
        Topic.FEATURE: any(
            (feature := pair.kind.facts.feature) is not None and pair.after.get(feature.field) is False
            for pair in context.paired.pairs.values()
        ),
        Topic.TROUBLE: any(
            (trouble := pair.kind.facts.trouble) is not None and pair.live is not None and trouble(pair.live)
            for pair in context.paired.pairs.values()
        ),
    }
    found = find_change_subjects(context.changes.values()) | {topic for topic, there in topics.items() if there}
    return found if found & _OF_LISTS else found - {Topic.COVERAGE, Topic.RESTING_LIST}


def _has_containers(context: PlanContext) -> bool:
    slugs = {kind.slug for kind in KINDS if kind.facts.exclusive is not None}
    account = context.account
    is_live = any(account.objects.get(slug) or account.implied.get(slug) for slug in slugs)
    return is_live or any(change.kind in slugs for change in context.changes.values())


def _loses(change: Change) -> bool:
    """Whether it takes an item away, also where another one comes in its place."""
    return bool(compute_loss(change).total) or any(it.operation is ChildOperation.REMOVE for it in change.children)


def find_change_subjects(changes: Iterable[Change]) -> frozenset[Subject]:
    """What the changes alone show: operations, child items, and what kinds declare."""
    listed = tuple(changes)
    found: set[Subject] = {change.operation for change in listed}
    # A replacement makes an object and deletes one.
    found |= {Operation.CREATE} if Operation.REPLACE in found else set()
    found |= {Operation.DELETE} if Operation.RETIRE in found else set()
    if any(change.children for change in listed):
        found.add(Topic.CHILD_CHANGE)
    if any(not change.makes and _loses(change) for change in listed):
        found.add(Topic.LOST_ITEM)
    kinds = {slug: BY_SLUG[slug] for slug in {change.kind for change in listed}}
    named = {(change.kind, child.list_name) for change in listed for child in change.children}
    lists = [it for kind in kinds.values() for it in kind.children if (kind.slug, it.name) in named]
    found.update(topic for topic, is_declared in _DECLARED_OF_LIST.items() if any(map(is_declared, lists)))
    for topic, declared in _DECLARED.items():
        if any(declared(kind) for kind in kinds.values()):
            found.add(topic)
    return frozenset(found)
