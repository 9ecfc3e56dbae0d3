"""Observers: for each open question that a probe cannot ask, how a client sees over HTTP which reading an account has.

A function has the name of its question, in the module of its area; it makes what it needs in an empty account, whose clock
it may move. The other questions have their probe, which `tests/probe` drives against each reading.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

from tests.sandbox.account import Account

_AREAS = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
OBSERVERS: dict[str, Callable[[Account], str]] = {
    name: function
    for area in _AREAS
    for name, function in vars(area).items()
    if getattr(function, "__module__", "") == area.__name__ and not name.startswith("_")
}
