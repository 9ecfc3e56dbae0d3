from __future__ import annotations

import pytest
from werkzeug.routing import Map

from pdsync.sandbox.http.matched_rule import MatchedRule


def test_a_path_is_matched_and_not_built() -> None:
    urls = Map([MatchedRule("/users/<id>", endpoint="user")]).bind("sandbox.example")
    assert urls.match("/users/P1") == ("user", {"id": "P1"})
    with pytest.raises(NotImplementedError):
        urls.build("user", {"id": "P1"})
