"""Web app: Flask's application, which parses the paths of the sandbox once in a process."""

from __future__ import annotations

from threading import Lock
from typing import Any

from flask import Flask
from flask.typing import RouteCallable
from werkzeug.routing import Map

from pdsync.sandbox.http.matched_rule import MatchedRule

_PATHS = Map(merge_slashes=False)  # with them, a redirect would be an HTML page
_parsed: set[tuple[str, str, frozenset[str]]] = set()
_parsing = Lock()


class WebApp(Flask):
    """Every sandbox serves the same paths, and to parse the paths took half the time of its start. So all applications of a
    process match requests with one map, and each has its own views."""

    url_rule_class = MatchedRule

    def __init__(self) -> None:
        super().__init__("pdsync.sandbox", static_folder=None)
        self.url_map = _PATHS

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        if view_func is None:
            raise TypeError(f"{rule} has no view")
        endpoint = endpoint or view_func.__name__
        path = (rule, endpoint, frozenset(options["methods"]))
        with _parsing:
            if path in _parsed:
                self.view_functions[endpoint] = view_func
                return
            super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)
            _parsed.add(path)
