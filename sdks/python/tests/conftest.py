"""A real server for all tests, and people on it."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from janua import JanuaClient
from janua.generated import models

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "harbour-cello-tundra-48"
ADMIN = {"email": "ada@example.com", "password": "orbit-velvet-canyon-73"}


def free_port() -> int:
    """A port that nobody has; from below those that outgoing connections take, so that none does before it is used."""
    while True:
        port = random.randrange(11_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def running_server(port: int | None = None, folder: str | None = None, **settings: str) -> Iterator[str]:
    """Janua, on a free port with a store of its own unless named, for as long as the block lasts."""
    port = port or free_port()
    url = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as made:
        folder = folder or made
        environment = {
            "PATH": os.environ["PATH"],
            "PORT": str(port),
            "APP_BASE_URL": url,
            "JANUA_DATA_DIR": f"{folder}/data",
            "LOG_LEVEL": "warn",
            "RATE_LIMIT_ENABLED": "false",
            "EMAIL_VERIFICATION_GRACE_PERIOD_HOURS": "24",
            "ADMIN_BOOTSTRAP_EMAIL": ADMIN["email"],
            "ADMIN_BOOTSTRAP_PASSWORD": ADMIN["password"],
            **settings,
        }
        program = os.environ.get("JANUA", str(ROOT / "target/debug/janua"))
        with open(f"{folder}/log", "wb") as log:
            server = subprocess.Popen([program, "serve"], cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"{url}/ready", server, Path(folder) / "log")
            yield url
        finally:
            end(server)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a program, by force where it does not by itself."""
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"it ended: {log.read_text()}")
        try:
            if httpx.get(url).status_code < 500:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer: {log.read_text()}")


@pytest.fixture(scope="session")
def janua() -> Iterator[str]:
    with running_server() as url:
        yield url


def new_address() -> str:
    return f"person-{uuid.uuid4().hex[:12]}@example.com"


@pytest.fixture
def client(janua: str) -> Iterator[JanuaClient]:
    """A client with somebody new signed in."""
    with JanuaClient(base_url=janua) as made:
        made.auth.sign_up(email=new_address(), password=PASSWORD)
        yield made


@pytest.fixture
def admin(janua: str) -> Iterator[JanuaClient]:
    with JanuaClient(base_url=janua) as made:
        made.auth.sign_in(**ADMIN)
        yield made


def mailed(client: JanuaClient, to: str, word: str) -> str:
    """The secret in a mailed link whose address has `word` in it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for mail in client.development.mails(to=to).messages:
            if found := secret_in(mail, word):
                return found
        time.sleep(0.02)
    raise AssertionError(f"no such mail to {to}")


def secret_in(mail: models.Caught, word: str) -> str | None:
    for link in mail.links:
        if word in link and "token=" in link:
            return link.split("token=")[1].split("&")[0]
    return None
