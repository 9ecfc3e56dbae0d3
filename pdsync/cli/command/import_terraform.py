"""``pdsync import-terraform``: writes Terraform states as manifests. Asks nothing of PagerDuty."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from pdsync.cli.error import ExitCode, UsageError
from pdsync.cli.exported import (
    json_form,
    missing_settings,
    render_incomplete,
    render_list,
    render_next_step,
    render_written,
)
from pdsync.cli.files.output_folder import OutputFolder
from pdsync.cli.files.schema_copy import find_schema_copy
from pdsync.cli.invocation import Done, Invocation
from pdsync.cli.setting.setting import load_settings
from pdsync.client.server_clock import local_now
from pdsync.engine.terraform import import_terraform as import_states
from pdsync.report.text.safe_text import safe_text
from pdsync.terraform import LARGEST, Imported

Output = Literal["text", "json"]


def import_terraform(
    invocation: Invocation, states: Sequence[Path], out: Path, output: Output, *, overwrite: bool
) -> int:
    """Writes the files and says what is in them, what is not, and how Terraform forgets it."""
    settings = load_settings(invocation)
    folder = OutputFolder(out)
    files = [(str(state), _read(state)) for state in dict.fromkeys(states)]
    schema = find_schema_copy(settings.config.folder, out)
    made = import_states(files, settings.workspace(), local_now(), str(out), schema=schema)
    folder.write(made.export.files, overwrite=overwrite)
    invocation.done = Done(summary=render_written("Imported", made.export, out))
    terminal, missing = invocation.terminal, missing_settings(settings, made.export)
    for warning in made.warnings:
        terminal.warn(safe_text(warning))
    if output == "json":
        body = _json(made, out) | {"settings": missing}
        terminal.out_json(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
    else:
        terminal.out(_text(made, out, details=terminal.verbosity >= 0))
        terminal.note(render_next_step(settings, out, missing))
    return ExitCode.OK


def _read(state: Path) -> bytes:
    if str(state) == "-":
        data = sys.stdin.buffer.read(LARGEST + 1)
    elif state.is_dir():
        raise UsageError(f"{state}: is a folder", "Name the state file in it, or the output of 'terraform show -json'.")
    else:
        try:
            with state.open("rb") as opened:
                data = opened.read(LARGEST + 1)
        except OSError as error:
            raise UsageError(f"{state}: cannot be read: {error.strerror or error}") from None
    if len(data) > LARGEST:
        hint = "Split the state, or import the output of 'terraform show -json' of its parts."
        raise UsageError(f"{state}: is larger than {LARGEST // 1_000_000} MB", hint)
    return data


def _text(made: Imported, out: Path, *, details: bool) -> str:
    lines = [render_written("Imported", made.export, out)]
    if details:
        staying = [f"{each.count} {each.type}: {each.advice}." for each in made.staying]
        lines += render_list("Left out ({}); Terraform keeps them", made.left_out)
        lines += render_incomplete(made.export)
        lines += render_list("Not managed by pdsync ({})", staying)
        lines += _letting_go(made)
    return "\n".join(lines) + "\n"


def _letting_go(made: Imported) -> list[str]:
    """Commands that people copy, so each address is quoted for a shell."""
    lines = [
        "",
        "When the plan only adopts, let Terraform forget what the manifests describe. Remove the blocks from its configuration, and run:",
    ]
    for file, addresses in made.let_go.items():
        if len(made.let_go) > 1:
            lines.append(f"  # the state of {safe_text(file)}")
        lines += [f"  terraform state rm {safe_text(shlex.quote(address))}" for address in addresses]
    return lines


def _json(made: Imported, out: Path) -> dict[str, Any]:
    return json_form(made.export, out) | {
        "left_out": list(made.left_out),
        "warnings": list(made.warnings),
        "not_managed": [asdict(each) for each in made.staying],
        "state_rm": {file: list(addresses) for file, addresses in made.let_go.items()},
    }
