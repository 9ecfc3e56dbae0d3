"""The classes of the commands: each takes the options of pdsync itself too, and shows examples in its help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from pdsync.cli.parser.global_option import GLOBAL_OPTIONS

Example = tuple[str, str]
"""What it does, and the command line."""


class _Part(click.Command):
    """What commands and groups have in common."""

    def __init__(self, *arguments: Any, examples: Sequence[Example] = (), **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.examples = tuple(examples)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own parameters, and the options that every command takes. Where both have a name, it means the command's own."""
        own = super().get_params(ctx)
        taken = {name for it in own for name in (*it.opts, *it.secondary_opts)}
        return [*own, *(it for it in GLOBAL_OPTIONS if not taken & {*it.opts, *it.secondary_opts})]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses, once options that other tools have are written as pdsync has them."""
        try:
            return super().parse_args(ctx, self._translate(ctx, args))
        except click.UsageError as error:
            error.ctx = (
                error.ctx or ctx
            )  # click leaves it out for a missing value, and the hint would name another help
            raise

    def _translate(self, context: click.Context, args: list[str]) -> list[str]:
        parameters = self.get_params(context)
        options = {
            name: it for it in parameters for name in (*it.opts, *it.secondary_opts) if isinstance(it, click.Option)
        }
        written: list[str] = []
        is_value = False
        for at, arg in enumerate(args):
            is_option = not is_value and arg.startswith("-") and arg != "-"
            if arg == "--" or (isinstance(self, click.Group) and not is_value and not is_option):
                return [*written, *args[at:]]  # what follows is another command's, or no option at all
            if is_option and arg.partition("=")[0] not in options and not context.resilient_parsing:
                from pdsync.cli.parser.habit import translate_option

                words = translate_option(context, arg, options)
            else:
                words = [arg]
            written += words
            last = options.get(words[-1]) if is_option and words else None
            is_value = last is not None and not last.is_flag and not last.count
        return written

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists its own options in full, and the others by name."""
        parameters = self.get_params(ctx)
        others = [it for it in parameters if it in GLOBAL_OPTIONS]
        shown = others if ctx.parent is None else []
        shown = [*shown, *(it for it in parameters if it not in others)]
        records = [it.get_help_record(ctx) for it in shown if isinstance(it, click.Option)]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record is not None])
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)
        if ctx.parent is not None:
            formatter.write_paragraph()
            names = ", ".join(it.opts[0] for it in others)
            formatter.write_text(f"Options of all commands (see 'pdsync --help'): {names}.")

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Shows the examples, and then the epilog."""
        if self.examples:
            with formatter.section("Examples"):
                for says, line in self.examples:
                    pad = " " * formatter.current_indent
                    formatter.write(f"{pad}# {says}\n{pad}{line}\n")
        super().format_epilog(ctx, formatter)


class Command(_Part):
    """A command."""


class Group(_Part, click.Group):
    """A group of commands."""

    command_class = Command
    group_class = type

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of that name, or of that name in another tool."""
        name = args[0]
        if ctx.resilient_parsing and self.get_command(ctx, name) is None:
            from pdsync.cli.parser.habit_answer import ALIASES

            args = [ALIASES.get(name, name), *args[1:]]
        if self.get_command(ctx, name) is None and not name.startswith("-") and not ctx.resilient_parsing:
            from pdsync.cli.parser.habit import translate_word

            args = [translate_word(ctx, self, name), *args[1:]]
        return super().resolve_command(ctx, args)


def command(name: str | None = None, **attributes: Any) -> Callable[[Callable[..., Any]], Command]:
    """Declares a command with its own class."""
    return click.command(name, cls=Command, **attributes)


def group(name: str | None = None, **attributes: Any) -> Callable[[Callable[..., Any]], Group]:
    """Declares a group with its own class."""
    return click.group(name, cls=Group, **attributes)
