"""The settings of the module: ``TIMEOUT``, ``TEXT_LEN_LIMIT`` and ``ITERATION_LIMIT``, which a program sets on the package.

    import pdsync.client
    pdsync.client.TEXT_LEN_LIMIT = 500

They are kept in one place, so they have the same value and the same effect under every name of the package.
"""

import math
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pdsync.client.options import Timeout

__all__ = ["DEFAULTS", "Defaults", "SettingsModule", "keep_settings_of"]


@dataclass(slots=True)
class Defaults:
    """The values, as they are now."""

    timeout: "Timeout | None" = 60
    text_len_limit: int = 100
    iteration_limit: int = 10_000


DEFAULTS = Defaults()


class _Shared:
    """An attribute of a module that is kept in ``DEFAULTS``. Deleting it brings back the first value."""

    def __init__(self, name: str, is_count: bool) -> None:
        self._name = name
        self._is_count = is_count

    def __get__(self, module: ModuleType | None, owner: type) -> Any:
        return self if module is None else getattr(DEFAULTS, self._name)

    def __set__(self, module: ModuleType, value: Any) -> None:
        if self._is_count and (
            isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf
        ):
            raise ValueError(f"{self._name.upper()} must be a number that is not below zero, not {value!r}")
        setattr(DEFAULTS, self._name, int(value) if self._is_count else value)

    def __delete__(self, module: ModuleType) -> None:
        setattr(DEFAULTS, self._name, getattr(Defaults(), self._name))


class SettingsModule(ModuleType):
    """A module with the settings. A plain module cannot notice that a program sets one of its names."""

    TIMEOUT = _Shared("timeout", is_count=False)
    TEXT_LEN_LIMIT = _Shared("text_len_limit", is_count=True)
    ITERATION_LIMIT = _Shared("iteration_limit", is_count=True)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), "TIMEOUT", "TEXT_LEN_LIMIT", "ITERATION_LIMIT"})


def keep_settings_of(module: str) -> None:
    """Gives the module of this name the settings."""
    sys.modules[module].__class__ = SettingsModule
