"""``pdsync export``: writes an account as manifests. Nothing is written to PagerDuty."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pdsync.cli.connection import open_client
from pdsync.cli.error import CliError, ExitCode, UsageError
from pdsync.cli.exported import json_form, missing_settings, render_export, render_next_step
from pdsync.cli.files.output_folder import OutputFolder
from pdsync.cli.files.repository import find_repository
from pdsync.cli.files.schema_copy import find_schema_copy
from pdsync.cli.invocation import Done, Invocation
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.setting import load_settings
from pdsync.engine.export import UnknownTeamError, export_account
from pdsync.export import ExportOptions

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
    options = ExportOptions(
        workspace.name,
        how.team,
        _organisation(how.codeowners),
        _path_in_repository(out),
        schema=find_schema_copy(settings.config.folder, out),
        named=workspace.load_default_names(str(out)),
    )
    folder = OutputFolder(out)
    try:
        with open_client(invocation, settings) as client:
            made = export_account(client, workspace, options, activity=activity_on(invocation.terminal))
    except UnknownTeamError as error:
        raise CliError(f"--team: {error.message}", error.hint) from None
    folder.write(made.files, overwrite=how.overwrite)
    invocation.done = Done(summary=render_export(made, out, details=False).rstrip("\n"))
    terminal, missing = invocation.terminal, missing_settings(settings, made)
    if output == "json":
        body = json_form(made, out) | {"settings": missing}
        terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    else:
        terminal.out(render_export(made, out, details=terminal.verbosity >= 0))
        terminal.note(render_next_step(settings, out, missing))
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
    root = find_repository(folder) or Path.cwd().resolve()
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else folder.name
