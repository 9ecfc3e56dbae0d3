"""From an account to the files of its manifests. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pdsync.export.codeowners import render_codeowners
from pdsync.export.document import SCHEMA_URL, ManifestText, render_file
from pdsync.export.folder import Folders, file_name, split_documents
from pdsync.export.key import assign_keys
from pdsync.export.namer import Namer
from pdsync.export.obstacle import find_obstacles
from pdsync.export.refused import refused_everywhere, without_refused
from pdsync.export.spec import WrittenSpec, write_spec
from pdsync.export.team import find_team, select_team, teams_of
from pdsync.export.text_file import TextFileWriter
from pdsync.kinds import BY_SLUG, KINDS
from pdsync.model import Account, LiveObject
from pdsync.model.address import render_address
from pdsync.model.marker import carries_line
from pdsync.model.ref import ID_PATTERN


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How to export."""

    workspace: str
    team: str | None = None
    """Name, id or key of the only team to export."""
    organisation: str | None = None
    """Whose teams a CODEOWNERS file names; None for no such file."""
    base: str = ""
    """The path of the output folder in its repository, for CODEOWNERS."""
    keys: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Keys that objects without an ownership line get, by kind and id; each is of one object of its kind."""
    is_partial: bool = False
    """True where the account is known in part. Every manifest gives the id of its object then, as does every reference to what has no
    manifest: a name may be that of another object too."""
    schema: str | None = None
    """The path of the JSON Schema from the output folder, for editors; None for its address on the web."""
    omitted: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    """Fields that are not known, by kind and id of the object, each with the reason: a comment says it."""
    noted: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    """What a comment says about fields, by kind and id of the object; under the empty name about the object."""
    named: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Fields and child lists that each manifest names, by kind: Defaults of the output folder would give it another value."""
    named_of: Mapping[tuple[str, str], Collection[str]] = field(default_factory=dict)
    """Further ones that the manifest of one object names, by its kind and id."""

    def named_in(self, live: LiveObject) -> Collection[str]:
        """The fields and lists that the manifest of an object names, whatever they hold."""
        return {*self.named.get(live.kind, ()), *self.named_of.get((live.kind, live.id), ())}

    def noted_in(self, spec: WrittenSpec, live: LiveObject) -> WrittenSpec:
        """The spec of an object without what is unknown, and with the comments about it. The spec itself changes."""
        for name, why in self.omitted.get((live.kind, live.id), {}).items():
            spec.leave_out(name, why)
        for name, text in self.noted.get((live.kind, live.id), {}).items():
            spec.comments.setdefault(name, []).append(text)
        return spec


@dataclass(frozen=True, slots=True)
class Export:
    """What to write, and what is not in it."""

    files: Mapping[str, str]
    """Texts by path below the output folder, with forward slashes; sorted."""
    exported: tuple[tuple[str, str], ...] = ()
    """The objects that have manifests, by kind and id."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many objects of each kind are exported, by slug."""
    left_out: tuple[str, ...] = ()
    """Objects that are not exported, each with the reason."""
    flawed: frozenset[str] = frozenset()
    """Those of `left_out` whose values no manifest can hold: they can be exported when their values are corrected in PagerDuty."""
    items_left_out: Mapping[tuple[str, str], Mapping[tuple[str, str], str]] = field(default_factory=dict)
    """Items that are in no list of their object's manifest, by kind and id of the object: each by the name of the list and its own id,
    with the reason."""
    fields_left_out: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    """Fields that are not in their object's manifest and that a comment names, by kind and id of the object: each with the reason."""
    incomplete: tuple[str, ...] = ()
    """Objects some values of which are left out; comments in the files say which and why."""
    subdomain: str = ""
    """That of the account; empty where it is not known."""


