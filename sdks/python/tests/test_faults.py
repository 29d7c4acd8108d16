"""What can go wrong between a client and its server, caused for real: always a typed error, never a hang."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from conftest import ADMIN, PASSWORD, free_port, new_address, running_server
from janua import (
    AsyncJanuaClient,
    JanuaClient,
    JanuaError,
    NetworkError,
    RateLimitError,
    ServiceUnavailableError,
    TimeoutError,
    UnexpectedResponseError,
)


@contextmanager
def listener(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Something that listens and is no Janua; `serve` has each connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=serve_quietly, args=(connection,), daemon=True).start()

        def serve_quietly(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.recv(65536)
                    serve(connection)
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def silent(connection: socket.socket) -> None:
    connection.recv(1)  # Until the client goes.


def dripping(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.02)


def hanging_up(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")


def page(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 15\r\n\r\n<h1>Welcome</h1>")


def elsewhere(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 302 Found\r\nlocation: https://example.com/\r\ncontent-length: 0\r\n\r\n")


@pytest.mark.parametrize(
    ("serve", "timeout", "kind"),
    [
        (silent, 0.3, TimeoutError),
        (dripping, 0.3, TimeoutError),
        # These end by themselves: a slow machine shall not be taken for a silent server.
        (hanging_up, 60, NetworkError),
        (page, 60, UnexpectedResponseError),
        (elsewhere, 60, JanuaError),
    ],
)
async def test_no_janua_there(serve: Callable[[socket.socket], None], timeout: float, kind: type[JanuaError]) -> None:
    with listener(serve) as url:
        with pytest.raises(kind) as raised:
            JanuaClient("jnk_key", base_url=url, timeout=timeout).users.me()
        assert type(raised.value) is kind
        async with AsyncJanuaClient("jnk_key", base_url=url, timeout=timeout) as client:
            with pytest.raises(kind):
                await client.users.me()


async def test_server_down() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(NetworkError) as raised:
        JanuaClient("jnk_key", base_url=url).users.me()
    assert raised.value.code == "NETWORK_ERROR"
    with pytest.raises(NetworkError):
        await AsyncJanuaClient("jnk_key", base_url=url).users.me()


def test_a_restart_signs_nobody_out() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        with running_server(port, folder) as url:
            client = JanuaClient(base_url=url)
            client.auth.sign_up(email=new_address(), password=PASSWORD)
        client._caller.session._clock = lambda: time.time() + 1000
        with pytest.raises(NetworkError):
            client.users.me()
        assert client.is_signed_in
        with running_server(port, folder):
            assert client.users.me().email


def test_a_limit_of_the_server() -> None:
    with running_server(RATE_LIMIT_ENABLED="true", RATE_LIMIT_LOGIN="2/5m") as url:
        client = JanuaClient(base_url=url)
        for _ in range(2):
            client.auth.sign_in(**ADMIN)
        begun = time.monotonic()
        with pytest.raises(RateLimitError) as raised:
            client.auth.sign_in(**ADMIN)
        assert raised.value.retry_after
        assert time.monotonic() - begun < raised.value.retry_after  # Told, not waited for.


def test_maintenance() -> None:
    with running_server() as url:
        admin = JanuaClient(base_url=url)
        admin.auth.sign_in(**ADMIN)
        admin.admin.set_maintenance(enabled=True)
        other = JanuaClient(base_url=url, max_retries=0)
        with pytest.raises(ServiceUnavailableError) as raised:
            other.auth.sign_up(email=new_address(), password=PASSWORD)
        assert raised.value.code == "MAINTENANCE"
        admin.admin.set_maintenance(enabled=False)
        assert other.auth.sign_up(email=new_address(), password=PASSWORD).user
