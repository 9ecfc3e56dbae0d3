"""``pdsync whoami``: which account, and who the token speaks for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

from pdsync.account.refusal import REFUSED
from pdsync.cli.connection import open_client
from pdsync.cli.invocation import Invocation
from pdsync.cli.setting.credential import describe_user_token
from pdsync.cli.setting.setting import load_settings
from pdsync.client import HttpError, RestApiV2Client, last_4
from pdsync.report.text.safe_text import safe_text

Output = Literal["text", "json"]


def whoami(invocation: Invocation, output: Output) -> int:
    """Prints what the token is good for. The token itself is shown by its last four characters."""
    settings = load_settings(invocation)
    with open_client(invocation, settings) as client:
        facts = _facts(client)
        facts["token"] = f"{last_4(client.api_key)} from {invocation.token_source}"
        facts["user_token"] = describe_user_token(client, invocation, settings)
        facts["api"] = client.url
    if output == "json":
        invocation.terminal.out_json(json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
        return 0
    width = max(map(len, facts))
    lines = [
        f"{name.replace('_', ' '):{width}}  {safe_text(value)}\n" for name, value in facts.items() if value is not None
    ]
    invocation.terminal.out("".join(lines))
    return 0


def _facts(client: RestApiV2Client) -> dict[str, Any]:
    whose = _ask(lambda: client.api_key_access)
    # The key of an account speaks for no person.
    me = _ask(lambda: client.rget("users/me")) if whose not in (None, "account") else None
    person = me if isinstance(me, dict) else {}
    abilities = _ask(lambda: client.rget("abilities"))
    return {
        "account": _ask(lambda: client.subdomain),
        "token_kind": whose,
        "name": person.get("name"),
        "email": person.get("email"),
        "role": person.get("role"),
        "abilities": len(abilities) if isinstance(abilities, list) else None,
    }


def _ask(question: Callable[[], Any]) -> Any:
    """The answer, or None where PagerDuty refuses it, so that the rest is shown. A token that is refused is an error."""
    try:
        return question()
    except HttpError as error:
        if error.status not in REFUSED:
            raise
        return None
