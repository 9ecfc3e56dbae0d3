"""Failures of the transport, injected and real."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
import requests
import urllib3
from requests import exceptions

from pdsync.client import AmbiguousWriteError, Error, NetworkError, RestApiV2Client, UrlError
from pdsync.client.network import is_transient, surely_not_processed

from .conftest import TOKEN, MakeClient
from .transport import VirtualTime, answer

POOL = urllib3.HTTPSConnectionPool("api.pagerduty.com")
REFUSED = exceptions.ConnectionError(
    urllib3.exceptions.MaxRetryError(POOL, "/", urllib3.exceptions.NewConnectionError(POOL, "refused"))
)
NO_NAME = exceptions.ConnectionError(
    urllib3.exceptions.MaxRetryError(
        POOL, "/", urllib3.exceptions.NameResolutionError("api.pagerduty.com", POOL, socket.gaierror(-2, "unknown"))
    )
)
RESET = exceptions.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", ConnectionResetError(104)))
UNTRUSTED = exceptions.SSLError(
    urllib3.exceptions.MaxRetryError(
        POOL, "/", urllib3.exceptions.SSLError(ssl.SSLCertVerificationError("self-signed certificate"))
    )
)


@pytest.mark.parametrize(
    ("error", "unsent", "transient"),
    [
        (REFUSED, True, True),
        (NO_NAME, True, True),
        (exceptions.ConnectTimeout(), True, True),
        (exceptions.ProxyError(), True, True),
        (UNTRUSTED, True, False),
        (RESET, False, True),
        (exceptions.ReadTimeout(), False, True),
        (exceptions.ChunkedEncodingError(), False, True),
        (exceptions.SSLError(), False, True),
        (urllib3.exceptions.ReadTimeoutError(POOL, "/", "slow"), False, True),
        (exceptions.InvalidHeader(), False, False),
        (exceptions.TooManyRedirects(), False, False),
        (urllib3.exceptions.LocationParseError("x"), False, False),
    ],
)
def test_what_a_failure_means(error: BaseException, unsent: bool, transient: bool) -> None:
    assert (surely_not_processed(error), is_transient(error)) == (unsent, transient)


def test_what_the_caller_was_handling_says_nothing_about_the_request() -> None:
    timeout = exceptions.ReadTimeout("slow")
    timeout.__context__ = REFUSED
    assert not surely_not_processed(timeout)


@pytest.mark.parametrize("error", [REFUSED, RESET, exceptions.ReadTimeout("slow"), exceptions.ConnectTimeout("slow")])
@pytest.mark.parametrize("method", ["get", "put", "post", "delete", "patch"])
def test_network_errors_are_retried_for_every_method_by_default(
    make_client: MakeClient, virtual_time: VirtualTime, method: str, error: exceptions.RequestException
) -> None:
    client, transport = make_client(lambda _: error)
    with pytest.raises(NetworkError) as caught:
        getattr(client, method)("users")
    assert virtual_time.sleeps == [3, 6, 12]
    assert len(transport.requests) == 4
    assert isinstance(caught.value, type(error))
    assert isinstance(caught.value, Error)
    assert caught.value.__cause__ is error
    assert f"{method.upper()} https://api.pagerduty.com/users" in str(caught.value)


def test_a_network_error_that_passes_is_not_seen(make_client: MakeClient) -> None:
    client, transport = make_client([RESET, exceptions.ReadTimeout(), answer(201, {"user": {"id": "P1"}})])
    assert client.rpost("users", json={"name": "x"}) == {"id": "P1"}
    assert transport.bodies == [{"user": {"name": "x"}}] * 3


@pytest.mark.parametrize("error", [RESET, exceptions.ReadTimeout("slow"), exceptions.ChunkedEncodingError("cut")])
def test_a_guarded_post_is_not_sent_again_once_it_may_have_been_processed(
    make_client: MakeClient, virtual_time: VirtualTime, error: exceptions.RequestException
) -> None:
    client, transport = make_client(lambda _: error, retry_ambiguous_posts=False)
    with pytest.raises(AmbiguousWriteError) as caught:
        client.rpost("services", json={"name": "body-of-the-post"})
    assert (len(transport.requests), virtual_time.sleeps) == (1, [])
    assert (caught.value.method, caught.value.url) == ("POST", "https://api.pagerduty.com/services")
    assert "body-of-the-post" not in str(caught.value)
    assert not isinstance(caught.value, exceptions.RequestException)


@pytest.mark.parametrize("error", [REFUSED, NO_NAME, exceptions.ConnectTimeout("slow"), exceptions.ProxyError()])
def test_a_guarded_post_that_never_left_is_sent_again(
    make_client: MakeClient, error: exceptions.RequestException
) -> None:
    client, transport = make_client([error, error, answer(201, {"service": {}})], retry_ambiguous_posts=False)
    assert client.rpost("services", json={"name": "x"}) == {}
    assert len(transport.requests) == 3


def test_reads_and_idempotent_writes_are_repeated_in_guarded_mode_too(make_client: MakeClient) -> None:
    for method in ("get", "put", "delete"):
        client, transport = make_client([RESET, answer(200)], retry_ambiguous_posts=False)
        assert getattr(client, method)("users/P1").status_code == 200
        assert len(transport.requests) == 2


def test_an_untrusted_certificate_is_reported_at_once(make_client: MakeClient, virtual_time: VirtualTime) -> None:
    client, _ = make_client(lambda _: UNTRUSTED)
    with pytest.raises(NetworkError, match="self-signed certificate") as caught:
        client.get("users")
    assert isinstance(caught.value, requests.exceptions.SSLError)
    assert virtual_time.sleeps == []


def test_malformed_input_is_a_url_error(make_client: MakeClient) -> None:
    client, transport = make_client([])
    with pytest.raises(UrlError):
        client.get("users", headers={"X-Bad": "line\nbreak"})
    with pytest.raises(UrlError):
        client.post("users", json={"number": float("nan")})
    with pytest.raises(Error, match="HEAD"):
        client.head("users")
    assert transport.requests == []


def test_a_file_is_read_again_from_its_start(make_client: MakeClient, tmp_path: object) -> None:
    import io

    read: list[bytes] = []

    def drain(request: requests.PreparedRequest) -> object:
        read.append(request.body.read())  # type: ignore[union-attr]
        return answer(500 if len(read) == 1 else 200)

    client, _ = make_client(drain, retry={500: 1})
    assert client.post("enrichment/schemas/P1/records", data=io.BytesIO(b"a,b\n1,2\n")).status_code == 200
    assert read == [b"a,b\n1,2\n"] * 2


Serve = Callable[[Callable[[socket.socket], None]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Listens on loopback and gives each connection, one after the other, to a function."""
    listeners: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(behave: Callable[[socket.socket], None]) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    behave(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        threads.append(thread)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for thread in threads:
        thread.join(timeout=10)


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def test_a_refused_connection_is_safe_to_repeat_for_real(virtual_time: VirtualTime) -> None:
    url = f"http://127.0.0.1:{_free_port()}"
    with RestApiV2Client(TOKEN, base_url=url, retry_ambiguous_posts=False, sleep=virtual_time.sleep) as client:
        with pytest.raises(NetworkError, match="refused") as caught:
            client.post("users", json={})
        assert isinstance(caught.value, requests.ConnectionError)
    assert virtual_time.sleeps == [3, 6, 12]


def test_a_closed_connection_after_the_request_is_ambiguous_for_real(serve: Serve, virtual_time: VirtualTime) -> None:
    seen: list[int] = []
    url = serve(lambda _: seen.append(1))
    with (
        RestApiV2Client(TOKEN, base_url=url, retry_ambiguous_posts=False, sleep=virtual_time.sleep) as client,
        pytest.raises(AmbiguousWriteError),
    ):
        client.post("users", json={})
    assert (seen, virtual_time.sleeps) == ([1], [])


def test_the_timeout_of_a_call_goes_before_that_of_the_client(serve: Serve, virtual_time: VirtualTime) -> None:
    done = threading.Event()
    url = serve(lambda _: done.wait(10) and None)
    with RestApiV2Client(TOKEN, base_url=url, retry_ambiguous_posts=False, sleep=virtual_time.sleep) as client:
        with pytest.raises(AmbiguousWriteError, match="ReadTimeout"):
            client.rpost("users", json={}, timeout=0.05)
        done.set()


def test_timeouts_reach_the_transport(make_client: MakeClient) -> None:
    client, transport = make_client(lambda _: answer(200, {"users": []}))
    client.get("users")
    client.get("users", timeout=3)
    client.rget("users", timeout=(1, 2))
    client.timeout = 7
    client.get("users", timeout=None)
    assert transport.timeouts == [60, 3, (1, 2), 7]


def test_urllib3_does_not_retry_behind_our_back() -> None:
    with RestApiV2Client(TOKEN) as client:
        for adapter in client.adapters.values():
            assert adapter.max_retries.total == 0  # type: ignore[attr-defined]
            assert adapter.max_retries.read is False  # type: ignore[attr-defined]