def build_export(account: Account, options: ExportOptions) -> Export:
    """The files for an account that was read whole, members and vendors included. Raises TeamError.

    The manifests mean what the account holds: a plan of them changes no field. They hold no ids but where nothing else tells
    two things apart, so the same company in another account gives the same files.
    """
    refused = [
        f"{name} of all {BY_SLUG[slug].nouns}: PagerDuty refuses to show it: {why}"
        for slug, name, why in refused_everywhere(account)
    ]
    account = _gathered(without_refused(account))
    keys = assign_keys(account, options.workspace, options.keys)
    team = find_team(account, options.team) if options.team is not None else None
    chosen = select_team(account, team) if team is not None else None
    candidates = [live for live in _all(account) if chosen is None or (live.kind, live.id) in chosen]
    obstacles = find_obstacles(account, options.workspace)
    writable = [live for live in candidates if (live.kind, live.id) not in obstacles and not _says_nothing(live)]
    flaws = _find_flaws(account, writable)
    exported = {
        (live.kind, live.id): keys[live.kind, live.id] for live in writable if (live.kind, live.id) not in flaws
    }
    folders = Folders(account, keys)
    namer = Namer(replace(account, objects={}) if options.is_partial else account, exported)
    texts: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    beside = TextFileWriter()
    incomplete = []
    items_left_out, fields_left_out = {}, {}
    for rank, kind in enumerate(KINDS):
        for live in account.objects.get(kind.slug, ()):
            key = exported.get((live.kind, live.id))
            if key is None:
                continue
            spec = options.noted_in(write_spec(kind, live, namer, account.fetched_at, options.named_in(live)), live)
            if spec.is_incomplete:
                incomplete.append(render_address(live.kind, key))
            items_left_out[live.kind, live.id] = spec.items_left_out
            fields_left_out[live.kind, live.id] = spec.fields_left_out
            pinned = live.id if _has_id(live) and (options.is_partial or _is_pinned(account, live)) else None
            protect = live.marker is not None and live.marker.protect
            folder = folders.of_team(team.id) if team is not None else folders.of(live)
            beside.take_out(kind, key, folder, spec.values)
            text = ManifestText(kind, key, spec.values, spec.comments, pinned, protect).render()
            texts[folder, file_name(kind)].append((rank, key, text))
    # From each file the path begins in the folder of the file.
    schema = f"../{options.schema}" if options.schema is not None else SCHEMA_URL
    files = {**_files(texts, schema), **beside.files}
    if options.organisation is not None:
        owned = _owned(account, folders, {folder for folder, _ in texts})
        files["CODEOWNERS"] = render_codeowners(options.organisation, options.base, owned)
    return Export(
        files=dict(sorted(files.items())),
        exported=tuple(exported),
        counts=Counter(kind for kind, _ in exported),
        left_out=(*refused, *_left_out(account, candidates, {**obstacles, **flaws})),
        flawed=frozenset(_left_out(replace(account, unknown={}), candidates, flaws)),
        items_left_out=items_left_out,
        fields_left_out=fields_left_out,
        incomplete=tuple(incomplete),
        subdomain=account.subdomain,
    )


def _gathered(account: Account) -> Account:
    """The account with one object in place of several that one manifest describes."""
    objects = {
        kind.slug: tuple(kind.passing.gather(account.objects[kind.slug], account))
        for kind in KINDS
        if kind.passing.gather is not None and account.objects.get(kind.slug)
    }
    return replace(account, objects={**account.objects, **objects}) if objects else account


def _owned(account: Account, folders: Folders, there: set[str]) -> dict[str, str]:
    """The names of the teams by their folders, of the folders that the export writes."""
    owners = {folders.of_team(live.id): live.name for live in teams_of(account)}
    return {folder: name for folder, name in owners.items() if folder in there}


def _says_nothing(live: LiveObject) -> bool:
    """Whether it is PagerDuty's own, and no one added anything to it as far as is known."""
    kind = BY_SLUG[live.kind]
    if kind.facts.as_made is not None and kind.facts.as_made(live):
        return True
    return kind.marker_line is not None and not carries_line(kind, live.name) and not any(live.children.values())


def _left_out(
    account: Account, candidates: Iterable[LiveObject], reasons: Mapping[tuple[str, str], str]
) -> Iterator[str]:
    for slug, why in sorted(account.unknown.items()):
        if slug in BY_SLUG:  # of a look-up table nothing is exported
            yield f"all {BY_SLUG[slug].nouns}: they cannot be read: {why}"
    for live in candidates:
        if (live.kind, live.id) in reasons:
            yield f"{live.kind} {live.name!r} ({live.id}): {reasons[live.kind, live.id]}"


def _all(account: Account) -> list[LiveObject]:
    return [live for kind in KINDS for live in account.objects.get(kind.slug, ())]


def _find_flaws(account: Account, objects: list[LiveObject]) -> dict[tuple[str, str], str]:
    """Objects that no manifest can describe, with the reason. How references are named makes no difference to that."""
    by_id = Namer(account, {})
    found = {}
    for live in objects:
        spec = write_spec(BY_SLUG[live.kind], live, by_id, account.fetched_at)
        if spec.flaw:
            found[live.kind, live.id] = spec.flaw
    return found


def _has_id(live: LiveObject) -> bool:
    """Whether the id is one that a manifest can name."""
    return re.fullmatch(ID_PATTERN, live.id) is not None


def _is_pinned(account: Account, live: LiveObject) -> bool:
    """Whether only the id tells the object from another one."""
    if BY_SLUG[live.kind].source.single:
        return False
    if not BY_SLUG[live.kind].identity:
        return live.marker is None
    return len(account.index.alike(live.kind, BY_SLUG[live.kind].identity, live.fields)) > 1


def _files(texts: Mapping[tuple[str, str], list[tuple[int, str, str]]], schema: str) -> dict[str, str]:
    files: dict[str, str] = {}
    for (folder, name), documents in texts.items():
        parts = split_documents(text for _, _, text in sorted(documents))
        for number, part in enumerate(parts, start=1):
            suffix = f"-{number}" if number > 1 else ""
            files[f"{folder}/{name}{suffix}.yaml"] = render_file(part, schema)
    return files
