"""``pdsync export``: writes an account as manifests. Nothing is written to PagerDuty."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pdsync.account import fetch_account
from pdsync.cli.connection import open_client
from pdsync.cli.count_text import render_counts
from pdsync.cli.error import CliError, ExitCode, UsageError
from pdsync.cli.files.output_folder import OutputFolder
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import check_account
from pdsync.cli.progress import show_activity
from pdsync.cli.setting.setting import Settings, load_settings
from pdsync.export import Export, ExportOptions, TeamError, build_export
from pdsync.kinds import BY_SLUG
from pdsync.model import Account
from pdsync.report.text.safe_text import safe_text

Output = Literal["text", "json"]
_ORGANISATION = re.compile(r"@?([A-Za-z0-9][A-Za-z0-9._/-]*)")


def export(
    invocation: Invocation,
    out: Path,
    output: Output,
    *,
    team: str | None = None,
    codeowners: str | None = None,
    overwrite: bool = False,
) -> int:
    """Writes the files and says what is in them and what is not."""
    settings = load_settings(invocation)
    organisation = _organisation(codeowners)
    folder = OutputFolder(out)
    with open_client(invocation, settings) as client:
        account = _read(invocation, settings, client, team)
    check_account(settings, account)
    base = _path_in_repository(out)
    try:
        made = build_export(account, ExportOptions(settings.config.workspace, team, organisation, base))
    except TeamError as error:
        raise CliError(f"--team: {error.message}", error.hint) from None
    if not made.counts:
        raise CliError("there is nothing to export", "; ".join(made.left_out[:3]))
    folder.write(made.files, overwrite=overwrite)
    terminal = invocation.terminal
    if output == "json":
        terminal.out_json(json.dumps(_json(made, out), indent=2, ensure_ascii=False) + "\n")
    else:
        terminal.out(_text(made, out, details=terminal.verbosity >= 0))
        terminal.note(_next_step(settings, out))
    return ExitCode.OK


def _read(invocation: Invocation, settings: Settings, client: Any, team: str | None) -> Account:
    """The account with everything that an export needs: the members of each team cost a request, nothing else does."""

    def is_wanted(raw: Mapping[str, Any]) -> bool:
        return team is None or _may_be(raw, team)

    with show_activity(invocation.terminal, "Reading the account") as say:
        return fetch_account(client, [], also=is_wanted, with_vendors=True, on_read=say)


def _may_be(raw: Mapping[str, Any], team: str) -> bool:
    from pdsync.export.team import is_team

    return is_team(BY_SLUG["team"].read_live(raw), team)


def _organisation(given: str | None) -> str | None:
    if given is None:
        return None
    match = _ORGANISATION.fullmatch(given)
    if match is None:
        raise UsageError(f"--codeowners {given}: is no name of an organisation", "Write acme for github.com/acme.")
    return match[1]


def _path_in_repository(out: Path) -> str:
    """The folder as CODEOWNERS must name it: from the root of the repository it lies in, else from the current folder."""
    folder = out.resolve()
    root = next((above for above in (folder, *folder.parents) if (above / ".git").exists()), Path.cwd().resolve())
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else folder.name


def _next_step(settings: Settings, out: Path) -> str:
    config = settings.config
    if config.file is None:
        return f"Next: write pdsync.yaml with a workspace and 'paths: [{out}]', then run 'pdsync plan'."
    known = [path.resolve() for path in map(Path, config.manifest_paths())]
    inside = any(out.resolve().is_relative_to(path) for path in known)
    first = "" if inside else f"name {out} under paths in {config.file}, then "
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
