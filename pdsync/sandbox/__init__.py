"""A local PagerDuty: REST API v2 over HTTP, kept in SQLite. It shares no code with the client or the kinds.

    with SandboxServer(seed="example") as server:
        requests.get(server.url + "/users", headers={"Authorization": "Token token=" + 20 * "x"})

Importing this package needs nothing else; making a server needs the extra ``sandbox`` (Flask and waitress).
"""

from pdsync.sandbox.problem import SandboxError
from pdsync.sandbox.server import SandboxServer

__all__ = ["SandboxError", "SandboxServer"]
