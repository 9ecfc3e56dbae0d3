"""``pdsync init``: sets up a folder: settings, first manifests, editor and CI. Nothing is written to PagerDuty."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pdsync.cli.connection import open_client
from pdsync.cli.error import CliError, ExitCode, UsageError
from pdsync.cli.exported import missing_settings, render_export
from pdsync.cli.files.local_folder import local_folder
from pdsync.cli.files.output_folder import RECORD, OutputFolder, make_folder, remove_folders, render_record
from pdsync.cli.files.repository import find_top_above
from pdsync.cli.files.schema_copy import FOLDER
from pdsync.cli.invocation import Done, GlobalOptions, Invocation
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.config import CONFIG_NAME, Config
from pdsync.cli.setting.setting import settings_of
from pdsync.cli.starter.answer import Answers, Given, read_answers
from pdsync.cli.starter.build import (
    IGNORED,
    MANIFESTS,
    build_schemas,
    build_settings,
    build_surroundings,
    example_manifests,
)
from pdsync.cli.starter.host import HostName, host_advice
from pdsync.engine.export import export_account
from pdsync.export import ExportOptions
from pdsync.model.schema import COMBINED_FILE
from pdsync.report.text.safe_text import safe_text


@dataclass(frozen=True, slots=True)
class _Start:
    """The first manifests."""

    files: Mapping[str, str]
    managed: Mapping[str, str]
    """The keys that pdsync.yaml needs for kinds without an ownership line."""
    says: str = ""
    """What was exported, and what was not."""
    subdomain: str = ""
    """The account that was exported. Empty for the local sandbox, which any workspace may use."""


def init(invocation: Invocation, folder: Path, given: Given) -> int:
    """Writes all files or none, and never over one. Says which, and what to run next."""
    if invocation.options.config is not None:
        raise UsageError(f"--config has no meaning here: init writes {CONFIG_NAME}", "Name the folder instead.")
    target = OutputFolder(folder, option="", keeps_record=False)
    _check_is_new(folder)
    answers = read_answers(invocation.terminal, folder, given)
    _check_is_top(folder, answers.host)
    start = _export(invocation, folder, answers) if answers.start == "account" else _Start(example_manifests(), {})
    surroundings = build_surroundings(answers.host)
    kept = {name: text for name, text in surroundings.items() if (folder / name).exists()}
    options = invocation.options
    account = {"subdomain": start.subdomain, "region": options.region, "from": options.from_email}
    values = {key: value for key, value in account.items() if value}
    files = {
        CONFIG_NAME: build_settings(answers.workspace, values, start.managed),
        **start.files,
        **build_schemas(),
        **{name: text for name, text in surroundings.items() if name not in kept},
    }
    target.write(files, overwrite=False)
    terminal = invocation.terminal
    place = "this folder" if _is_here(folder) else safe_text(str(folder))
    head = f"Set up the workspace {answers.workspace} in {place}:"
    invocation.done = Done(summary=head)
    lines = [head, *(f"  {name}" for name in _shown(files)), *_advice(folder, kept)]
    terminal.out("\n".join([*lines, *([start.says.rstrip()] if start.says else [])]) + "\n")
    for line in _next(folder, answers, given, _program(options)):
        terminal.note(line)
    return ExitCode.OK


def _check_is_new(folder: Path) -> None:
    """Raises CliError where the folder is set up, or has manifests that the new ones would mix with."""
    settings, manifests = folder / CONFIG_NAME, folder / MANIFESTS
    try:
        found = [f"{settings}: exists already"] if settings.exists() or settings.is_symlink() else []
        if manifests.is_dir() and not manifests.is_symlink() and any(manifests.iterdir()):
            found.append(f"{manifests}: exists already, and is not empty")
    except OSError as error:
        raise CliError(f"{folder}: cannot be read: {error.strerror or error}") from None
    if found:
        hint = "Nothing was written. This folder is in use: name a new one, as in 'pdsync init DIR'."
        raise CliError(found[0], hint, found[1:])


def _check_is_top(folder: Path, host: HostName) -> None:
    """Raises UsageError where the code host would not find its workflow."""
    top = find_top_above(folder)
    if host != "none" and top is not None:
        raise UsageError(
            f"--host {host}: {folder} is not the top folder of its repository, and CI reads its workflow only there",
            f"Run 'pdsync init' in {top}, or use --host none and see docs/how-to/run-in-ci.md.",
        )


def _export(invocation: Invocation, folder: Path, answers: Answers) -> _Start:
    """The account as manifests. The sandbox, where that is the account, is the one of the new folder."""
    config = Config(file=folder / CONFIG_NAME, workspace=answers.workspace, names_workspace=True)
    settings = settings_of(invocation, config)
    workspace = settings.workspace()
    named = workspace.load_default_names(str(folder / MANIFESTS))
    options = ExportOptions(workspace.name, schema=f"../{FOLDER}/{COMBINED_FILE}", named=named)
    with _room_for_sandbox(folder, is_needed=settings.base_url is None), open_client(invocation, settings) as client:
        made = export_account(client, workspace, options, activity=activity_on(invocation.terminal))
    files = {f"{MANIFESTS}/{name}": text for name, text in made.files.items()}
    files[f"{MANIFESTS}/{RECORD}"] = render_record(made.files)
    says = render_export(made, folder / MANIFESTS, details=invocation.terminal.verbosity >= 0)
    subdomain = made.subdomain if settings.base_url is not None else ""
    return _Start(files, missing_settings(settings, made), says, subdomain)


@contextmanager
def _room_for_sandbox(folder: Path, *, is_needed: bool) -> Iterator[None]:
    """Makes the folder that the sandbox is kept in. If the block fails, a folder that was made for it goes again."""
    made: list[Path] = []
    try:
        if is_needed:
            make_folder(folder, made)
        yield
    except BaseException as error:
        if made:
            shutil.rmtree(local_folder(folder), ignore_errors=True)
            remove_folders(made)
        if isinstance(error, OSError) and not folder.is_dir():
            raise CliError(f"{folder}: cannot be made: {error.strerror or error}") from None
        raise


def _shown(files: Mapping[str, str]) -> list[str]:
    """The files, with one line for all of an export's folders."""
    tops = {name.split("/")[0]: name for name in files}
    inner = [name for name in files if name.startswith(f"{MANIFESTS}/")]
    if len(inner) <= len(example_manifests()):
        return list(files)
    return [tops[CONFIG_NAME], f"{MANIFESTS}/", *(name for name in files if name not in {CONFIG_NAME, *inner})]


