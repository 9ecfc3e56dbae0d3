"""A local PagerDuty: REST API v2 over HTTP, kept in SQLite. It shares no code with the client or the kinds.

    with SandboxServer(seed="example") as server:
        requests.get(server.url + "/users", headers={"Authorization": "Token token=" + 20 * "x"})

Importing this package needs nothing else and costs nothing; making a server needs the extra ``sandbox`` (Flask and
waitress).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pdsync.sandbox.control.control import Control
    from pdsync.sandbox.error import SandboxError
    from pdsync.sandbox.server import SandboxServer

__all__ = ["Control", "SandboxError", "SandboxServer"]


def __getattr__(name: str) -> Any:
    """Imported on first use: pytest loads this package for its plugin in every run, of people who may not want it."""
    if name == "SandboxServer":
        from pdsync.sandbox.server import SandboxServer

        return SandboxServer
    if name == "SandboxError":
        from pdsync.sandbox.error import SandboxError

        return SandboxError
    if name == "Control":
        from pdsync.sandbox.control.control import Control

        return Control
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
