"""Matched rule: a path that requests are matched with, and that no URL is built from."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.routing import Rule


class MatchedRule(Rule):
    """Werkzeug compiles two functions for each rule that build its URL. They are most of the time that a sandbox takes to
    start, and the sandbox makes its links itself (:mod:`pdsync.sandbox.http.links`)."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        return _build_nothing


def _build_nothing(*args: object, **kwargs: object) -> tuple[str, str]:
    raise NotImplementedError("the sandbox builds no URL from its rules")
