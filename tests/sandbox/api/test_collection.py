"""What the collections of PagerDuty have in common."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Collection


class Gadgets(Collection):
    kind = "gadget"
    plural = "gadgets"


def test_a_collection_has_five_paths() -> None:
    routes = [(it.method, it.path) for it in Gadgets().routes()]
    assert routes == [
        ("GET", "/gadgets"),
        ("POST", "/gadgets"),
        ("GET", "/gadgets/<id>"),
        ("PUT", "/gadgets/<id>"),
        ("DELETE", "/gadgets/<id>"),
    ]
