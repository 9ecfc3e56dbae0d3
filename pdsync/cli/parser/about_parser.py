"""Options of the commands about pdsync and its account: whoami, schema, completion, help, version."""

from __future__ import annotations

from typing import Any, cast

import click

from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.completer import complete_schemas
from pdsync.cli.parser.option import output
from pdsync.cli.parser.program import Group, command
from pdsync.version import __version__


@command(
    examples=(
        ("Check which account a token is for", "pdsync whoami"),
        ("As JSON, for a program", "pdsync whoami -o json"),
    )
)
@output("text", "json")
@click.pass_obj
def whoami(invocation: Invocation, /, output: Any) -> int:
    """Show the account, and the owner of the token."""
    from pdsync.cli.command.whoami import whoami

    return whoami(invocation, output)


@command(
    examples=(
        ("One schema for all kinds, for an editor", "pdsync schema > manifests.schema.json"),
        ("The schema of one kind", "pdsync schema Service"),
    )
)
@click.argument("kind", required=False, shell_complete=complete_schemas)
@click.pass_obj
def schema(invocation: Invocation, /, kind: str | None) -> int:
    """Print the JSON Schema of manifests, of one KIND or of all.

    KIND can also be 'configuration', for pdsync.yaml, and 'plan' or 'result', the output of plan and apply with -o json.
    """
    from pdsync.cli.command.schema import schema

    return schema(invocation, kind)


@command(
    examples=(
        ("Complete in this bash session", "source <(pdsync completion bash)"),
        ("In every bash session", "pdsync completion bash > ~/.local/share/bash-completion/completions/pdsync"),
        ("In zsh", 'pdsync completion zsh > "${fpath[1]}/_pdsync"'),
        ("In fish", "pdsync completion fish > ~/.config/fish/completions/pdsync.fish"),
    )
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, /, shell: str) -> int:
    """Print the script that completes commands, options, kinds, keys and workspaces in a shell."""
    from pdsync.cli.command.completion import completion

    return completion(context.ensure_object(Invocation), context.find_root().command, shell)


@command(hidden=True, examples=(("The version", "pdsync version"), ("Its number alone", "pdsync version | cut -c 8-")))
def version() -> int:
    """Show the version of pdsync."""
    click.echo(f"pdsync {__version__}")
    return 0


@command(
    "help", hidden=True, examples=(("All commands", "pdsync help"), ("One command", "pdsync help journal restore"))
)
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def show_help(context: click.Context, /, words: tuple[str, ...]) -> int:
    """Show the help of pdsync, or of a command."""
    place = context.find_root()
    for word in words:
        if not isinstance(place.command, click.Group):
            break
        name, found, _ = cast(Group, place.command).resolve_command(place, [word])
        assert found is not None  # an unknown name ends the run
        place = click.Context(found, parent=place, info_name=name)
    click.echo(place.get_help())
    return 0


def add_about_commands(group: click.Group) -> None:
    """Adds them to the program."""
    for each in (completion, schema, show_help, version, whoami):
        group.add_command(each)
