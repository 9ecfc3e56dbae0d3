"""Names of the command line as addresses. Imported only where a command line names an object."""

from __future__ import annotations

import re

from pdsync.account import Extent
from pdsync.cli.connection import open_client
from pdsync.cli.invocation import Invocation
from pdsync.cli.progress import activity_on
from pdsync.cli.setting.setting import Settings
from pdsync.engine.accept import Place, parse_place
from pdsync.engine.desired import Selection
from pdsync.engine.name import Names, is_address
from pdsync.engine.plan import read_account
from pdsync.model import Account

_FIELD = re.compile("[a-z_]*")


def names_of(invocation: Invocation, settings: Settings) -> Names:
    """What finds addresses. The account is read only where the manifests do not know a name."""
    workspace = settings.workspace()

    def read() -> Account:
        with open_client(invocation, settings) as client:
            activity = activity_on(invocation.terminal)
            return read_account(client, workspace, Extent(every_kind=True), activity=activity)

    return Names(workspace, read)


def with_addresses(invocation: Invocation, settings: Settings, selection: Selection) -> Selection:
    """The selection with addresses for names."""
    if all(map(is_address, selection.names)):
        return selection
    return names_of(invocation, settings).selection(selection)


def read_place(invocation: Invocation, settings: Settings, text: str) -> Place:
    """The object, or the field of one, that a text such as ``ana@example.com:role`` names. Raises EngineError and RequestError."""
    name, colon, field = text.rpartition(":")
    if not colon or not _FIELD.fullmatch(field):
        name, colon, field = text, "", ""
    address = name if is_address(name) else names_of(invocation, settings).address(name)
    return parse_place(f"{address}{colon}{field}")
