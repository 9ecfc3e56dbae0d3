"""Why a file cannot be imported."""

from __future__ import annotations


class StateError(Exception):
    """A file that holds no Terraform state that pdsync can read."""

    def __init__(self, file: str, what: str, hint: str) -> None:
        """`what` follows the name of the file: it says what the file is."""
        super().__init__(f"{file}: {what}")
        self.message = f"{file}: {what}"
        self.hint = hint