def _advice(folder: Path, kept: Mapping[str, str]) -> list[str]:
    """What to do about files that were there."""
    lines = []
    for name, text in kept.items():
        held = _read(folder / name)
        if held == text or (name == ".gitignore" and IGNORED in (line.strip() for line in held.splitlines())):
            continue
        lines.append(f"  {name}: left as it is; add to it:")
        lines += [f"    {line}" for line in text.splitlines() if not line.startswith("#")]
    return ["", "Existing files:", *lines] if lines else []


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _is_here(folder: Path) -> bool:
    return folder.resolve() == Path.cwd().resolve()


def _program(options: GlobalOptions) -> str:
    """pdsync with the options that name the account."""
    if options.sandbox:
        return "pdsync --sandbox"
    return f"pdsync --api-url {shlex.quote(options.api_url)}" if options.api_url else "pdsync"


def _no_workflow(folder: Path, given: Given) -> str:
    """Why there is no CI workflow, where that was not asked for."""
    top = find_top_above(folder)
    if given.host is not None or top is None:
        return ""
    return (
        f"No CI workflow was written: code hosts read it only in the top folder of a repository, {safe_text(str(top))}. "
        "See docs/how-to/run-in-ci.md."
    )


def _next(folder: Path, answers: Answers, given: Given, program: str) -> list[str]:
    """What to do next: `program` is pdsync with the options that name the account."""
    steps = [] if _is_here(folder) else [f"cd {shlex.quote(str(folder))}"]
    steps.append("pdsync validate")
    if answers.start == "account":
        steps.append(f"{program} plan --adopt    # shows what pdsync would adopt")
    else:
        steps.append("pdsync --sandbox plan    # on a local PagerDuty: needs no account")
    advice = host_advice(answers.host) or _no_workflow(folder, given)
    return ["", "Next:", *(f"  {step}" for step in steps), *([advice] if advice else [])]
