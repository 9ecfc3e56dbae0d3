"""The summary of manifests that were written from something else: what is in them, what is not, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pdsync.cli.manifest_text import render_counts
from pdsync.cli.setting.setting import Settings
from pdsync.export import Export
from pdsync.kinds import KINDS
from pdsync.model.ownership import ByNaming
from pdsync.report.text.safe_text import safe_text


def missing_settings(settings: Settings, made: Export) -> dict[str, str]:
    """What pdsync.yaml must say before exported objects without an ownership line can be changed by their manifests."""
    exported = [kind for kind in KINDS if made.counts[kind.slug] and kind.slug not in settings.config.managed_kinds]
    owners = [kind.ownership for kind in exported if isinstance(kind.ownership, ByNaming)]
    return {ownership.setting: "managed" for ownership in owners if ownership.setting}


def render_next_step(settings: Settings, out: Path, missing: Mapping[str, str]) -> str:
    """What to write into pdsync.yaml, and then to run."""
    config = settings.config
    lines = [f"'{key}: {value}'" for key, value in missing.items()]
    known = [path.resolve() for path in map(Path, config.manifest_paths())]
    if config.file is None:
        needed = ["a workspace", f"'paths: [{out}]'", *lines]
        first = f"write pdsync.yaml with {', '.join(needed[:-1])} and {needed[-1]}, then "
    else:
        named = any(out.resolve().is_relative_to(path) for path in known)
        steps = [*([] if named else [f"name {out} under paths"]), *(f"write {line}" for line in lines)]
        first = f"{' and '.join(steps)} in {config.file}, then " if steps else ""
    return f"Next: {first}run 'pdsync plan --adopt'; it shows what would be adopted."


def render_written(verb: str, made: Export, out: Path) -> str:
    """How much was written where."""
    count = len(made.files)
    return f"{verb} {render_counts(made.counts)} to {safe_text(str(out))} ({count} file{'' if count == 1 else 's'})."


def render_export(made: Export, out: Path, *, details: bool) -> str:
    """What an export wrote, and, in detail, what it left out."""
    lines = [render_written("Exported", made, out)]
    if details:
        lines += render_list("Left out ({}), and referred to by name or id", made.left_out)
        lines += render_incomplete(made)
    return "\n".join(lines) + "\n"


def render_list(title: str, lines: Sequence[object]) -> list[str]:
    """The lines below a title, which has a place for their number, after an empty line; nothing where there are none."""
    return ["", f"{title.format(len(lines))}:", *(f"  {safe_text(line)}" for line in lines)] if lines else []


def render_incomplete(made: Export) -> list[str]:
    """The manifests that a comment completes."""
    return render_list(
        "Incomplete, because a manifest cannot contain some of their values; a comment in each says which ({})",
        made.incomplete,
    )


def json_form(made: Export, out: Path) -> dict[str, Any]:
    """What was written, as plain JSON."""
    return {
        "folder": str(out),
        "files": list(made.files),
        "counts": {slug: made.counts[slug] for slug in sorted(made.counts)},
        "left_out": list(made.left_out),
        "incomplete": list(made.incomplete),
    }
