"""``pdsync export``: writes an account as manifests. Nothing is written to PagerDuty."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pdsync.cli.connection import open_client
from pdsync.cli.error import CliError, ExitCode, UsageError
from pdsync.cli.files.output_folder import OutputFolder
from pdsync.cli.invocation import Done, Invocation
from pdsync.cli.manifest_text import render_counts
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.setting import Settings, load_settings
from pdsync.engine.export import UnknownTeamError, export_account
from pdsync.export import Export, ExportOptions
from pdsync.kinds import KINDS
from pdsync.model.ownership import ByNaming
from pdsync.report.text.safe_text import safe_text

Output = Literal["text", "json"]
_ORGANISATION = re.compile(r"@?([A-Za-z0-9][A-Za-z0-9._/-]*)")


@dataclass(frozen=True, slots=True)
class ExportCommand:
    """What to export, as the command line says."""

    team: str | None = None
    codeowners: str | None = None
    overwrite: bool = False


def export(invocation: Invocation, out: Path, output: Output, how: ExportCommand) -> int:
    """Writes the files and says what is in them and what is not."""
    settings = load_settings(invocation)
    workspace = settings.workspace()
    options = ExportOptions(workspace.name, how.team, _organisation(how.codeowners), _path_in_repository(out))
    folder = OutputFolder(out)
    try:
        with open_client(invocation, settings) as client:
            made = export_account(client, workspace, options, activity=activity_on(invocation.terminal))
    except UnknownTeamError as error:
        raise CliError(f"--team: {error.message}", error.hint) from None
    folder.write(made.files, overwrite=how.overwrite)
    invocation.done = Done(summary=_text(made, out, details=False).rstrip("\n"))
    terminal = invocation.terminal
    if output == "json":
        terminal.out_json(
            json.dumps(_json(made, out) | {"settings": _missing_settings(settings, made)}, indent=2, ensure_ascii=False)
            + "\n"
        )
    else:
        terminal.out(_text(made, out, details=terminal.verbosity >= 0))
        terminal.note(_next_step(settings, out, _missing_settings(settings, made)))
    return ExitCode.OK


def _organisation(given: str | None) -> str | None:
    if given is None:
        return None
    match = _ORGANISATION.fullmatch(given)
    if match is None:
        raise UsageError(f"--codeowners {given}: is not a name of an organisation", "Write acme for github.com/acme.")
    return match[1]


def _path_in_repository(out: Path) -> str:
    """The folder as CODEOWNERS must name it: from the root of the repository it lies in, else from the current folder."""
    folder = out.resolve()
    root = next((above for above in (folder, *folder.parents) if (above / ".git").exists()), Path.cwd().resolve())
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else folder.name


def _missing_settings(settings: Settings, made: Export) -> dict[str, str]:
    """What pdsync.yaml must say before exported objects without an ownership line can be changed by their manifests."""
    exported = [kind for kind in KINDS if made.counts[kind.slug] and kind.slug not in settings.config.managed_kinds]
    owners = [kind.ownership for kind in exported if isinstance(kind.ownership, ByNaming)]
    return {ownership.setting: "managed" for ownership in owners if ownership.setting}


def _next_step(settings: Settings, out: Path, missing: Mapping[str, str]) -> str:
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
    return f"Next: {first}run 'pdsync plan'; it shows what would be adopted."


def _text(made: Export, out: Path, *, details: bool) -> str:
    count = len(made.files)
    lines = [
        f"Exported {render_counts(made.counts)} to {safe_text(str(out))} ({count} file{'' if count == 1 else 's'})."
    ]
    if made.left_out and details:
        lines += ["", f"Left out ({len(made.left_out)}), and referred to by name or id:"]
        lines += [f"  {safe_text(text)}" for text in made.left_out]
    if made.incomplete and details:
        lines += ["", f"Without values that no manifest can hold; a comment says which ({len(made.incomplete)}):"]
        lines += [f"  {address}" for address in made.incomplete]
    return "\n".join(lines) + "\n"


def _json(made: Export, out: Path) -> dict[str, Any]:
    return {
        "folder": str(out),
        "files": list(made.files),
        "counts": {slug: made.counts[slug] for slug in sorted(made.counts)},
        "left_out": list(made.left_out),
        "incomplete": list(made.incomplete),
    }
