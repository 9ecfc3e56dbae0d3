"""Completion of values in a shell. What finds them is imported only after a Tab, and an error offers nothing."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable

import click

from pdsync.cli.invocation import Invocation

Completer = Callable[[click.Context, click.Parameter, str], list[str]]


def _completer(find: Callable[[Invocation, click.Parameter], Iterable[str]]) -> Completer:
    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        with contextlib.suppress(Exception):
            invocation = context.find_object(Invocation) or Invocation()
            return [each for each in find(invocation, parameter) if each.casefold().startswith(incomplete.casefold())]
        return []

    return complete


def _addresses(invocation: Invocation, parameter: click.Parameter) -> list[str]:
    from pdsync.cli.completing import find_addresses

    return find_addresses(invocation)


def _keys(invocation: Invocation, parameter: click.Parameter) -> list[str]:
    from pdsync.cli.completing import find_keys

    # The parameter says which kinds: SERVICE|POLICY as an argument, --service as an option.
    said = parameter.name if isinstance(parameter, click.Option) else parameter.metavar
    return find_keys(invocation, set(re.findall("[a-z]+", (said or "").lower())))


def _workspaces(invocation: Invocation, parameter: click.Parameter) -> list[str]:
    from pdsync.cli.completing import find_workspaces

    return find_workspaces(invocation)


def _schemas(invocation: Invocation, parameter: click.Parameter) -> list[str]:
    from pdsync.cli.command.schema import schema_names

    return schema_names()


def _journals(invocation: Invocation, parameter: click.Parameter) -> list[str]:
    from pdsync.cli.completing import find_journals

    return find_journals(invocation)


def _zones(invocation: Invocation, parameter: click.Parameter) -> list[str]:
    from pdsync.cli.completing import find_zones

    return find_zones()


complete_addresses, complete_keys, complete_workspaces = map(_completer, (_addresses, _keys, _workspaces))
complete_schemas, complete_journals, complete_zones = map(_completer, (_schemas, _journals, _zones))
