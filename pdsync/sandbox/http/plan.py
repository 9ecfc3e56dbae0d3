"""Plan: refuses features that the account's plan lacks, with the status that its profile gives."""

from __future__ import annotations

from collections.abc import Container

from pdsync.sandbox.http.problem import Problem, payment_required, plan_forbids
from pdsync.sandbox.profile import Profile
from pdsync.sandbox.profile.feature import FEATURES


def check_request(profile: Profile, path: str, parameters: Container[str]) -> None:
    """Raises the 402 or 403 of a path, a query parameter or an ``include[]`` that needs what the account lacks."""
    for name in profile.missing:
        if FEATURES[name].covers(path, parameters):
            raise lacks(profile, name)


def lacks(profile: Profile, name: str) -> Problem:
    feature = FEATURES[name]
    if profile.missing[name] == 402:
        return payment_required(", ".join(feature.abilities) or name)
    return plan_forbids(feature.says)
