"""Control route: what users ask the sandbox itself over HTTP. No token, not recorded, no faults."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO, Any

from flask import Flask, Response, request
from werkzeug.wsgi import wrap_file

from pdsync.sandbox.control.clock import Clock
from pdsync.sandbox.control.consistency import find_breaks
from pdsync.sandbox.control.control import Editor
from pdsync.sandbox.fault import FaultError, FaultInjector
from pdsync.sandbox.fault.lagging import Lagging
from pdsync.sandbox.http.call import Call
from pdsync.sandbox.http.problem import invalid
from pdsync.sandbox.http.recording import Recording
from pdsync.sandbox.paging.deadline import Deadlines
from pdsync.sandbox.store.state import StateError, dump_state, restore_state, restore_text
from pdsync.sandbox.store.state_text import write_state

CONTROL = "/_sandbox/"
_IN_MEMORY_BYTES = 2**22  # of a state; what is longer goes to a temporary file


@dataclass(frozen=True, slots=True)
class Parts:
    """What can be controlled. ``call`` makes a call that is nobody's."""

    call: Callable[[], Call]
    injector: FaultInjector
    lagging: Lagging
    deadlines: Deadlines
    clock: Clock
    edit: Editor

    def present(self) -> Call:
        """The same, with everything done that was due."""
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
            restore_state(call, document)
            self._begin_anew()

    def write_state(self, file: IO[bytes]) -> None:
        store = self.present().store
        with store.lock:
            write_state(store, file)

    def restore_text(self, file: IO[bytes]) -> None:
        """Raises ValueError or RecursionError for what is no JSON, StateError for what is no account."""
        call = self.call()
        with call.store.lock:
            restore_text(call, file)
            self._begin_anew()

    def breaks(self) -> list[str]:
        call = self.present()
        with call.store.lock:
            return list(find_breaks(call))

    def _begin_anew(self) -> None:
        self.lagging.clear()
        self.deadlines.forget()

    def _forget_late(self) -> None:
        with self.call().store.lock:
            self.lagging.clear()


def add_control(app: Flask, parts: Parts, recording: Recording) -> None:
    app.extensions["pdsync.sandbox"] = parts

    @app.get(CONTROL + "requests")
    def requests() -> Response:
        return _json(recording.requests())

    @app.post(CONTROL + "reset")
    def reset() -> Response:
        recording.reset()
        return Response(status=204)

    @app.get(CONTROL + "state")
    def state() -> Response:
        file = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 (closed when it has been sent)
        parts.write_state(file)
        size = file.tell()
        file.seek(0)
        response = Response(wrap_file(request.environ, file), mimetype="application/json", direct_passthrough=True)
        response.content_length = size
        return response

    @app.put(CONTROL + "state")
    def restore() -> Response:
        try:
            with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as file:
                shutil.copyfileobj(request.stream, file)
                parts.restore_text(file)
        except StateError as error:
            raise _refused(error.problems) from None
        except (ValueError, RecursionError):
            raise invalid("The body is not valid JSON") from None
        return Response(status=204)

    @app.get(CONTROL + "clock")
    def clock() -> Response:
        return _json({"now": parts.clock.now().isoformat(timespec="seconds"), "ahead_s": parts.clock.ahead_s})

    @app.post(CONTROL + "clock")
    def advance() -> Response:
        document = _document()
        if not isinstance(document, dict) or set(document) != {"advance_s"}:
            raise invalid('The body must be such as {"advance_s": 3600}')
        try:
            parts.clock.advance(document["advance_s"])
        except ValueError as error:
            raise invalid(f"advance_s: {error}") from None
        return clock()

    @app.delete(CONTROL + "clock")
    def reset_clock() -> Response:
        parts.clock.reset()
        return Response(status=204)

    @app.get(CONTROL + "faults")
    def faults() -> Response:
        return _json({"rules": parts.injector.rules()})

    @app.put(CONTROL + "faults")
    def set_faults() -> Response:
        try:
            parts.set_faults(_document())
        except FaultError as error:
            raise _refused(error.problems) from None
        return _json({"rules": parts.injector.rules()})

    @app.delete(CONTROL + "faults")
    def clear_faults() -> Response:
        parts.clear_faults()
        return Response(status=204)


def _document() -> Any:
    try:
        return json.loads(request.get_data(cache=False).decode("utf-8"))
    except (ValueError, RecursionError):
        raise invalid("The body is not valid JSON") from None


def _refused(problems: Iterable[str]) -> Exception:
    return invalid(*problems)


def _json(value: Any) -> Response:
    return Response(json.dumps(value, separators=(",", ":")), mimetype="application/json")
