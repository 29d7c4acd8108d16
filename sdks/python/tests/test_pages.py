"""Lists, page by page: the shared table, and a real server."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from conftest import PASSWORD
from janua import AsyncJanuaClient, AuthorizationError, JanuaClient
from janua.resource import AsyncResource, Resource
from vectors import each, table


def pages_of(case: Any) -> tuple[list[Any], Any, str]:
    """Answers in their turn, with what was asked; and where the entries stand."""
    asked: list[Any] = []

    def answer(_operation: Any, _path: Any, query: Mapping[str, Any]) -> Any:
        asked.append(dict(query))
        return SimpleNamespace(**case["answers"][len(asked) - 1])

    (entries,) = [name for name, value in case["answers"][0].items() if isinstance(value, list)]
    return asked, answer, entries


@each(table("pages")["cases"])
async def test_pages(case: Any) -> None:
    asked, answer, entries = pages_of(case)
    sync = cast(Any, Resource.__new__(Resource))
    sync._call = answer
    assert list(sync._each(None, entries, case["given"])) == case["entries"]
    assert asked == case["asked"]

    asked, answer, entries = pages_of(case)
    later = cast(Any, AsyncResource.__new__(AsyncResource))

    async def answer_later(*words: Any) -> Any:
        return answer(*words)

    later._call = answer_later
    assert [entry async for entry in later._each(None, entries, case["given"])] == case["entries"]
    assert asked == case["asked"]


async def test_every_entry_of_a_real_list(janua: str, client: JanuaClient) -> None:
    email = client.users.me().email
    for _ in range(4):
        JanuaClient(base_url=janua).auth.sign_in(email=email, password=PASSWORD)
    assert len(client.sessions.list(per_page=2).sessions) == 2
    assert len({one.id for one in client.sessions.iterate(per_page=2)}) == 5

    looms = client.organizations.create(name="Looms")
    for name in "abcd":
        client.organizations.update(looms.id, name=name)
    log = client.audit.iterate_of_organization(looms.id, action="organization.updated", limit=3)
    assert [entry.action for entry in log] == ["organization.updated"] * 4
    with pytest.raises(AuthorizationError):
        next(client.admin.iterate_users())

    async with AsyncJanuaClient(base_url=janua) as other:
        await other.auth.sign_in(email=email, password=PASSWORD)
        assert len({one.id async for one in other.sessions.iterate(per_page=4)}) == 6
