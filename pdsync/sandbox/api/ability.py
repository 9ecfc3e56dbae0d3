"""Ability: what an account's plan allows. The list is that of the account's profile; one that it lacks is answered with 402."""

from __future__ import annotations

from pdsync.sandbox.api.collection import Route
from pdsync.sandbox.http.call import Answer, Call
from pdsync.sandbox.http.problem import not_found, payment_required


def ability_routes() -> list[Route]:
    return [Route("GET", "/abilities", _list), Route("GET", "/abilities/<id>", _get)]


def _list(call: Call) -> Answer:
    return Answer(200, {"abilities": call.profile.held_abilities()})


def _get(call: Call, id: str) -> Answer:
    """204, 402 or 404 (PagerDuty API description)."""
    if id in call.profile.held_abilities():
        return Answer(204)
    raise payment_required(id) if call.profile.knows_ability(id) else not_found()
