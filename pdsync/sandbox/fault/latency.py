"""Latency: how long an answer is held back, drawn from a distribution."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from pdsync.sandbox.fault.error import FaultError
from pdsync.sandbox.fault.schema import DISTRIBUTIONS, MAX_MS

_TEXT = re.compile(
    r"(?P<fixed>[0-9.]+)(?:ms)?"
    r"|(?P<low>[0-9.]+)-(?P<high>[0-9.]+)(?:ms)?"
    r"|normal:(?P<mean>[0-9.]+):(?P<deviation>[0-9.]+)"
    r"|exponential:(?P<scale>[0-9.]+)"
)


@dataclass(frozen=True, slots=True)
class Latency:
    """``first_ms`` and ``second_ms`` are the length (fixed), the bounds (uniform), mean and deviation (normal), or the
    mean (exponential)."""

    distribution: str
    first_ms: float
    second_ms: float = 0.0

    def draw_s(self, random: Random) -> float:
        """Seconds to wait, never less than 0 nor more than ten minutes."""
        if self.distribution == "uniform":
            value = random.uniform(self.first_ms, self.second_ms)
        elif self.distribution == "normal":
            value = random.normalvariate(self.first_ms, self.second_ms)
        elif self.distribution == "exponential":
            value = random.expovariate(1 / self.first_ms) if self.first_ms else 0.0
        else:
            value = self.first_ms
        return min(max(value, 0.0), MAX_MS) / 1000


def read_latency(action: Mapping[str, Any]) -> Latency:
    """The latency of an action that fits its schema."""
    distribution = action.get("distribution", "fixed")
    return Latency(distribution, *[float(action[name]) for name in DISTRIBUTIONS[distribution]])


def parse_latency(text: str) -> Latency:
    """``50``, ``20-80``, ``normal:50:10`` or ``exponential:50``, in milliseconds. Raises FaultError for other text."""
    found = _TEXT.fullmatch(text.strip())
    try:
        values = {name: float(value) for name, value in found.groupdict().items() if value} if found else {}
    except ValueError:
        values = {}
    if not values or any(not math.isfinite(value) or value > MAX_MS for value in values.values()):
        raise FaultError(
            [f"latency {text!r} is not valid; write 50, 20-80, normal:50:10 or exponential:50 (milliseconds)"]
        )
    if "low" in values:
        if values["high"] < values["low"]:
            raise FaultError([f"in latency {text!r} the end is before the beginning"])
        return Latency("uniform", values["low"], values["high"])
    if "mean" in values:
        return Latency("normal", values["mean"], values["deviation"])
    if "scale" in values:
        return Latency("exponential", values["scale"])
    return Latency("fixed", values["fixed"])
