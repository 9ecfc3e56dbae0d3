"""Commands and options of other tools (Terraform, kubectl, decK), and mistyped ones: each is translated, or gets an answer that says what
to type. Imported only where a command line has a word that pdsync does not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

import click

from pdsync.cli.error import ExitCode
from pdsync.cli.invocation import Invocation
from pdsync.cli.parser.habit_answer import ALIASES, ANSWERS, OPTION_ALIASES, OPTION_ANSWERS, RENAMED, Answer
from pdsync.model.suggestion import did_you_mean, find_nearest


def translate_word(context: click.Context, group: click.Group, word: str) -> str:
    """The command that the word means. Ends the run with an answer where there is none."""
    if context.parent is None and word in ALIASES:
        return ALIASES[word]
    if context.parent is None and word in RENAMED:
        if (invocation := context.find_object(Invocation)) is not None:
            invocation.terminal.note(f"'pdsync {word}' is now 'pdsync {RENAMED[word]}'.")
        return RENAMED[word]
    if context.parent is None and word in ANSWERS:
        _answer(context, ANSWERS[word])
    if word == "help":
        click.echo(context.get_help())
        context.exit()
    shown = [name for name, command in group.commands.items() if not command.hidden]
    known = [*shown, *ALIASES, *ANSWERS] if context.parent is None else shown
    near = next((name for name in shown if name.startswith(word)), None) or find_nearest(word, known)
    near = near or next((name for name in shown if word.startswith(name)), None)
    hint = f"Did you mean {near!r}? " if near else ""
    raise click.UsageError(f"{context.command_path} has no command {word!r}. {hint}".rstrip(), context)


def translate_option(context: click.Context, arg: str, options: Mapping[str, click.Option]) -> list[str]:
    """An option of another tool in the words that pdsync has for it. Ends the run with an answer where there are none."""
    name, equals, value = arg.partition("=")
    if name in ("-f", "--filename") and any(it.name == "paths" for it in context.command.params):
        return [value] if equals else []
    long = name if name.startswith("--") or len(name) == 2 else f"-{name}"  # Terraform writes -out=FILE
    if long in options:
        return [f"{long}{equals}{value}"]
    for command in (context.command.name or "", ""):
        if (answer := OPTION_ANSWERS.get((command, long))) is not None:
            _answer(context, answer)
        words = OPTION_ALIASES.get((command, long))
        if words is not None and (not words or words[0] in options):
            return [*words[:-1], f"{words[-1]}{equals}{value}"] if words else []
    if name.startswith("--"):
        shown = [option for option, it in options.items() if not it.hidden]
        raise click.UsageError(f"there is no option {name}. {did_you_mean(name, shown)}".rstrip(), context)
    return [arg]


def _answer(context: click.Context, answer: Answer) -> NoReturn:
    """Says what to type. Every word of the answer is text of this program."""
    invocation = context.find_object(Invocation)
    if invocation is None:
        raise click.UsageError(answer.says, context)
    invocation.terminal.error(answer.says, "\n  ".join(answer.lines), raw=True)
    context.exit(ExitCode.USAGE)
