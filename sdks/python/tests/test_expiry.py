"""Access tokens that are really over: issued hours ago, with the server's own key."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from conftest import PASSWORD, new_address, running_server
from janua import JanuaClient, TokenError, TokenVerifier
from janua.tokens import KeptTokens
from test_sessions import kept_by
from test_vectors import in_threads

HOURS = 7200


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def server(key: rsa.RSAPrivateKey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = Path(tmp_path_factory.mktemp("keys"))
    pem = serialization.Encoding.PEM
    secret, public = folder / "private.pem", folder / "public.pem"
    secret.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    secret.chmod(0o600)
    public.write_bytes(key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))
    with running_server(JWT_PRIVATE_KEY_PATH=str(secret), JWT_PUBLIC_KEY_PATH=str(public)) as url:
        yield url


def aged(tokens: KeptTokens, key: rsa.RSAPrivateKey) -> KeptTokens:
    token = tokens.access_token
    claims = jwt.decode(token, options={"verify_signature": False})
    claims |= {name: claims[name] - HOURS for name in ("iat", "exp", "auth_time") if name in claims}
    head = jwt.get_unverified_header(token)
    return dataclasses.replace(tokens, access_token=jwt.encode(claims, key, algorithm="RS256", headers=head))


@pytest.mark.parametrize("seems_alive", [False, True], ids=["clock right", "clock two hours slow"])
def test_one_refresh_and_everybody_goes_on(server: str, key: rsa.RSAPrivateKey, seems_alive: bool) -> None:
    email, asked = new_address(), list[str]()
    hooks = {"request": [lambda request: asked.append(request.url.path.rpartition("/")[2])]}
    with JanuaClient(base_url=server, http_client=httpx.Client(event_hooks=hooks)) as client:
        client.auth.sign_up(email=email, password=PASSWORD)
        over = aged(kept_by(client), key)
        with pytest.raises(TokenError) as refused:
            TokenVerifier(server).verify(over.access_token)
        assert refused.value.code == "TOKEN_EXPIRED"
        # A clock that is as slow as the token is old takes it for alive: then the server's refusal tells.
        offset = -HOURS * 1000 if seems_alive else over.clock_offset_ms
        client._caller.session._put(dataclasses.replace(over, clock_offset_ms=offset))
        asked.clear()
        assert in_threads(lambda: client.users.me().email, 5) == [email] * 5
        assert asked.count("refresh") == 1
        assert (asked[0] == "me") == seems_alive
