"""Lets someone else act at a chosen moment of an apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests
from requests.adapters import HTTPAdapter

Act = Callable[[], object]


class Meeting(HTTPAdapter):
    """Acts just before or just after the request of that number, from 1, with a method to a path."""

    def __init__(self, method: str, path: str, nth: int, act: Act, *, after: bool) -> None:
        super().__init__()
        self._wanted, self._left, self._act, self._after = (method, path), nth, act, after

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        path = str(request.url).partition("?")[0]
        self._left -= request.method == self._wanted[0] and path.endswith(self._wanted[1])
        due, self._left = self._left == 0, self._left - (self._left == 0)
        if due and not self._after:
            self._act()
        answer = super().send(request, **options)
        if due and self._after:
            self._act()
        return answer
