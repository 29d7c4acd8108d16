"""Verifying tokens by the keys of a real server, and what happens when keys change or cannot be had."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from conftest import ADMIN, running_server
from janua import AsyncTokenVerifier, JanuaClient, NetworkError, TokenError, TokenVerifier
from janua.verification import TokenRules
from vectors import table

TOKENS = table("tokens")


class Keys:
    """A key set behind a verifier, which counts who asks."""

    def __init__(self) -> None:
        self.asked = 0
        self.keys = TOKENS["jwks"]["keys"]
        self.down = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        assert request.url.path == "/.well-known/jwks.json"
        if self.down:
            raise httpx.ConnectError("down")
        return httpx.Response(200, json={"keys": self.keys})

    def verifier(self) -> TokenVerifier:
        made = TokenVerifier(TOKENS["issuer"], clock=lambda: float(TOKENS["now"]))
        made._driver._client = httpx.Client(transport=httpx.MockTransport(self))
        return made


ACCEPTED = next(case["token"] for case in TOKENS["cases"] if case["accepted"])
UNKNOWN = next(case["token"] for case in TOKENS["cases"] if case["name"] == "a key that nobody knows")


def test_keys_are_kept_and_fetched_once_more_for_an_unknown_one() -> None:
    server = Keys()
    verifier = server.verifier()
    for _ in range(3):
        assert verifier.verify(ACCEPTED).user_id
    assert server.asked == 1
    for _ in range(3):
        with pytest.raises(TokenError):
            verifier.verify(UNKNOWN)
    assert server.asked == 2


def test_a_new_key_is_found_at_once() -> None:
    server = Keys()
    server.keys = server.keys[1:]
    verifier = server.verifier()
    token = next(case["token"] for case in TOKENS["cases"] if case["name"] == "signed with ES256")
    verifier.verify(token)
    server.keys = TOKENS["jwks"]["keys"]
    assert verifier.verify(ACCEPTED).user_id
    assert server.asked == 2


def test_keys_that_are_old_serve_while_the_server_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Keys()
    server.down = True
    verifier = server.verifier()
    with pytest.raises(NetworkError):
        verifier.verify(ACCEPTED)
    server.down = False
    verifier.verify(ACCEPTED)
    server.down = True
    monkeypatch.setattr(verifier.rules, "_fetched_at", verifier.rules._fetched_at - 1000)
    asked = server.asked
    for _ in range(3):
        assert verifier.verify(ACCEPTED).user_id
    assert server.asked == asked + 1


def test_secrets_are_no_public_keys() -> None:
    with pytest.raises(TypeError):
        TokenRules("https://auth.example.com", algorithms=["HS256"])


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_tokens_of_a_real_server(algorithm: str) -> None:
    with running_server(JWT_ALGORITHM=algorithm) as url:
        client = JanuaClient(base_url=url)
        client.auth.sign_in(**ADMIN)
        token = client.access_token() or ""
        verifier = TokenVerifier(url)
        claims = verifier.verify(token)
        assert claims.user_id == client.users.me().id
        assert claims.methods == ("pwd",)
        with pytest.raises(TokenError):
            verifier.verify(token[:-6] + "AAAAAA")
        with pytest.raises(TokenError):
            TokenVerifier(url, audience="another").verify(token)

        async def to_await() -> str:
            waiting = AsyncTokenVerifier(url)
            return (await waiting.verify(token)).user_id

        assert asyncio.run(to_await()) == claims.user_id
