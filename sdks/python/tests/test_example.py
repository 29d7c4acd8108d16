"""examples/fastapi, started by its one command, used by a person with forms and by a program with a token."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from conftest import ADMIN, PASSWORD, ROOT, end, free_port, new_address, wait_for
from janua import JanuaClient


@pytest.fixture(scope="module")
def example(janua: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    url = f"http://localhost:{port}"
    log = Path(tmp_path_factory.mktemp("example")) / "log"
    environment = {"PATH": os.environ["PATH"], "VENV": sys.prefix, "JANUA_BASE_URL": janua, "PORT": str(port)}
    with log.open("wb") as output:
        process = subprocess.Popen([ROOT / "examples/fastapi/run"], env=environment, stdout=output, stderr=output)
    try:
        wait_for(url, process, log)
        yield url
    finally:
        end(process)


def test_a_person_signs_in_writes_and_signs_out(example: str) -> None:
    with httpx.Client(base_url=example, follow_redirects=True) as browser:
        assert 'name="password"' in browser.get("/").text
        wrong = browser.post("/sign-in", data={"email": ADMIN["email"], "password": "not this one"})
        assert wrong.status_code == 401
        assert "Invalid credentials" in wrong.text
        assert ADMIN["email"] in browser.post("/sign-in", data=ADMIN).text
        cookie = next(iter(browser.cookies.jar))
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert "<li>&lt;b&gt;milk&lt;/b&gt;</li>" in browser.post("/notes", data={"text": "<b>milk</b>"}).text
        assert 'name="password"' in browser.post("/sign-out").text
        assert 'name="password"' in browser.get("/").text
        assert httpx.get(example, cookies={cookie.name: cookie.value or ""}).text.count("Signed in") == 0


def test_a_session_that_was_ended_elsewhere(example: str, janua: str) -> None:
    person = {"email": new_address(), "password": PASSWORD}
    other = JanuaClient(base_url=janua)
    other.auth.sign_up(**person)
    with httpx.Client(base_url=example, follow_redirects=True) as browser:
        assert person["email"] in browser.post("/sign-in", data=person).text
        other.sessions.revoke_others()
        assert "Your session has ended" in browser.get("/").text


def test_a_program_shows_its_token(example: str, client: JanuaClient) -> None:
    headers = {"Authorization": f"Bearer {client.access_token()}"}
    assert httpx.get(f"{example}/api/notes").status_code == 401
    assert httpx.post(f"{example}/api/notes", json={"text": "tea"}, headers=headers).status_code == 201
    assert httpx.get(f"{example}/api/notes", headers=headers).json() == ["tea"]
    assert httpx.get(f"{example}/api/reports", headers=headers).status_code == 403
