"""One client, many threads."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from requests import PreparedRequest, Response

from pdsync.client import RestApiV2Client

from .conftest import TOKEN, MakeClient
from .transport import Transport, VirtualTime, answer


class Window:
    """A server that lets ``limit`` requests through per ``length_s``, and announces it."""

    def __init__(self, time: VirtualTime, limit: int, length_s: float = 60) -> None:
        self._time, self._limit, self._length_s = time, limit, length_s
        self._lock = threading.Lock()
        self._used: Counter[int] = Counter()
        self.refused = 0
        self.accepted: list[str] = []

    def __call__(self, request: PreparedRequest) -> Response:
        with self._lock:
            window = int(self._time.now_s // self._length_s)
            reset_s = (window + 1) * self._length_s - self._time.now_s
            self._used[window] += 1
            remaining = max(0, self._limit - self._used[window])
            headers = {
                "ratelimit-limit": str(self._limit),
                "ratelimit-remaining": str(remaining),
                "ratelimit-reset": str(reset_s),
            }
            if self._used[window] > self._limit:
                self.refused += 1
                return answer(429, headers=headers)
            self.accepted.append(request.body if isinstance(request.body, str) else (request.body or b"").decode())
            return answer(200, {"user": {}}, headers)


def together(threads: int, work: Callable[[int], Any], items: range) -> None:
    with ThreadPoolExecutor(threads) as executor:
        for done in [executor.submit(work, item) for item in items]:
            done.result(timeout=60)


def test_no_request_is_lost_or_doubled_and_the_announced_rate_is_kept(
    make_client: MakeClient, virtual_time: VirtualTime
) -> None:
    server = Window(virtual_time, limit=50)
    client, transport = make_client(server, retry_ambiguous_posts=False)
    together(20, lambda n: client.rpost("users", json={"name": f"n{n}"}), range(400))
    assert sorted(server.accepted) == sorted(f'{{"user": {{"name": "n{n}"}}}}' for n in range(400))
    # Only requests that no answer could have warned are refused: at most one for each thread, out of 400.
    assert server.refused <= 20
    assert len(transport.requests) == 400 + server.refused
    assert client.total_call_count == 400
    assert virtual_time.now_s >= 60 * 7


def test_as_long_as_there_is_budget_no_one_waits(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, _ = make_client(Window(virtual_time, limit=960))
    together(8, lambda n: client.get(f"users/P{n}"), range(200))
    assert virtual_time.sleeps == []


def test_a_429_to_one_thread_holds_back_all(virtual_time: VirtualTime) -> None:
    sent_at: dict[str, list[float]] = {}
    others: list[threading.Thread] = []

    def serve(request: PreparedRequest) -> Response:
        times = sent_at.setdefault(request.path_url, [])
        times.append(virtual_time.now_s)
        first = request.path_url == "/users/first" and len(times) == 1
        return answer(429, headers={"Retry-After": "30"}) if first else answer(200)

    def sleep(seconds: float) -> None:
        if not others:  # The first thread has its 429 and begins to wait: others come along.
            others.extend(threading.Thread(target=client.get, args=(f"users/P{n}",)) for n in range(5))
            for thread in others:
                thread.start()
            for thread in others:
                thread.join(timeout=10)
        virtual_time.sleep(seconds)

    with RestApiV2Client(TOKEN, sleep=sleep, clock=virtual_time.clock) as client:
        client.mount("https://", Transport(serve))
        client.get("users/first")
    # The others waited before the first one's sleep counted, so its 30 seconds come after theirs.
    assert sent_at.pop("/users/first") == [0, 60]
    assert sent_at == {f"/users/P{n}": [30] for n in range(5)}


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bodies: Counter[bytes]
    lock: threading.Lock
    connections: set[Any]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.lock:
            self.bodies[body] += 1
            self.connections.add(self.client_address)
        self.send_response(201)
        self.send_header("Set-Cookie", f"visit={len(self.bodies)}; Path=/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class EchoServer(ThreadingHTTPServer):
    request_queue_size = 64


def test_real_connections_from_many_threads_mix_nothing_up() -> None:
    handler = type("Handler", (Echo,), {"bodies": Counter(), "lock": threading.Lock(), "connections": set()})
    server = EchoServer(("127.0.0.1", 0), handler)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    try:
        with RestApiV2Client(TOKEN, base_url=f"http://127.0.0.1:{server.server_port}", pool_size=10) as client:

            def work(n: int) -> None:
                assert client.rpost("users", json={"name": f"n{n}"}) == {"name": f"n{n}"}

            together(10, work, range(300))
            assert client.total_call_count == 300
    finally:
        server.shutdown()
        serving.join(10)
        server.server_close()
    assert len(handler.bodies) == 300
    assert set(handler.bodies.values()) == {1}
    assert len(handler.connections) <= 10
