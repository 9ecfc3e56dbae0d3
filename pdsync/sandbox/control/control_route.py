"""Control route: the requests to the sandbox itself. They need no token, are not recorded, and no fault strikes them."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from flask import Flask, Response, request
from werkzeug.wsgi import wrap_file

from pdsync.sandbox.api.event_processing import PROCESSED, show_processed
from pdsync.sandbox.control.clock import Clock
from pdsync.sandbox.control.consistency import KINDS, find_breaks
from pdsync.sandbox.control.control import Editor
from pdsync.sandbox.fault import FaultError, FaultInjector
from pdsync.sandbox.fault.lagging import Lagging
from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.http.recording import Recording
from pdsync.sandbox.paging.deadline import Deadlines
from pdsync.sandbox.profile import Profile, ProfileError
from pdsync.sandbox.profile.reader import parse_profile
from pdsync.sandbox.store.state import Rules, StateError, dump_state, restore_state, restore_text
from pdsync.sandbox.store.state_text import write_state

CONTROL = "/_sandbox/"
_IN_MEMORY_BYTES = 2**22  # of a state; what is longer goes to a temporary file


@dataclass(frozen=True, slots=True)
class Parts:
    """What can be controlled. ``call`` makes a call without a token."""

    call: Callable[[], Call]
    injector: FaultInjector
    lagging: Lagging
    deadlines: Deadlines
    clock: Clock
    edit: Editor

    def present(self) -> Call:
        """A call without a token, once all that was due has been carried out."""
        call = self.call()
        with call.store.lock:
            self.deadlines.meet(call)
        return call

    def set_faults(self, document: Any) -> None:
        self.injector.set(document)
        self._forget_late()

    def clear_faults(self) -> None:
        self.injector.clear()
        self._forget_late()

    def state(self) -> dict[str, list[dict[str, Any]]]:
        return dump_state(self.present().store)

    def restore(self, document: Any) -> None:
        call = self.call()
        with call.store.lock:
            restore_state(call.store, document, _rules(call))
            self._forget_before()

    def write_state(self, file: IO[bytes]) -> None:
        store = self.present().store
        with store.lock:
            write_state(store, file)

    def restore_text(self, file: IO[bytes]) -> None:
        """Raises ValueError or RecursionError for text that is not JSON, StateError for what is not an account."""
        call = self.call()
        with call.store.lock:
            restore_text(call.store, file, _rules(call))
            self._forget_before()

    def events(self) -> list[dict[str, Any]]:
        call = self.present()
        with call.store.lock:
            return [show_processed(it) for it in call.store.ordered(PROCESSED)]

    def account(self) -> dict[str, Any]:
        return self.call().profile.document()

    def set_account(self, document: Any) -> None:
        """Raises ProfileError, and then nothing has changed."""
        self.use(parse_profile(document))

    def use(self, profile: Profile) -> None:
        store = self.call().store
        with store.lock:
            store.profile = profile
            self.lagging.clear()

    def breaks(self) -> list[str]:
        call = self.present()
        with call.store.lock:
            return list(find_breaks(call))

    def _forget_before(self) -> None:
        self.lagging.clear()
        self.deadlines.forget()

    def _forget_late(self) -> None:
        with self.call().store.lock:
            self.lagging.clear()


def add_control(app: Flask, parts: Parts, recording: Recording) -> None:
    app.extensions["pdsync.sandbox"] = parts
    views = _Views(parts, recording)
    for method, path, view in (
        ("GET", "requests", views.requests),
        ("POST", "reset", views.reset),
        ("GET", "state", views.state),
        ("PUT", "state", views.restore),
        ("GET", "clock", views.clock),
        ("POST", "clock", views.advance),
        ("DELETE", "clock", views.reset_clock),
        ("GET", "events", views.events),
        ("GET", "faults", views.faults),
        ("PUT", "faults", views.set_faults),
        ("DELETE", "faults", views.clear_faults),
        ("GET", "account", views.account),
        ("PUT", "account", views.set_account),
        ("DELETE", "account", views.reset_account),
    ):
        app.add_url_rule(CONTROL + path, f"{method} {path}", view, methods=[method])


class _Views:
    def __init__(self, parts: Parts, recording: Recording) -> None:
        self._parts, self._recording = parts, recording

    def requests(self) -> Response:
        return _json(self._recording.requests())

    def reset(self) -> Response:
        self._recording.reset()
        return Response(status=204)

    def state(self) -> Response:
        file = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 (closed when it has been sent)
        self._parts.write_state(file)
        size = file.tell()
        file.seek(0)
        response = Response(wrap_file(request.environ, file), mimetype="application/json", direct_passthrough=True)
        response.content_length = size
        return response

    def restore(self) -> Response:
        try:
            with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as file:
                shutil.copyfileobj(request.stream, file)
                self._parts.restore_text(file)
        except StateError as error:
            raise invalid(*error.problems) from None
        except (ValueError, RecursionError):
            raise invalid("The body is not valid JSON") from None
        return Response(status=204)

    def clock(self) -> Response:
        clock = self._parts.clock
        return _json({"now": clock.now().isoformat(timespec="seconds"), "ahead_s": clock.ahead_s})

    def advance(self) -> Response:
        document = _document()
        if not isinstance(document, dict) or set(document) != {"advance_s"}:
            raise invalid('The body must be such as {"advance_s": 3600}')
        try:
            self._parts.clock.advance(document["advance_s"])
        except ValueError as error:
            raise invalid(f"advance_s: {error}") from None
        return self.clock()

    def reset_clock(self) -> Response:
        self._parts.clock.reset()
        return Response(status=204)

    def events(self) -> Response:
        return _json({"events": self._parts.events()})

    def faults(self) -> Response:
        return _json({"rules": self._parts.injector.rules()})

    def set_faults(self) -> Response:
        try:
            self._parts.set_faults(_document())
        except FaultError as error:
            raise invalid(*error.problems) from None
        return self.faults()

    def clear_faults(self) -> Response:
        self._parts.clear_faults()
        return Response(status=204)

    def account(self) -> Response:
        return _json(self._parts.account())

    def set_account(self) -> Response:
        try:
            self._parts.set_account(_document())
        except ProfileError as error:
            raise invalid(*error.problems) from None
        return self.account()

    def reset_account(self) -> Response:
        self._parts.use(Profile())
        return Response(status=204)


def _rules(call: Call) -> Rules:
    return Rules(KINDS, lambda: find_breaks(call))


def _document() -> Any:
    try:
        return json.loads(request.get_data(cache=False).decode("utf-8"))
    except (ValueError, RecursionError):
        raise invalid("The body is not valid JSON") from None


def _json(value: Any) -> Response:
    return Response(json.dumps(value, separators=(",", ":")), mimetype="application/json")
