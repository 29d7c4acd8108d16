"""The snippet of Janua's troubleshooting guide, as it is printed there."""

from __future__ import annotations

import textwrap
import time
from typing import Any

import pytest

import janua as sdk
from conftest import ADMIN
from janua import FileTokenStorage, JanuaClient

# "JWT/Token Problems", "Implement token refresh".
SNIPPET = """
   # Python SDK
   from janua import JanuaClient

   client = JanuaClient(api_key="...")

   # Automatic refresh
   try:
       response = client.users.me()
   except AuthenticationError as e:
       if e.error_code == "TOKEN_EXPIRED":
           client.auth.refresh()  # Refresh tokens
           response = client.users.me()  # Retry
"""


def run(monkeypatch: pytest.MonkeyPatch, before: Any, **names: Any) -> dict[str, Any]:
    """Runs the snippet; `before` sees each client that it makes."""
    made = JanuaClient.__init__

    def prepared(self: JanuaClient, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        before(self)

    monkeypatch.setattr(JanuaClient, "__init__", prepared)
    exec(compile(textwrap.dedent(SNIPPET), "guide", "exec"), names)
    return names


def signed_in(client: JanuaClient) -> None:
    assert client._caller.settings.api_key == "..."
    client.auth.sign_in(**ADMIN)


def test_as_printed(janua: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANUA_BASE_URL", janua)
    assert run(monkeypatch, signed_in)["response"].email == ADMIN["email"]


def test_with_a_token_that_is_due(janua: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JANUA_BASE_URL", janua)
    used: list[str] = []

    def due(client: JanuaClient) -> None:
        signed_in(client)
        used.append(client.access_token() or "")
        client._caller.session._clock = lambda: time.time() + 1000

    names = run(monkeypatch, due)
    assert names["response"].email == ADMIN["email"]
    assert names["client"].access_token() not in used


def test_where_the_exception_comes(janua: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With AuthenticationError imported, which the guide leaves to its reader."""
    monkeypatch.setenv("JANUA_BASE_URL", janua)
    refused: list[str] = []

    def expired_once(client: JanuaClient) -> None:
        signed_in(client)
        me = client.users.me

        def once() -> Any:
            if not refused:
                refused.append("TOKEN_EXPIRED")
                raise sdk.TokenError("Token expired", code="TOKEN_EXPIRED", status=401)
            return me()

        monkeypatch.setattr(client.users, "me", once)

    names = run(monkeypatch, expired_once, AuthenticationError=sdk.AuthenticationError)
    assert names["response"].email == ADMIN["email"]
    assert refused


def test_storage_that_cannot_be_written() -> None:
    with pytest.raises(sdk.StorageError):
        FileTokenStorage("/nowhere/at/all").set_item("janua_auth", "{}")
