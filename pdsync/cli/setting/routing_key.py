"""The routing key of events: from an option or the environment."""

from __future__ import annotations

from pdsync.cli.error import UsageError
from pdsync.cli.invocation import Invocation

KEY_VARIABLE = "PAGERDUTY_ROUTING_KEY"


def read_routing_key(invocation: Invocation, given: str | None) -> str:
    """The key, with its source noted in the invocation. Raises UsageError when there is none that can be used.

    The option is there because the tools that this replaces have it; what stands on a command line can be read by
    everybody on the machine, so the environment is the better place.
    """
    key, source = (given.strip(), "-k") if given is not None else (invocation.env(KEY_VARIABLE) or "", KEY_VARIABLE)
    if not key:
        what = "the routing key of -k is empty" if given is not None else "there is no routing key"
        raise UsageError(what, f"Set {KEY_VARIABLE}, or use -k. It is the key of an Events API v2 integration.")
    invocation.secrets.append(key)
    if not (key.isascii() and key.isalnum()):
        raise UsageError(f"the routing key from {source} holds characters that no key has", "Letters and digits only.")
    invocation.token_source = source
    return key
