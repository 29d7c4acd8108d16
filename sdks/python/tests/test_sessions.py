"""Signing in, staying signed in and out again, against a real server."""

from __future__ import annotations

import dataclasses
import stat
import time
from pathlib import Path

import pytest

from conftest import ADMIN, PASSWORD, mailed, new_address
from janua import (
    AsyncJanuaClient,
    AuthenticationError,
    ConflictError,
    FileTokenStorage,
    JanuaClient,
    TokenError,
    ValidationError,
)
from janua.tokens import KeptTokens
from test_vectors import in_threads


def kept_by(client: JanuaClient) -> KeptTokens:
    tokens = client._caller.session.tokens()
    assert tokens
    return tokens


def test_sign_up_me_and_sign_out(janua: str) -> None:
    email = new_address()
    with JanuaClient(base_url=janua + "/api/v1/") as client:
        made = client.auth.sign_up(email=email, password=PASSWORD, first_name="Zoë")
        assert client.is_signed_in
        assert client.users.me().first_name == "Zoë"
        assert client.users.me().id == made.user.id
        assert client.users.update_me(first_name="Ada").first_name == "Ada"
        client.auth.sign_out()
        assert not client.is_signed_in
        with pytest.raises(AuthenticationError) as raised:
            client.users.me()
        assert raised.value.status == 401
        client.auth.sign_out()  # Twice does no harm.


async def test_the_same_to_await(janua: str) -> None:
    email = new_address()
    async with AsyncJanuaClient(base_url=janua) as client:
        await client.auth.sign_up(email=email, password=PASSWORD)
        before = await client.access_token()
        tokens = await client.auth.refresh()
        assert tokens.access_token != before
        assert (await client.users.me()).email == email
        await client.auth.sign_out()
        assert not client.is_signed_in


def test_refusals_are_typed(janua: str, client: JanuaClient) -> None:
    other = JanuaClient(base_url=janua)
    with pytest.raises(AuthenticationError) as wrong:
        other.auth.sign_in(email=client.users.me().email, password="not-this-one-at-all")
    assert wrong.value.error_code == "INVALID_CREDENTIALS"
    assert wrong.value.request_id
    assert wrong.value.help
    with pytest.raises(ConflictError) as taken:
        other.auth.sign_up(email=client.users.me().email, password=PASSWORD)
    assert taken.value.code == "EMAIL_ALREADY_EXISTS"
    with pytest.raises(ValidationError) as weak:
        other.auth.sign_up(email="nobody", password="1")
    assert {one["field"] for one in weak.value.fields} == {"email", "password"}
    with pytest.raises(AuthenticationError) as stranger:
        other.auth.refresh()
    assert stranger.value.code == "NOT_AUTHENTICATED"


def test_a_due_token_is_replaced_before_the_call(client: JanuaClient) -> None:
    before = kept_by(client)
    client._caller.session._clock = lambda: time.time() + 601
    client.users.me()
    assert kept_by(client).refresh_token != before.refresh_token


def test_a_token_that_the_server_refuses_is_replaced_and_the_call_repeated(client: JanuaClient) -> None:
    before = kept_by(client)
    client._caller.session._put(dataclasses.replace(before, access_token=before.access_token[:-6] + "AAAAAA"))
    assert client.users.me().email
    assert kept_by(client).refresh_token != before.refresh_token


@pytest.mark.parametrize("seconds", [-600, 600])
def test_a_clock_that_is_off_by_ten_minutes_changes_nothing(janua: str, seconds: int) -> None:
    client = JanuaClient(base_url=janua)
    client._caller.session._clock = lambda: time.time() + seconds
    client.auth.sign_up(email=new_address(), password=PASSWORD)
    before = kept_by(client)
    client.users.me()
    assert kept_by(client) == before
    client._caller.session._clock = lambda: time.time() + seconds + 601
    client.users.me()
    assert kept_by(client) != before


def test_without_auto_refresh_the_guide_s_way_works(janua: str) -> None:
    client = JanuaClient(base_url=janua, auto_refresh=False)
    client.auth.sign_up(email=new_address(), password=PASSWORD)
    before = kept_by(client)
    client._caller.session._put(dataclasses.replace(before, access_token=before.access_token[:-6] + "AAAAAA"))
    with pytest.raises(TokenError):
        client.users.me()
    client.auth.refresh()
    assert client.users.me().email


def test_a_stolen_refresh_token_is_noticed(janua: str, client: JanuaClient) -> None:
    stolen = kept_by(client).refresh_token
    client.auth.refresh()
    client.auth.refresh()  # The successor was used, so the predecessor is nobody's to use again.
    thief = JanuaClient(base_url=janua)
    with pytest.raises(TokenError) as raised:
        thief.request("POST", "/api/v1/auth/refresh", body={"refresh_token": stolen})
    assert raised.value.code == "REFRESH_TOKEN_REUSED"
    with pytest.raises(AuthenticationError):
        client.users.me()
    assert not client.is_signed_in


def test_a_session_that_was_ended_elsewhere(janua: str, client: JanuaClient) -> None:
    other = JanuaClient(base_url=janua)
    other.auth.sign_in(email=client.users.me().email, password=PASSWORD)
    other.sessions.revoke_others()
    with pytest.raises(AuthenticationError):
        client.users.me()
    assert not client.is_signed_in
    assert other.sessions.list().total == 1


def test_five_programs_share_a_file(janua: str, tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    first = JanuaClient(base_url=janua, token_storage=FileTokenStorage(file))
    first.auth.sign_up(email=new_address(), password=PASSWORD)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    clients = [JanuaClient(base_url=janua, token_storage=FileTokenStorage(file)) for _ in range(5)]
    for _ in range(3):
        waiting = list(clients)
        answers = in_threads(lambda left=waiting: left.pop().auth.refresh().token_type, 5)
        assert answers == ["bearer"] * 5
    assert all(client.users.me().email for client in clients)
    clients[0].auth.sign_out()
    assert not first.is_signed_in


def test_mailed_links_sign_in(janua: str, client: JanuaClient) -> None:
    email = client.users.me().email
    client.auth.verify_email(token=mailed(client, email, "verify"))
    assert client.users.me().email_verified
    client.auth.forgot_password(email=email)
    client.auth.reset_password(token=mailed(client, email, "reset"), new_password="granite-lantern-otter-52")
    other = JanuaClient(base_url=janua)
    other.auth.sign_in(email=email, password="granite-lantern-otter-52")
    assert other.users.me().email == email


def test_an_api_key_asks_in_its_own_name(janua: str, admin: JanuaClient) -> None:
    made = admin.api_keys.create(name="tests", scopes=["*"])
    assert made.key not in repr(made)
    by_key = JanuaClient(api_key=made.key, base_url=janua)
    assert by_key.users.me().email == ADMIN["email"]
    assert not by_key.is_signed_in
    admin.api_keys.revoke(made.id)
    with pytest.raises(AuthenticationError):
        by_key.users.me()


def test_organizations_from_end_to_end(client: JanuaClient) -> None:
    made = client.organizations.create(name="Acme", slug=f"acme-{time.time_ns()}")
    assert client.organizations.update(made.id, name="Acme & Co").name == "Acme & Co"
    before = client.access_token()
    client.auth.act_in(organization_id=made.id)
    assert client.access_token() != before
    assert client.roles.check(permission="members:read").allowed  # type: ignore[union-attr]
    assert client.organizations.list_members(made.id).members[0].role == "owner"
    client.organizations.delete(made.id)
