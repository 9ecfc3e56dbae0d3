"""Error: rules that cannot be used."""

from __future__ import annotations


class FaultError(ValueError):
    """Rules that cannot be used; ``problems`` has a sentence for each thing that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
