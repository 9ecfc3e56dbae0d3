"""Chromium, driven over its debugging pipe: no other program and no library is needed for it."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed (Debian: apt-get install chromium)"
)
_ANSWER_S = 60


class Tab:
    """One page. `messages` is everything that the page or the browser said on the console."""

    def __init__(self, writing: int, reading: int) -> None:
        self._writing, self._reading = writing, reading
        self._numbers = itertools.count(1)
        self._rest = b""
        self._session: str | None = None
        self._loaded = 0
        self.messages: list[str] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        body = {"id": number, "method": method, "params": params}
        if self._session is not None:
            body["sessionId"] = self._session
        os.write(self._writing, json.dumps(body).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    def _next(self) -> Any:
        end = time.monotonic() + _ANSWER_S
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._reading], [], [], max(0, end - time.monotonic()))
            assert ready, "Chromium does not answer"
            self._rest += os.read(self._reading, 1 << 20)
        text, _, self._rest = self._rest.partition(b"\0")
        message = json.loads(text)
        match message.get("method"):
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Page.javascriptDialogOpening":
                self.messages.append(json.dumps(message["params"]))
            case "Log.entryAdded":
                self.messages.append(message["params"]["entry"]["text"])
            case "Page.loadEventFired":
                self._loaded += 1
        return message

    def open(self, page: Path | str) -> None:
        """Opens a file or an address, and waits until all of it is loaded."""
        before = self._loaded
        self.send("Page.navigate", url=page if isinstance(page, str) else page.resolve().as_uri())
        while self._loaded == before:
            self._next()

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of JavaScript, run from outside: what the page forbids itself does not matter."""
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def resize(self, width: int, height: int = 900) -> None:
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def emulate(self, media: str = "screen", **features: str) -> None:
        """``prefers_color_scheme="dark"`` and the like."""
        named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.send("Emulation.setEmulatedMedia", media=media, features=named)

    def press(self, key: str, code: int) -> None:
        """A key as from a keyboard; `code` is its Windows virtual key code."""
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)


@contextlib.contextmanager
def open_chromium(profile: Path) -> Iterator[Tab]:
    """A browser with one empty page, ended afterwards."""
    assert CHROMIUM is not None
    (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()

    # Chromium reads commands at descriptor 3 and answers at 4.
    command = [
        "bash",
        "-c",
        f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}',
        "chromium",
        CHROMIUM,
        "--headless=new",
        "--remote-debugging-pipe",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--hide-scrollbars",
        f"--user-data-dir={profile}",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        "about:blank",
    ]
    process = subprocess.Popen(
        command, pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        yield Tab(ours_out, ours_in)
    finally:
        process.kill()
        process.wait()
        os.close(ours_out)
        os.close(ours_in)
