"""A small HTTP server with gadgets, which PagerDuty does not have: for kinds that exist only in tests."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pdsync.client.endpoint_addition import EXCEPTIONS
from pdsync.client.endpoint_table import ROWS
from pdsync.kinds import KINDS

_EMPTY = ("vendors", *(kind.collection for kind in KINDS))
"""Collections that the account has, with nothing in them."""
_WRAPPERS = {row[1]: row[3] for row in (*ROWS, *EXCEPTIONS) if row[0] == "GET"}
"""What the answer to a listing is in, by its path."""


@dataclass
class GadgetAccount:
    """What the server holds, and what it was asked."""

    paging: str = "offset"
    has_query: bool = True
    label: str = "name"
    holder: str = "notes"
    """The field that may hold an ownership line."""
    refused: int = 0
    """The status that the collection is refused with; 0 where the account's plan has it."""
    shares_names: bool = False
    """True where two gadgets may have the same name."""
    page_size: int = 2
    gadgets: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: set[tuple[str, str]] = field(default_factory=set)
    unlinkable: set[str] = field(default_factory=set)
    """Ids that no link may lead to: a request that names one is refused as a whole."""
    unwelcome: set[str] = field(default_factory=set)
    """Ids that no link is made to, although the request succeeds and says so."""
    lose: int = 0
    """How many answers to associations are lost, although they were carried out."""
    labels: dict[str, str] = field(default_factory=dict)
    """The id of each label."""
    labelled: dict[str, set[str]] = field(default_factory=dict)
    """The labels of each gadget, by its id."""
    hides_labels: bool = False
    """True while no answer shows which labels a gadget has."""
    label_refusals: list[int] = field(default_factory=list)
    """What the next requests to change labels are answered with: a 400 that is not JSON, or an error after they were carried out."""
    labels_refused: int = 0
    """The status that lists of labels are refused with; 0 where they are shown."""
    recipes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The recipe of each gadget that has one, by its id."""
    idle: set[str] = field(default_factory=set)
    """Ids of the gadgets whose recipe is off."""
    glowing: dict[str, bool] = field(default_factory=dict)
    """Whether a gadget glows, where that was said."""
    mates: dict[str, list[str]] = field(default_factory=dict)
    """The ids of the gadgets that a gadget works with, by its id."""
    recipe_refused: int = 0
    """The status that recipes are refused with; 0 where they are shown."""
    switch_refused: int = 0
    """The status that the switch of a recipe is refused with; 0 where it is shown."""
    before_recipe: list[Callable[[str], None]] = field(default_factory=list)
    """Called one after the other with the id of the gadget, each just before a write of a recipe is carried out."""
    lost_recipes: int = 0
    """How many answers to writes of recipes are lost, although they were carried out."""
    dies_at: int = 0
    """At which request, counted from now on, the server ends: it answers 500 from then on. 0: at none."""
    is_last_done: bool = False
    """Whether that request is carried out before the server ends."""
    dies_at_write: bool = False
    """Whether only writes count for that."""
    bodies: list[Any] = field(default_factory=list)
    """What requests to change labels held."""
    tokens: set[str] = field(default_factory=set)
    requests: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    made: int = 0
    url: str = ""

    def writes(self) -> list[tuple[str, str]]:
        """Method and path of each request that was not a GET."""
        return [(method, path) for method, path in self.requests if method != "GET"]

    def named(self, label: str) -> dict[str, Any]:
        """The one gadget of this label."""
        (found,) = [held for held in self.gadgets.values() if held[self.label] == label]
        return found

    def parts_held(self) -> set[tuple[str, str, int]]:
        """Id of the gadget, name and count of each part."""
        return {(part["gadget"]["id"], part["name"], part["count"]) for part in self.parts.values()}

    @property
    def is_dead(self) -> bool:
        """Whether it has come to its end."""
        return self.dies_at < 0

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        """What a request is answered with."""
        with self.lock:
            counts = method != "GET" or not self.dies_at_write
            if self.dies_at == 1 and self.is_last_done and counts:
                self._answer(method, path, query, body)
            if self.dies_at and counts:
                self.dies_at = self.dies_at - 1 if self.dies_at > 1 else -1
            if self.is_dead:
                return 500, {"error": {"message": "Internal", "code": 2000}}
            return self._answer(method, path, query, body)

    def _answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        with self.lock:
            self.requests.append((method, path))
            parts = path.strip("/").split("/")
            if parts == ["users", "me"]:
                return 400, {"error": {"message": "account-level key", "code": 2001}}
            if path.strip("/") in _EMPTY:
                return 200, {_WRAPPERS[path]: [], "limit": 100, "offset": 0, "more": False, "total": 0}
            if parts[0] == "gadget_parts":
                return self._part(method, parts[1:], body)
            if parts[0] == "gadget_links":
                return self._link(parts[1:], body)
            if parts[0] != "gadgets" or len(parts) > 4 or (self.refused and method == "GET" and len(parts) == 1):
                return self.refused or 404, {"error": {"message": "Not Found", "code": 2100}}
            if len(parts) == 1:
                return self._list(query) if method == "GET" else self._make(body)
            if parts[1] not in self.gadgets:
                return 404, {"error": {"message": "Not Found", "code": 2100}}
            if parts[2:3] in (["recipe"], ["features"], ["mates"]):
                return self._apart(method, parts[1], parts[2:], body)
            if parts[2:] in (["labels"], ["change_labels"]):
                return self._label(parts[1], body)
            return self._one(method, parts[1], body)

    def _list(self, query: dict[str, list[str]]) -> tuple[int, Any]:
        rows = sorted(self.gadgets.values(), key=lambda held: held["id"])
        text = query.get("query", [""])[0].casefold()
        if text and self.has_query:
            rows = [held for held in rows if text in held[self.label].casefold()]
        limit = min(int(query.get("limit", ["25"])[0]), self.page_size)
        if self.paging == "cursor":
            at = int(query.get("cursor", ["0"])[0])
            following = at + limit
            return 200, {
                "gadgets": rows[at:following],
                "next_cursor": str(following) if following < len(rows) else None,
            }
        if self.paging == "after":
            last = query.get("after", [""])[0]
            rest = [held for held in rows if held["id"] > last]
            more = len(rest) > limit
            return 200, {"gadgets": rest[:limit], "after": rest[limit - 1]["id"] if more else None}
        at = int(query.get("offset", ["0"])[0])
        more = at + limit < len(rows)
        total = len(rows) if query.get("total") == ["true"] else None
        return 200, {"gadgets": rows[at : at + limit], "offset": at, "limit": limit, "more": more, "total": total}

    def _make(self, body: Any) -> tuple[int, Any]:
        self.made += 1
        identity = f"PGAD{self.made:03d}"
        sent = body["gadget"]
        if self._is_taken(sent[self.label], self.gadgets.values()):
            return 400, {"error": {"message": "Invalid", "code": 2001, "errors": ["Name has already been taken"]}}
        self.gadgets[identity] = {
            "size": 1,
            self.holder: None,
            "peer": None,
            **sent,
            "id": identity,
            "type": "gadget",
            "html_url": f"https://acme.pagerduty.com/gadgets/{identity}",
        }
        return 201, {"gadget": self.gadgets[identity]}

    def _is_taken(self, label: Any, others: Iterable[dict[str, Any]]) -> bool:
        return not self.shares_names and any(held[self.label] == label for held in others)

    def _one(self, method: str, identity: str, body: Any) -> tuple[int, Any]:
        if method == "DELETE":
            del self.gadgets[identity]
            self.recipes.pop(identity, None)
            return 204, None
        if method == "PUT":
            sent = body["gadget"]
            others = [held for held in self.gadgets.values() if held["id"] != identity]
            if self._is_taken(sent.get(self.label), others):
                return 400, {"error": {"message": "Invalid", "code": 2001, "errors": ["Name has already been taken"]}}
            self.gadgets[identity] = {**self.gadgets[identity], **sent, "id": identity}
        return 200, {"gadget": self.gadgets[identity]}

    def _part(self, method: str, rest: list[str], body: Any) -> tuple[int, Any]:
        if method == "GET":
            rows = sorted(self.parts.values(), key=lambda held: held["id"])
            return 200, {"gadget_parts": rows, "offset": 0, "limit": 100, "more": False, "total": len(rows)}
        if method == "POST":
            self.made += 1
            identity = f"PPART{self.made:03d}"
            self.parts[identity] = {**body["gadget_part"], "id": identity}
            return 201, {"gadget_part": self.parts[identity]}
        if method == "DELETE":
            del self.parts[rest[0]]
            return 204, None
        self.parts[rest[0]].update(body["gadget_part"])
        return 200, {"gadget_part": self.parts[rest[0]]}

    def _link(self, rest: list[str], body: Any) -> tuple[int, Any]:
        if not rest:
            rows = [
                {"from": {"id": one, "type": "gadget_reference"}, "to": {"id": other, "type": "gadget_reference"}}
                for one, other in sorted(self.links)
            ]
            return 200, {"gadget_links": rows, "offset": 0, "limit": 100, "more": False, "total": len(rows)}
        pairs = {(pair["from"]["id"], pair["to"]["id"]) for pair in body["links"]}
        if rest == ["associate"] and any(to in self.unlinkable for _, to in pairs):
            return 400, {"error": {"message": "Invalid", "code": 2001, "errors": ["Not to be linked"]}}
        refused = sorted(to for _, to in pairs if to in self.unwelcome)
        pairs = {pair for pair in pairs if pair[1] not in self.unwelcome}
        self.links = self.links | pairs if rest == ["associate"] else self.links - pairs
        if self.lose:
            self.lose -= 1
            return 500, {"error": {"message": "Internal", "code": 2000}}
        return 200, {"links": body["links"], "refused": refused}

    def _label(self, identity: str, body: Any) -> tuple[int, Any]:
        """Labels of a gadget: listed, or found by name (or made) and taken away by id."""
        held = self.labelled.setdefault(identity, set())
        if body is None and self.labels_refused:
            return self.labels_refused, {"error": {"message": "No", "code": 2000}}
        if body is None:
            rows = [] if self.hides_labels else [{"id": self.labels[it], "text": it} for it in sorted(held)]
            return 200, {"labels": rows, "offset": 0, "limit": 100, "more": False, "total": len(rows)}
        refused = self.label_refusals.pop(0) if self.label_refusals else 0
        if refused == 400:
            return refused, "busy"
        self.bodies.append(body)
        for item in body.get("add", ()):
            assert item["type"] == "label"
            self.labels.setdefault(item["text"], f"PLAB{len(self.labels):03d}")
            held.add(item["text"])
        for item in body.get("remove", ()):
            assert item["type"] == "label_reference"
            held -= {text for text, known in self.labels.items() if known == item["id"]}
        return (refused, {"error": {"message": "No", "code": 2000}}) if refused else (200, body)

    def _apart(self, method: str, identity: str, rest: list[str], body: Any) -> tuple[int, Any]:
        """What is read and written beside a gadget: its recipe, the switch of that, and its features."""
        if rest == ["mates"]:
            if method == "PUT":
                self.mates[identity] = [it["id"] for it in body["mates"]]
            held = self.mates.get(identity, [])
            return 200, {"mates": [{"id": it, "type": "gadget_reference"} for it in held]}
        if rest[0] == "features":
            if method == "PUT":
                self.glowing[identity] = body["feature"]["enabled"]
            said = {"feature": rest[-1] if method == "PUT" else "glow", "enabled": self.glowing.get(identity, True)}
            return 200, {"feature": said} if method == "PUT" else {
                "features": [{"feature": "hum", "enabled": False}, said]
            }
        if rest[1:]:
            if self.switch_refused:
                return self.switch_refused, {"error": {"message": "No", "code": 2000}}
            self.idle -= {identity} if method == "PUT" and body["active"] else set()
            return 200, {"active": identity not in self.idle}
        if self.recipe_refused:
            return self.recipe_refused, {"error": {"message": "No", "code": 2000}}
        return self._put_recipe(identity, body["recipe"]) if method == "PUT" else (200, self._recipe(identity))

    def _recipe(self, identity: str) -> dict[str, Any]:
        return {"recipe": {"version": "0", "steps": [], "by": "Ana", **self.recipes.get(identity, {})}}

    def _put_recipe(self, identity: str, sent: dict[str, Any]) -> tuple[int, Any]:
        if self.before_recipe:
            self.before_recipe.pop(0)(identity)
        held, steps = self._recipe(identity)["recipe"], []
        for step in sent["steps"]:
            self.made += 1
            steps.append({"id": f"PSTEP{self.made:03d}", **step})
        self.recipes[identity] = {"version": str(int(held["version"]) + 1), "steps": steps}
        warnings = [
            {"message": "Your plan has no gold.", "rule_id": it["id"], "warning_type": "forbidden_feature"}
            for it in steps
            if it["text"] == "gild"
        ]
        if self.lost_recipes:
            self.lost_recipes -= 1
            return 500, {"error": {"message": "Internal", "code": 2000}}
        return 200, {**self._recipe(identity), "warnings": warnings}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes: the second would wait 40 ms for an acknowledgement
    account: GadgetAccount

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        address = urlsplit(self.path)
        self.account.tokens.add(self.headers.get("Authorization", ""))
        status, answer = self.account.answer(self.command, address.path, parse_qs(address.query), body)
        text = (
            b"" if answer is None else json.dumps(answer).encode() if not isinstance(answer, str) else answer.encode()
        )
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = _serve

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serve_gadgets(account: GadgetAccount) -> Iterator[GadgetAccount]:
    """The account over HTTP, on loopback, for as long as the context lasts."""
    handler = type("Handler", (_Handler,), {"account": account})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    account.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield account
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
