"""Every operation of the API document can be called, and what is sent is what the document says."""

from __future__ import annotations

import inspect
import json
from typing import Any

import httpx

from conftest import ROOT
from janua import AsyncJanuaClient, JanuaClient, JanuaError
from janua.generated import operations
from janua.resource import AsyncResource, Resource
from vectors import answering

DOCUMENT = json.loads((ROOT / "api/openapi.json").read_text(encoding="utf-8"))
DOCUMENTED = {
    (method.upper(), path)
    for path, item in DOCUMENT["paths"].items()
    for method in item
    if method in ("get", "post", "put", "patch", "delete")
}
PAGED = [
    operation
    for item in DOCUMENT["paths"].values()
    for operation in item.values()
    if {"page", "cursor"} & {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
]
BY_HAND = {("POST", "/api/v1/auth/refresh"), ("POST", "/api/v1/auth/logout")}


def pattern(path: str) -> str:
    return "/".join("{}" if part.startswith("{") or part.startswith("ID_") else part for part in path.split("/"))


def methods(client: object, kind: type) -> list[Any]:
    resources = [value for value in vars(client).values() if isinstance(value, kind) and type(value) is not kind]
    return [
        method
        for resource in resources
        for name, method in inspect.getmembers(resource, inspect.ismethod)
        if not name.startswith("_")
    ]


def iterates(method: Any) -> bool:
    return bool(method.__name__.startswith("iterate"))


def test_every_operation_is_reachable() -> None:
    sent: set[tuple[str, str]] = set()

    def handle(request: httpx.Request) -> httpx.Response:
        sent.add((request.method, pattern(request.url.path)))
        return httpx.Response(404, json={"error": "NOT_FOUND_ERROR", "code": "NOT_FOUND", "message": "", "details": {}})

    client = JanuaClient("jnk_key", base_url="https://auth.example.com", http_client=answering(handle))
    called = [one for one in methods(client, Resource) if not iterates(one)]
    for method in called:
        arguments = {
            name: "ID_1"
            for name, one in inspect.signature(method).parameters.items()
            if one.default is inspect.Parameter.empty
        }
        try:
            method(**arguments)
        except JanuaError:
            continue
    wanted = {(method, pattern(path)) for method, path in DOCUMENTED - BY_HAND}
    assert sent == wanted
    assert len(called) == len(DOCUMENTED) == len(operations.ALL)
    assert len([one for one in methods(client, Resource) if iterates(one)]) == len(PAGED) >= 13


def test_both_clients_have_the_same_calls() -> None:
    def shape(found: list[Any], prefix: str) -> list[tuple[str, str]]:
        return sorted(
            (
                one.__qualname__.removeprefix(prefix),
                str(inspect.signature(one)).replace(f"'{prefix}Iterator", "'Iterator"),
            )
            for one in found
        )

    blocking = methods(JanuaClient(base_url="https://a.example"), Resource)
    waiting = methods(AsyncJanuaClient(base_url="https://a.example"), AsyncResource)
    assert shape(blocking, "") == shape(waiting, "Async")
    assert all(inspect.iscoroutinefunction(one) != iterates(one) for one in waiting)


def test_identifiers_cannot_lead_elsewhere() -> None:
    asked: list[bytes] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.raw_path)
        return httpx.Response(204)

    client = JanuaClient("jnk_key", base_url="https://auth.example.com", http_client=answering(handle))
    client.sessions.revoke("../users/me?x=#")
    assert asked == [b"/api/v1/sessions/..%2Fusers%2Fme%3Fx%3D%23"]
    for identifier in ("", ".", ".."):
        try:
            client.sessions.revoke(identifier)
        except ValueError:
            continue
        raise AssertionError(f"{identifier!r} was sent")


def test_absent_and_null_differ() -> None:
    bodies: list[Any] = []

    def handle(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content))
        return httpx.Response(500)

    client = JanuaClient("jnk_key", base_url="https://auth.example.com", http_client=answering(handle))
    for arguments in ({}, {"first_name": None}, {"first_name": "Zoë"}):
        try:
            client.users.update_me(**arguments)
        except JanuaError:
            continue
    assert bodies == [{}, {"first_name": None}, {"first_name": "Zoë"}]
