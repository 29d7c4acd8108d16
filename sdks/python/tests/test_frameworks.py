"""The middlewares in the real frameworks, with tokens of a real server."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import flask
import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

import janua.fastapi
import janua.flask
from conftest import PASSWORD, free_port, new_address
from janua import AsyncTokenVerifier, Claims, JanuaClient


@pytest.fixture
def owner(client: JanuaClient) -> str:
    """The token of somebody who acts as the owner of an organization."""
    made = client.organizations.create(name="Acme", slug=f"acme-{time.time_ns()}")
    client.auth.act_in(organization_id=made.id)
    return client.access_token() or ""


@pytest.fixture
def stranger(janua: str) -> str:
    """The token of somebody without any organization."""
    with JanuaClient(base_url=janua) as made:
        made.auth.sign_up(email=new_address(), password=PASSWORD)
        return made.access_token() or ""


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_fastapi(janua: str, owner: str, stranger: str) -> None:
    auth = module_of_fastapi(janua)
    app = FastAPI()

    @app.get("/me")
    async def me(claims: Claims = Depends(auth)) -> dict[str, Any]:
        return {"user": claims.user_id}

    @app.get("/owners")
    def owners(claims: Claims = Depends(auth.requires(roles=["owner"]))) -> dict[str, Any]:
        return {"organization": claims.organization_id}

    @app.get("/anybody")
    async def anybody(claims: Claims | None = Depends(auth.optional)) -> bool:
        return claims is not None

    with TestClient(app) as http:
        refused = http.get("/me")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
        assert refused.json()["detail"]["code"] == "NOT_AUTHENTICATED"
        broken = http.get("/me", headers=bearer(owner[:-6] + "AAAAAA"))
        assert broken.status_code == 401
        assert broken.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert http.get("/me", headers=bearer(owner)).json()["user"]
        assert http.get("/owners", headers=bearer(stranger)).status_code == 403
        assert http.get("/owners", headers=bearer(owner)).json()["organization"]
        assert http.get("/anybody").json() is False
        assert http.get("/anybody", headers=bearer(owner)).json() is True
        assert http.get("/anybody", headers=bearer("nonsense")).status_code == 401
        schema = http.get("/openapi.json").json()
        assert schema["components"]["securitySchemes"]["Janua"]["scheme"] == "bearer"
        assert schema["paths"]["/me"]["get"]["security"] == [{"Janua": []}]


def module_of_fastapi(url: str) -> janua.fastapi.JanuaAuth:
    return janua.fastapi.JanuaAuth(url)


def test_fastapi_while_janua_is_away(owner: str) -> None:
    away = f"http://localhost:{free_port()}"
    auth = janua.fastapi.JanuaAuth(verifier=AsyncTokenVerifier(away))
    app = FastAPI()

    @app.get("/me", dependencies=[Depends(auth)])
    async def me() -> None:
        return None

    with TestClient(app) as http:
        answer = http.get("/me", headers=bearer(owner))
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert away not in answer.text


def test_flask(janua: str, owner: str, stranger: str) -> None:
    app = flask.Flask("tests")
    app.config["JANUA_BASE_URL"] = janua
    auth = flask_auth(app)

    @app.get("/me")
    @auth.required()
    def me() -> dict[str, Any]:
        return {"user": current_claims().user_id}

    @app.get("/owners")
    @auth.required(roles=["owner"], organization=True)
    def owners() -> dict[str, Any]:
        return {"organization": current_claims().organization_id}

    @app.get("/own-trouble")
    @auth.required()
    def own_trouble() -> str:
        return JanuaClient("jnk_wrong", base_url=janua).users.me().email

    http = app.test_client()
    assert http.get("/own-trouble", headers=bearer(owner)).status_code == 500  # Not the visitor's 401.
    assert http.get("/me").status_code == 401
    assert http.get("/me").json["code"] == "NOT_AUTHENTICATED"  # type: ignore[index]
    assert http.get("/me", headers=bearer("nonsense")).status_code == 401
    assert http.get("/me", headers=bearer(owner)).json["user"]  # type: ignore[index]
    assert http.get("/owners", headers=bearer(stranger)).status_code == 403
    assert http.get("/owners", headers=bearer(owner)).json["organization"]  # type: ignore[index]
    with pytest.raises(RuntimeError):
        flask_auth(flask.Flask("unset"))


flask_auth = janua.flask.JanuaAuth
current_claims = janua.flask.current_claims


def test_django(janua: str, owner: str, stranger: str) -> None:
    import django
    from django.conf import settings

    settings.configure(
        ROOT_URLCONF="django_site",
        MIDDLEWARE=["janua.django.JanuaMiddleware"],
        JANUA={"BASE_URL": janua},
        ALLOWED_HOSTS=["*"],
        SECRET_KEY="only-for-tests",
    )
    django.setup()
    from django.test import AsyncClient, Client

    http = Client()
    assert http.get("/me").status_code == 401
    assert http.get("/me").json()["code"] == "NOT_AUTHENTICATED"
    assert http.get("/anybody").json() == {"known": False}
    assert http.get("/anybody", headers=bearer("nonsense")).status_code == 401
    assert http.get("/anybody", headers={"Authorization": "Basic eDp5"}).json() == {"known": False}
    assert http.get("/me", headers=bearer(owner)).json()["user"]
    assert http.get("/owners", headers=bearer(stranger)).status_code == 403
    assert http.get("/owners", headers=bearer(owner)).json()["organization"]
    assert http.get("/waiting", headers=bearer(owner)).json()["user"]

    async def to_await() -> None:
        waiting = AsyncClient()
        assert (await waiting.get("/waiting")).status_code == 401
        assert (await waiting.get("/waiting", headers=bearer(owner))).json()["user"]
        assert (await waiting.get("/me", headers=bearer(owner))).json()["user"]

    asyncio.run(to_await())
