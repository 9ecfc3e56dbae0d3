"""``pdsync accept``: writes what the account holds into a manifest. Nothing is written to PagerDuty."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pdsync.accept import AcceptError, PlanProblemsError, compute_accepted
from pdsync.account import NeedsChildren, fetch_account
from pdsync.cli.connection import open_client
from pdsync.cli.error import CliError, ExitCode, UsageError
from pdsync.cli.files.manifest_file import ManifestFile
from pdsync.cli.invocation import Invocation
from pdsync.cli.planning import ProblemsError, Selection, check_account, load, make_options, report_problems
from pdsync.cli.problem_text import of_plan
from pdsync.cli.progress import show_activity
from pdsync.cli.setting.setting import Settings, load_settings
from pdsync.kinds import BY_SLUG, KINDS
from pdsync.manifest.tree import find_files
from pdsync.model import Account, Kind, Resource
from pdsync.model.address import AddressError, read_address, render_address
from pdsync.model.suggestion import did_you_mean
from pdsync.report.text.safe_text import safe_text


@dataclass(frozen=True, slots=True)
class Place:
    """What is to be accepted, as it stood on the command line."""

    kind: Kind
    key: str
    field: str | None = None

    @property
    def address(self) -> str:
        """Such as ``service/checkout-api``."""
        return render_address(self.kind.slug, self.key)


def parse_place(text: str) -> Place:
    """Reads ``KIND/NAME`` and ``KIND/NAME:field``. Raises UsageError."""
    address, colon, field = text.partition(":")
    try:
        slug, key = read_address(address, KINDS, "KIND/NAME or KIND/NAME:field")
    except AddressError as error:
        raise UsageError(f"{text}: {error.message}", error.hint) from None
    known = BY_SLUG[slug]
    names = [*(declared.name for declared in known.fields), *(child.name for child in known.children)]
    if colon and field not in names:
        hint = did_you_mean(field, names) or f"Fields: {', '.join(names)}."
        raise UsageError(f"{text}: {known.name} has no field {field!r}", hint)
    return Place(known, key, field or None)


def accept(invocation: Invocation, target: str, paths: Sequence[str], *, dry_run: bool = False) -> int:
    """Shows the difference that it makes to the manifest, and writes it unless `dry_run`."""
    place = parse_place(target)
    settings = load_settings(invocation)
    terminal = invocation.terminal
    # As 'plan' sees it: what it deletes decides too what differs elsewhere, such as who stays in the team of a schedule. Some manifests
    # alone say nothing of what has none.
    selection = Selection(paths=tuple(paths), prune="off" if paths else None)
    options = make_options(settings, selection)
    try:
        resources = load(settings, selection, replace(options, prune="off", prune_by_kind={}))
        _check_named(resources, place)
        account = _read(invocation, settings, resources, options.dooms)
        files = {
            found.shown: ManifestFile(found.path)
            for found in find_files(selection.paths or settings.config.manifest_paths()).files
        }
        texts = {shown: file.text for shown, file in files.items()}
        accepted = compute_accepted(
            texts, resources, account, options, place.address, place.field, settings.config.variables
        )
    except ProblemsError as error:
        return report_problems(invocation, error.problems, as_json=False)
    except PlanProblemsError as error:
        return report_problems(invocation, of_plan(error.problems), as_json=False)
    except AcceptError as error:
        raise CliError(f"{place.address}: {error.message}", error.hint) from None
    if accepted is None:
        what = f"{place.address}:{place.field}" if place.field else place.address
        terminal.out(f"Nothing to accept: {what} is in the account as its manifest says.\n")
        return ExitCode.OK
    terminal.out(_render_difference(accepted.file, texts[accepted.file], accepted.text))
    if dry_run:
        terminal.note("Nothing was written.")
    else:
        files[accepted.file].replace(accepted.text)
        terminal.note(f"{accepted.file} now says what the account holds ({', '.join(accepted.names)}).")
    return ExitCode.OK


def _check_named(resources: Sequence[Resource], place: Place) -> None:
    by_address = {resource.address: resource for resource in resources}
    found = by_address.get(place.address)
    if found is None:
        near = did_you_mean(place.address, by_address)
        hint = near or "What the account has and no manifest describes is written by 'pdsync export'."
        raise CliError(f"no manifest has the address {place.address}", hint)
    if place.field is not None and place.field not in {*found.fields, *found.children}:
        hint = f"Only what a manifest names is managed: write {place.field} into it first."
        raise CliError(f"{found.source}: the manifest of {place.address} does not name {place.field}", hint)


def _read(
    invocation: Invocation, settings: Settings, resources: Sequence[Resource], needs_children: NeedsChildren
) -> Account:
    with open_client(invocation, settings) as client, show_activity(invocation.terminal, "Reading the account") as say:
        account = fetch_account(client, resources, needs_children=needs_children, with_vendors=True, on_read=say)
    check_account(settings, account)
    return account


def _render_difference(file: str, before: str, after: str) -> str:
    """A unified diff, safe to print."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), file, file, lineterm="", n=2)
    return "".join(f"{safe_text(line)}\n" for line in lines)
