"""What holds for every command: global options before and after its name, examples that parse, a help that names every option."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pdsync.cli.invocation import Invocation
from pdsync.cli.main import cli
from pdsync.cli.parser.program import Command, Group
from tests.cli.conftest import Pdsync


def commands(group: Group = cli, path: tuple[str, ...] = ("pdsync",)) -> Iterator[tuple[str, Command | Group]]:
    """Every command and group, with its name."""
    yield " ".join(path), group
    for name, found in group.commands.items():
        assert isinstance(found, Command | Group), name
        if isinstance(found, Group):
            yield from commands(found, (*path, name))
        else:
            yield " ".join((*path, name)), found


EVERY = dict(commands())
EXAMPLES = [(line, found) for found, command in EVERY.items() for _, line in command.examples]


@pytest.mark.parametrize("name", EVERY)
def test_the_help_of_every_command_has_two_examples(name: str) -> None:
    command = EVERY[name]
    assert len(command.examples) >= 2
    text = command.get_help(
        click.Context(command, info_name=name, parent=None if command is cli else click.Context(cli))
    )
    for says, line in command.examples:
        assert f"# {says}\n" in text
        assert f"{line}\n" in f"{text}\n"
        assert len(line) <= 110


def pdsync_lines(line: str) -> list[list[str]]:
    """The command lines of pdsync in a line of shell."""
    parts = re.split(r"&&|\||>|<\(|\)", line)
    return [words for part in parts if (words := shlex.split(part)) and words[0] == "pdsync"]


def parse(arguments: list[str]) -> str:
    """Parses without running anything; gives the name of the command."""
    context = cli.make_context("pdsync", arguments, obj=Invocation())
    names = ["pdsync"]
    while isinstance(context.command, click.Group) and (rest := [*context._protected_args, *context.args]):
        name, found, rest = context.command.resolve_command(context, rest)
        assert found is not None
        assert name is not None
        names.append(name)
        context = found.make_context(name, rest, parent=context)
    return " ".join(names)


@pytest.mark.parametrize(("line", "owner"), EXAMPLES)
def test_every_example_is_a_command_line_of_its_command(line: str, owner: str) -> None:
    parsed = [parse(words[1:]) for words in pdsync_lines(line)]
    assert parsed
    assert any(
        name == owner.replace("events ", "") or name.startswith(f"{owner} ") or owner.startswith("pdsync help")
        for name in parsed
    ), parsed


GLOBALS = (
    ("--config", "other.yaml"), ("--workspace", "b"), ("--api-url", "http://127.0.0.1:9"), ("--region", "eu"), ("--sandbox",),
    ("--sandbox-seed", "example"), ("--token-file", "token"), ("--timeout", "7m"), ("-vv",), ("-q",), ("--no-color",),
)  # fmt: skip


@pytest.mark.parametrize("option", GLOBALS, ids=lambda option: option[0])
@pytest.mark.parametrize(
    "command", [["plan"], ["journal", "restore", "last"], ["trigger", "--summary", "x"]], ids=" ".join
)
def test_a_global_option_means_the_same_before_and_after_the_command(
    option: tuple[str, ...], command: list[str]
) -> None:
    def run(arguments: list[str]) -> Invocation:
        invocation = Invocation()
        context = cli.make_context("pdsync", arguments, obj=invocation)
        while isinstance(context.command, click.Group):
            name, found, rest = context.command.resolve_command(
                context,
                [*context._protected_args, *context.args],
            )
            assert found is not None
            context = found.make_context(name, rest, parent=context)
        return invocation

    plain, before, after = (run(line) for line in (command, [*option, *command], [*command, *option]))
    for each in (before, after):
        assert each.options == before.options
        assert (each.verbose, each.quiet, each.color) == (before.verbose, before.quiet, before.color)
        assert each.terminal.verbosity == before.terminal.verbosity
    assert (after.options, after.verbose, after.quiet, after.color) != (
        plain.options,
        plain.verbose,
        plain.quiet,
        plain.color,
    )


def test_the_later_one_of_two_counts_and_opposites_exclude_each_other(pdsync: Pdsync, folder: Path) -> None:
    (folder / "pdsync.yaml").write_text("workspaces: {a: {}, b: {}}\n")
    run = pdsync("--workspace", "a", "validate", "--workspace", "c")
    assert (run.code, run.err.startswith("error: --workspace c:")) == (64, True)
    for line in (("-q", "validate", "-v"), ("validate", "-qv")):
        run = pdsync(*line)
        assert (run.code, "-q and -v exclude each other" in run.err) == (64, True)


def test_a_command_keeps_its_own_option_of_the_same_name(pdsync: Pdsync, manifests: Path) -> None:
    run = pdsync("--from", "ana@example.com", "oncall", "--from", "2027-01-05T10:00", "--to", "2027-01-06T10:00")
    assert run.code == 0, run.err
    run = pdsync("oncall", "--from", "ana@example.com")
    assert (run.code, "is not a date and time" in run.err or "not a date and time" in run.err) == (64, True)


def test_the_help_of_a_command_names_the_global_options_in_one_place(pdsync: Pdsync) -> None:
    text = pdsync("plan", "--help").out
    assert text.count("--token-file") == 1
    assert "Options of all commands (see 'pdsync --help'): --version, --config," in text
    assert "A file with the API token" in pdsync("--help").out
