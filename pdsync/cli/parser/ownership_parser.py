"""Options of the commands that bring objects and manifests together, or let go: export, import-terraform, accept, adopt, release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.option import PATHS, output


@click.command()
@click.argument("target", metavar="KIND/NAME[:FIELD]")
@PATHS
@click.option("-n", "--dry-run", is_flag=True, help="Show the difference, and write nothing.")
@click.pass_obj
def accept(invocation: Invocation, /, target: str, paths: tuple[str, ...], dry_run: bool) -> int:
    """Write what the account holds into a manifest.

    The opposite of apply, for one object or one of its fields: the manifest file gets the live values of what a plan would change.
    Everything else in the file stays as it is, comments included. Nothing is written to PagerDuty.
    """
    from pdsync.cli.command.accept import accept

    return accept(invocation, target, paths, dry_run=dry_run)


@click.command()
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", required=True, help="The folder to write to.")
@click.option("--team", metavar="NAME", help="Only this team: its people, schedules, policies and services.")
@click.option("--codeowners", metavar="ORG", help="Also write CODEOWNERS, with the teams of this organisation.")
@click.option(
    "--overwrite", is_flag=True, help="Replace files that an earlier export wrote, unless they were edited since."
)
@output("text", "json")
@click.pass_obj
def export(invocation: Invocation, /, out: Path, output: Any, **options: Any) -> int:
    """Write the account as manifests, a folder for each team.

    A plan of them changes no field: it only shows what would be adopted. Nothing is written to PagerDuty, and no key of an integration is
    written to a file.
    """
    from pdsync.cli.command.export import ExportCommand, export

    return export(invocation, out, output, ExportCommand(**options))


@click.command("import-terraform")
@click.argument("states", nargs=-1, required=True, metavar="STATE...", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default="manifests",
    show_default=True,
    help="The folder to write to.",
)
@click.option(
    "--overwrite", is_flag=True, help="Replace files that an earlier import wrote, unless they were edited since."
)
@output("text", "json")
@click.pass_obj
def import_terraform(
    invocation: Invocation, /, states: tuple[Path, ...], out: Path, output: Any, overwrite: bool
) -> int:
    """Write what Terraform manages as manifests.

    STATE: the output of 'terraform show -json', or a state file as Terraform keeps it; - reads one from the standard input. Several
    are put together.

    Every manifest has the id of its object, and a plan of them only adopts. Nothing is asked of PagerDuty, and no key, token or
    sensitive value is written to a file. At the end it prints how Terraform forgets what the manifests describe.
    """
    from pdsync.cli.command.import_terraform import import_terraform

    return import_terraform(invocation, states, out, output, overwrite=overwrite)


_TARGETS = click.argument("targets", nargs=-1, required=True, metavar="KIND/NAME...")
_YES = click.option("-y", "--yes", is_flag=True, help="Do not ask.")


@click.command()
@_TARGETS
@_YES
@click.pass_obj
def adopt(invocation: Invocation, /, targets: tuple[str, ...], yes: bool) -> int:
    """Adopt objects that are exactly as their manifests say.

    Writes the ownership line and nothing else. If one of them differs, nothing is written: 'pdsync apply --adopt' adopts and changes them.
    """
    from pdsync.cli.command.adopt import adopt

    return adopt(invocation, targets, yes=yes)


@click.command()
@_TARGETS
@_YES
@click.pass_obj
def release(invocation: Invocation, /, targets: tuple[str, ...], yes: bool) -> int:
    """Release objects: remove the ownership line, and change nothing else.

    Works with and without a manifest. pdsync no longer changes them.
    """
    from pdsync.cli.command.release import release

    return release(invocation, targets, yes=yes)


def add_ownership_commands(group: click.Group) -> None:
    """Adds them to the program."""
    for command in (accept, adopt, export, import_terraform, release):
        group.add_command(command)
