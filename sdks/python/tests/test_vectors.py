"""Runs the shared tables."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import anyio
import httpx
import pytest

import janua
from janua import AsyncJanuaClient, JanuaClient, JanuaError, MemoryTokenStorage, TokenError, WebhookError
from janua.errors import error_from_answer, unexpected_answer
from janua.generated.models import TokensBody
from janua.session_keeper import after_refusal, ends_session
from janua.tokens import kept, lifetime, parse_kept
from janua.verification import ALGORITHMS, TokenRules
from janua.webhooks import TOLERANCE
from vectors import answering, each, table, unsigned_token

URLS, RETRY, REFRESH, STORAGE, TOKENS = (table(name) for name in ("urls", "retry", "refresh", "storage", "tokens"))
BASE = "https://auth.example.com"


@each(URLS["cases"])
def test_urls(case: Any) -> None:
    asked: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={})

    JanuaClient(base_url=case["base_url"], http_client=answering(handle)).request("GET", URLS["path"])
    assert asked == [case["url"]]


@each(URLS["refused"])
def test_urls_refused(case: Any) -> None:
    with pytest.raises(TypeError):
        JanuaClient(base_url=case["base_url"])


@each(table("errors")["cases"])
def test_errors(case: Any) -> None:
    answer, expected = case["answer"], case["error"]

    def handle(request: httpx.Request) -> httpx.Response:
        return httpx.Response(answer["status"], headers=answer["headers"], content=answer["body"].encode())

    client = JanuaClient("jnk_key", base_url=BASE, max_retries=0, http_client=answering(handle))
    with pytest.raises(JanuaError) as raised:
        client.users.me()
    error = raised.value
    assert type(error) is getattr(janua, expected["class"])
    for name in ("code", "error_code", "status", "message", "request_id", "details", "help", "retry_after"):
        if name in expected:
            assert getattr(error, name) == expected[name], name


def retry_transport(case: Any, sent: list[str]) -> httpx.MockTransport:
    def handle(request: httpx.Request) -> httpx.Response:
        answer = case["answers"][len(sent)]
        sent.append(request.method)
        headers = {"retry-after": answer["retry_after"]} if "retry_after" in answer else {}
        content = b"" if answer["status"] == 204 else b"{}"
        return httpx.Response(
            answer["status"], headers={"content-type": "application/json", **headers}, content=content
        )

    return httpx.MockTransport(handle)


def check_retry(case: Any, sent: list[str], waits: list[float], outcome: int) -> None:
    assert outcome == case["outcome"]
    assert len(sent) == case["requests"]
    assert len(waits) == len(case["waits_ms"])
    for wait, (least, most) in zip(waits, case["waits_ms"], strict=True):
        assert least <= wait * 1000 <= most


@each(RETRY["cases"])
def test_retry(case: Any) -> None:
    sent: list[str] = []
    waits: list[float] = []
    client = JanuaClient(
        "jnk_key",
        base_url=BASE,
        max_retries=RETRY["max_retries"],
        http_client=httpx.Client(transport=retry_transport(case, sent)),
    )
    client._base._run._sleep = waits.append  # type: ignore[attr-defined]
    try:
        client.request(case["method"], case["path"])
        outcome = case["answers"][len(sent) - 1]["status"]
    except JanuaError as error:
        outcome = error.status
    check_retry(case, sent, waits, outcome)


@each(RETRY["cases"])
async def test_retry_async(case: Any) -> None:
    sent: list[str] = []
    waits: list[float] = []
    client = AsyncJanuaClient(
        "jnk_key", base_url=BASE, http_client=httpx.AsyncClient(transport=retry_transport(case, sent))
    )

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    client._base._run._sleep = sleep  # type: ignore[attr-defined]
    try:
        await client.request(case["method"], case["path"])
        outcome = case["answers"][len(sent) - 1]["status"]
    except JanuaError as error:
        outcome = error.status
    check_retry(case, sent, waits, outcome)


@each(REFRESH["due"]["cases"])
def test_refresh_due(case: Any) -> None:
    token = unsigned_token(iat=case["iat"], exp=case["exp"])
    tokens = TokensBody(
        access_token=token, refresh_token="r", token_type="bearer", expires_in=case["exp"] - case["iat"]
    )
    lives = lifetime(kept(tokens, case["received_at"]), case.get("threshold", REFRESH["due"]["threshold"]))
    assert (lives.due_at, lives.expires_at) == (case["due_at"], case["expired_at"])


def failure(status: int, code: str) -> JanuaError:
    if status == 0:
        return janua.NetworkError(code, code=code)
    if code == "UNEXPECTED_RESPONSE":
        return unexpected_answer(status, {}, b"<h1>")
    body = {"error": "SOMETHING", "code": code, "message": code, "details": {}}
    return error_from_answer(status, {}, json.dumps(body).encode())


@each(REFRESH["after_refusal"]["cases"])
def test_after_refusal(case: Any) -> None:
    assert after_refusal(failure(case["status"], case["code"])) == case["then"]


@each(REFRESH["after_failed_refresh"]["cases"])
def test_after_failed_refresh(case: Any) -> None:
    assert ends_session(failure(case["status"], case["code"])) == (case["then"] == "signed_out")


class Refreshing:
    """Answers as Janua does, and counts the refreshes."""

    def __init__(self, failing: httpx.Response | None = None) -> None:
        self.refreshes = 0
        self.failing = failing
        now = int(time.time())
        self.fresh = {
            "access_token": unsigned_token(iat=now, exp=now + 900),
            "refresh_token": "new",
            "token_type": "bearer",
            "expires_in": 900,
        }
        self.storage = MemoryTokenStorage()
        old = unsigned_token(iat=now - 2000, exp=now - 1100)
        self.storage.set_item(
            STORAGE["default_key"], json.dumps({**self.fresh, "access_token": old, "refresh_token": "old"})
        )

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/auth/refresh"):
            assert request.headers["authorization"] == f"Bearer {self.fresh['access_token']}"
            return httpx.Response(200, json={})
        self.refreshes += 1
        return self.failing or httpx.Response(200, json=self.fresh)


def in_threads(work: Any, count: int) -> list[Any]:
    """What `work` gave or raised in that many threads that start together."""
    results: list[Any] = []
    start = threading.Barrier(count)

    def run() -> None:
        start.wait()
        try:
            results.append(work())
        except JanuaError as error:
            results.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_parallel_threads_share_a_refresh() -> None:
    server = Refreshing()

    def slow(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/auth/refresh"):
            time.sleep(0.05)  # Long enough for all others to arrive.
        return server(request)

    client = JanuaClient(base_url=BASE, token_storage=server.storage, http_client=answering(slow))
    answers = in_threads(lambda: client.request("GET", "/api/v1/users/me"), REFRESH["parallel"]["calls"])
    assert answers == [{}] * REFRESH["parallel"]["calls"]
    assert server.refreshes == REFRESH["parallel"]["refreshes"]


async def test_parallel_tasks_share_a_refresh() -> None:
    server = Refreshing()

    async def slow(request: httpx.Request) -> httpx.Response:
        await anyio.sleep(0.02)
        return server(request)

    transport = httpx.AsyncClient(transport=httpx.MockTransport(slow))
    client = AsyncJanuaClient(base_url=BASE, token_storage=server.storage, http_client=transport)
    async with anyio.create_task_group() as group:
        for _ in range(REFRESH["parallel"]["calls"]):
            group.start_soon(client.request, "GET", "/api/v1/users/me")
    assert server.refreshes == REFRESH["parallel"]["refreshes"]


async def test_parallel_tasks_share_a_failure_and_stay_signed_in_after_a_fault() -> None:
    server = Refreshing(httpx.Response(500, text="<h1>"))

    async def slow(request: httpx.Request) -> httpx.Response:
        await anyio.sleep(0.02)
        return server(request)

    transport = httpx.AsyncClient(transport=httpx.MockTransport(slow))
    client = AsyncJanuaClient(base_url=BASE, token_storage=server.storage, http_client=transport)
    failures: list[JanuaError] = []

    async def ask() -> None:
        try:
            await client.request("GET", "/api/v1/users/me")
        except JanuaError as error:
            failures.append(error)

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(ask)
    assert [type(error) for error in failures] == [janua.InternalError] * 5
    assert server.refreshes == 1
    assert client.is_signed_in
    server.failing = None
    assert await client.request("GET", "/api/v1/users/me") == {}


async def test_a_cancelled_refresh_lets_others_refresh() -> None:
    server = Refreshing()
    begun = anyio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        if not begun.is_set():
            begun.set()
            await anyio.sleep_forever()
        return server(request)

    transport = httpx.AsyncClient(transport=httpx.MockTransport(slow))
    client = AsyncJanuaClient(base_url=BASE, token_storage=server.storage, http_client=transport)
    async with anyio.create_task_group() as group:
        group.start_soon(client.users.me)
        await begun.wait()
        group.cancel_scope.cancel()
    with anyio.fail_after(60):
        assert await client.request("GET", "/api/v1/users/me") == {}


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_sign_out_forgets_the_tokens_whatever_the_server_says(status: int) -> None:
    server = Refreshing()
    http = answering(lambda request: httpx.Response(status, headers={"retry-after": "300"}))
    client = JanuaClient(base_url=BASE, token_storage=server.storage, http_client=http)
    if status == 401:
        client.auth.sign_out()
    else:
        with pytest.raises(JanuaError):
            client.auth.sign_out()
    assert not client.is_signed_in


def test_storage_written() -> None:
    written = STORAGE["written"]
    assert kept(TokensBody(**written["tokens"]), written["received_at_ms"] / 1000).text() == written["text"]


@each(STORAGE["read"])
def test_storage_read(case: Any) -> None:
    assert (parse_kept(case["text"]) is not None) == case["signed_in"]


@each(table("webhooks")["cases"])
def test_webhooks(case: Any) -> None:
    headers = {"X-Janua-Timestamp": case["timestamp"], "X-Janua-Signature": case["signature"]}

    def verify(body: bytes | str) -> janua.WebhookEvent:
        return janua.verify_webhook(body, headers, case["secret"], now=case["now"])

    if case["accepted"]:
        assert verify(case["body"].encode()) == verify(case["body"])
        assert verify(case["body"]).type == "user.created"
    else:
        with pytest.raises(WebhookError) as raised:
            verify(case["body"])
        assert raised.value.code == case["code"]
    assert table("webhooks")["tolerance"] == TOLERANCE


@each(TOKENS["cases"])
def test_tokens(case: Any) -> None:
    rules = TokenRules(
        TOKENS["issuer"],
        audience=TOKENS["audience"],
        algorithms=case.get("algorithms", ALGORITHMS),
        clock=lambda: float(TOKENS["now"]),
    )
    rules.take_keys(TOKENS["jwks"]["keys"])
    if case["accepted"]:
        assert rules.judge(case["token"]).user_id
    else:
        with pytest.raises(TokenError) as raised:
            rules.judge(case["token"])
        assert raised.value.code == case["code"]
