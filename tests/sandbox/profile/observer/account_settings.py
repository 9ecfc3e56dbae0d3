from __future__ import annotations

from pdsync.sandbox.api.session import KIND as SESSION
from tests.sandbox.account import Account
from tests.sandbox.stored import store

_PATH = "/session_configurations?type=web"


def deleted_session_configuration(account: Account) -> str:
    times = {"absolute_session_ttl": 43_200, "idle_session_ttl": 3_600}
    account.call("PUT", _PATH, {"session_configuration": times})
    user = account.user()
    fields = {"parent": user["id"], "created_at": "2026-01-01T08:00:00Z", "summary": "A browser"}
    store(account, SESSION, {"id": "PS1", "type": "browser", **fields})
    account.delete(_PATH)
    return "sessions_stay" if account.get(f"/users/{user['id']}/sessions")["user_sessions"] else "sessions_end"


def pattern_of_standard(account: Account) -> str:
    path = f"/standards/{account.get('/standards')['standards'][0]['id']}"
    return "shown" if "values" in account.call("PUT", path, {"values": {"regex": "^a"}}).json() else "hidden"
