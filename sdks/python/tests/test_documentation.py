"""Every snippet of docs/sdks/python.md, in its order, and those of other pages, executed against a real server."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from conftest import ADMIN, ROOT, running_server
from janua import JanuaClient

PAGE = ROOT / "docs/sdks/python.md"


def snippets_of(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


SNIPPETS = snippets_of(PAGE)
DJANGO = """
import sys
from types import ModuleType

from django.conf import settings
from django.urls import path

{settings}
settings.configure(MIDDLEWARE=MIDDLEWARE, JANUA=JANUA, ROOT_URLCONF="urls", SECRET_KEY="tests", ALLOWED_HOSTS=["*"])
{views}
sys.modules["urls"] = urls = ModuleType("urls")
urls.urlpatterns = [path("me", me)]
import django

django.setup()
from django.test import Client

assert Client().get("/me").status_code == 401
answer = Client().get("/me", headers={{"Authorization": "Bearer " + sys.argv[1]}})
print(answer.status_code, answer.content.decode())
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server(EMAIL_VERIFICATION_GRACE_PERIOD_HOURS="0") as url:
        yield url


def test_the_page(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "page"}
    django: list[str] = []
    user = ""
    for snippet in SNIPPETS:
        # The address of the page's Janua is that of the test's; all else runs as it is printed.
        code = snippet.replace("https://auth.example.com", server)
        if "django" in code:
            django.append(code)
            continue
        exec(compile(code, PAGE.name, "exec", dont_inherit=True), names)
        if "TokenVerifier(" in code:
            user = names["claims"].user_id
        if "fastapi" in code:
            check_app(TestClient(names["app"]), names["token"], f'"{user}"')
        if "flask" in code:
            check_app(names["app"].test_client(), names["token"], user)
        if "verify_webhook" in code:
            check_webhook(names["receive"])
    printed = capsys.readouterr().out
    assert printed.count(ADMIN["email"]) >= 4
    assert "A link is on its way to grace@example.com" in printed
    assert (tmp_path / "tokens.json").exists()
    program = DJANGO.format(settings=django[0], views=django[1])
    done = subprocess.run([sys.executable, "-c", program, names["token"]], check=False, capture_output=True, text=True)
    assert done.stdout.split() == ["200", user], done.stderr
    assert len(SNIPPETS) == 14


def test_the_page_of_the_package(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    (snippet,) = snippets_of(ROOT / "sdks/python/README.md")
    exec(snippet.replace("https://auth.example.com", server), {})
    assert capsys.readouterr().out == f"{ADMIN['email']}\n"


def test_the_quick_start(server: str) -> None:
    (snippet,) = snippets_of(ROOT / "docs/start/quick-start.md")
    names: dict[str, Any] = {"__name__": "page"}
    exec(compile(snippet.replace("http://localhost:4100", server), "quick-start.md", "exec", dont_inherit=True), names)
    with JanuaClient(base_url=server) as client:
        user = client.auth.sign_in(**ADMIN).user
        assert user
        http = TestClient(names["app"])
        assert http.get("/orders").status_code == 401
        headers = {"Authorization": f"Bearer {client.access_token()}"}
        assert http.get("/orders", headers=headers).json() == user.id


def check_app(http: Any, token: str, answer: str) -> None:
    assert http.get("/me").status_code == 401
    assert http.get("/me", headers={"Authorization": f"Bearer {token}"}).text == answer


def check_webhook(receive: Any) -> None:
    body = json.dumps(
        {"id": "evt_1", "type": "user.created", "created_at": "", "api_version": "1", "data": {}}
    ).encode()
    timestamp = str(int(time.time()))
    signature = hmac.new(b"whsec_x", f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-Janua-Timestamp": timestamp, "X-Janua-Signature": f"sha256={signature}"}
    assert receive(body, headers, "whsec_x") == 204
    assert receive(body + b" ", headers, "whsec_x") == 400
