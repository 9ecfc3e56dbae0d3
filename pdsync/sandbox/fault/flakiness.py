"""Flakiness: refusing requests at random with 429, before they are looked at, to try clients out."""

from __future__ import annotations

import random
import threading


class Flakiness:
    """``probability`` (0 to 1) of a refusal. The same seed gives the same refusals, in order of arrival.
    Safe for threads. Calm until :meth:`begin`."""

    def __init__(self, probability: float, seed: int) -> None:
        if not 0 <= probability <= 1:
            raise ValueError("flaky_429 is a probability, from 0 to 1")
        self._probability = probability
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._begun = False

    def begin(self) -> None:
        """From here on requests are refused; before it, a seed is planted."""
        self._begun = True

    def strikes(self) -> bool:
        if not (self._begun and self._probability):
            return False
        with self._lock:
            return self._random.random() < self._probability
