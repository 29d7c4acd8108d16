"""The tables that say what all client libraries do alike."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from conftest import ROOT


def table(name: str) -> Any:
    return json.loads((ROOT / "sdks/vectors" / f"{name}.json").read_text(encoding="utf-8"))


def named(case: Any) -> str:
    return str(case.get("name") or f"{case.get('status')}-{case.get('code')}")


def each(cases: list[Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=named)


def unsigned_token(**claims: Any) -> str:
    def encode(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{encode({'alg': 'RS256'})}.{encode(claims)}.c2ln"


def answering(handle: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(handle))
