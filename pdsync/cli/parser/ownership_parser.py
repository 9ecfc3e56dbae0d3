"""Options of the commands that bring objects and manifests together, or let go: export, import-terraform, accept, adopt, release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.completer import complete_addresses
from pdsync.cli.parser.option import PATHS, output
from pdsync.cli.parser.program import command


@command(
    examples=(
        ("Take over a hand edit into the manifest", "pdsync accept service/checkout-api"),
        ("Only one field, and only show the difference", "pdsync accept service/checkout-api:urgency --dry-run"),
    )
)
@click.argument("target", metavar="KIND/NAME[:FIELD]", shell_complete=complete_addresses)
@PATHS
@click.option("-n", "--dry-run", is_flag=True, help="Show the difference, and stop there.")
@click.pass_obj
def accept(invocation: Invocation, /, target: str, paths: tuple[str, ...], dry_run: bool) -> int:
    """Write live values into a manifest.

    The opposite of apply, for one object or one of its fields: where a plan would change PagerDuty, the manifest gets the live value.
    Everything else in the file stays as it is, comments included. Writes nothing to PagerDuty.

    The object can be KIND/NAME, a key, a name in PagerDuty, an email address or an id.
    """
    from pdsync.cli.command.accept import accept

    return accept(invocation, target, paths, dry_run=dry_run)


@command(
    examples=(
        ("The whole account, a folder for each team", "pdsync export --out manifests"),
        ("One team, read from the sandbox", 'pdsync --sandbox export --out manifests --team "Payments"'),
    )
)
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", required=True, help="The folder to write to.")
@click.option("--team", metavar="NAME", help="Only this team, with its people, schedules, policies and services.")
@click.option("--codeowners", metavar="ORG", help="Also write CODEOWNERS, with the teams of this organization.")
@click.option("--overwrite", is_flag=True, help="Replace files of an earlier export, unless they were edited.")
@output("text", "json")
@click.pass_obj
def export(invocation: Invocation, /, out: Path, output: Any, **options: Any) -> int:
    """Write the account as manifests, a folder for each team.

    A plan of these manifests only adopts; it changes no field. Writes nothing to PagerDuty, and no integration key to a file.
    """
    from pdsync.cli.command.export import ExportCommand, export

    return export(invocation, out, output, ExportCommand(**options))


@command(
    "import-terraform",
    examples=(
        ("From a state file", "pdsync import-terraform terraform.tfstate"),
        ("From the current state", "terraform show -json | pdsync import-terraform - --out manifests"),
    ),
)
@click.argument("states", nargs=-1, required=True, metavar="STATE...", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    default="manifests",
    show_default=True,
    help="The folder to write to.",
)
@click.option("--overwrite", is_flag=True, help="Replace files of an earlier import, unless they were edited.")
@output("text", "json")
@click.pass_obj
def import_terraform(
    invocation: Invocation, /, states: tuple[Path, ...], out: Path, output: Any, overwrite: bool
) -> int:
    """Write manifests of the objects that Terraform manages.

    STATE is the output of 'terraform show -json', or a state file of Terraform; - reads one from standard input. You can name several.

    Every manifest has the id of its object, so a plan of them only adopts. Reads nothing from PagerDuty, and writes no key, token or
    sensitive value to a file. At the end it prints the commands that make Terraform forget these objects.
    """
    from pdsync.cli.command.import_terraform import import_terraform

    return import_terraform(invocation, states, out, output, overwrite=overwrite)


_TARGETS = click.argument("targets", nargs=-1, required=True, metavar="KIND/NAME...", shell_complete=complete_addresses)
_YES = click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation.")


@command(
    examples=(
        ("Adopt a service that is as its manifest says", "pdsync adopt service/checkout-api"),
        ("Several objects, without a question", "pdsync adopt service/checkout-api schedule/payments --yes"),
    )
)
@_TARGETS
@_YES
@click.pass_obj
def adopt(invocation: Invocation, /, targets: tuple[str, ...], yes: bool) -> int:
    """Adopt existing objects that are exactly as their manifests say.

    Writes the ownership line and nothing else. If one of the objects differs, it writes nothing; 'pdsync apply --adopt' adopts and changes
    them. An object can be KIND/NAME, a key, a name in PagerDuty, an email address or an id.
    """
    from pdsync.cli.command.adopt import adopt

    return adopt(invocation, targets, yes=yes)


@command(
    examples=(
        ("Stop managing a service, and keep it", "pdsync release service/checkout-api"),
        ("Without a question", "pdsync release service/checkout-api --yes"),
    )
)
@_TARGETS
@_YES
@click.pass_obj
def release(invocation: Invocation, /, targets: tuple[str, ...], yes: bool) -> int:
    """Stop managing objects: remove the ownership line, and change nothing else.

    Works with and without a manifest. An object can be KIND/NAME, a key, a name in PagerDuty, an email address or an id.
    """
    from pdsync.cli.command.release import release

    return release(invocation, targets, yes=yes)


def add_ownership_commands(group: click.Group) -> None:
    """Adds them to the program."""
    for each in (accept, adopt, export, import_terraform, release):
        group.add_command(each)
