from __future__ import annotations

import pytest

from pdsync.sandbox import SandboxServer
from pdsync.sandbox.http.web_app import WebApp


def test_applications_share_their_paths_and_no_account() -> None:
    made = [WebApp(), WebApp()]
    for number, app in enumerate(made):
        app.add_url_rule("/only/of/this/test", "only", lambda number=number: str(number), methods=["GET"])
    assert made[0].url_map is made[1].url_map
    assert [rule.rule for rule in made[0].url_map.iter_rules("only")] == ["/only/of/this/test"]
    assert [app.test_client().get("/only/of/this/test").text for app in made] == ["0", "1"]


def test_two_sandboxes_hold_what_is_theirs() -> None:
    with SandboxServer() as one, SandboxServer() as other:
        one.control.edit("POST", "/teams", {"team": {"type": "team", "name": "Red"}})
        assert [len(server.control.state().get("team", [])) for server in (one, other)] == [1, 0]


def test_a_path_needs_a_view() -> None:
    with pytest.raises(TypeError, match="has no view"):
        WebApp().add_url_rule("/nothing")
