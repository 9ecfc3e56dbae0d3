"""Error: an account profile that cannot be used."""

from __future__ import annotations


class ProfileError(ValueError):
    """``problems`` has a sentence for each thing that is wrong, with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
