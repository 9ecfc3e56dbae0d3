"""``pdsync completion``: the script that teaches a shell to complete pdsync's commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from pdsync.cli.invocation import Invocation

_VARIABLE = "_PDSYNC_COMPLETE"  # as click derives it from the program's name


def completion(invocation: Invocation, root: click.Command, shell: str) -> int:
    """Prints the script."""
    made = get_completion_class(shell)
    assert made is not None  # the parser offers known shells only
    script = made(root, {}, "pdsync", _VARIABLE)
    # `source()` would start the shell to ask for its version, which fails where the script is made for another machine.
    invocation.terminal.out(script.source_template % script.source_vars() + "\n")
    return 0
