"""Errors of the use cases. Each says in a sentence what is wrong, and in `hint` what to do next.

    EngineError
    +-- RequestError         the request contradicts itself, or names something that cannot exist
    +-- RefusedError         a limit, a blocker or a rule forbids it
    +-- MissingSecretsError  an apply would send secrets that it cannot get
    +-- StaleError           the account or the manifests have changed since the plan was made
    +-- ProblemsError
        +-- ManifestsError   the manifests have problems, so there is no plan
        +-- PlanError        the manifests and the account together have problems

Errors of the client (`pdsync.client.Error`) come through as they are: they carry the answer of PagerDuty.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pdsync.manifest import ManifestProblem
    from pdsync.plan import PlanProblem


class EngineError(Exception):
    """A use case could not be carried out."""

    def __init__(self, message: str, hint: str = "", details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = tuple(details)
        """Further errors of the same kind."""


class RequestError(EngineError):
    """What was asked for contradicts itself, or names something that cannot exist."""


class RefusedError(EngineError):
    """A limit, a blocker or a rule forbids what was asked for. Nothing was written."""


class MissingSecretsError(EngineError):
    """An apply would send secrets that this process cannot get; `details` names each. Nothing was written."""


class StaleError(EngineError):
    """The plan does not fit the account as it is now. Nothing was written."""


class ProblemsError(EngineError):
    """Problems, each with its place, stop a plan from being made or applied."""


class ManifestsError(ProblemsError):
    """The manifests have problems."""

    def __init__(self, problems: Sequence[ManifestProblem]) -> None:
        super().__init__("the manifests have problems")
        self.problems = tuple(problems)


class PlanError(ProblemsError):
    """Compared with the account, the manifests have problems."""

    def __init__(self, problems: Sequence[PlanProblem]) -> None:
        super().__init__("the plan has problems")
        self.problems = tuple(problems)
