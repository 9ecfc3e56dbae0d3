"""Page fault: lists with the faults of a busy account: empty pages with more to come, repeated rows, skipped rows."""

from __future__ import annotations

import dataclasses

from pdsync.sandbox.fault import Strike
from pdsync.sandbox.fault.action import EmptyPage, ShiftPage
from pdsync.sandbox.http.call import Answer, Call


def shifted(call: Call, strike: Strike) -> Call:
    """The call as it is carried out: another offset than the one asked for."""
    shift, offset = strike.find(ShiftPage), _offset(call)
    if shift is None or not offset:
        return call
    return dataclasses.replace(call, args={**call.args, "offset": [str(max(0, offset - shift.rows))]})


def misreported(call: Call, strike: Strike, answer: Answer) -> Answer:
    """The answer as it is given; ``call`` is the one that was asked."""
    body, offset = answer.body, _offset(call)
    if not isinstance(body, dict) or "more" not in body:
        return answer
    if strike.find(ShiftPage) is not None and offset:
        body = {**body, "offset": offset}
    if strike.find(EmptyPage) is not None:
        body = {name: [] if isinstance(value, list) else value for name, value in body.items()} | {"more": True}
    return dataclasses.replace(answer, body=body)


def _offset(call: Call) -> int:
    text = call.arg("offset") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
