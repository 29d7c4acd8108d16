"""How a client is set up."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from .token_storage import MemoryTokenStorage, TokenStorage

DEFAULT_BASE_URL = "http://localhost:4100"


def clean_base_url(given: str) -> str:
    """The address without slashes at its end and without the prefix of the API, whichever way it was written."""
    text = given.strip()
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise TypeError(f"base_url must be an address such as https://auth.example.com, not {given!r}")
    return text.rstrip("/").removesuffix("/api/v1").rstrip("/")


@dataclass(frozen=True)
class Settings:
    """What a client goes by; made by `settle`."""

    base_url: str
    api_key: str | None
    auto_refresh: bool
    refresh_threshold: float
    token_storage: TokenStorage
    storage_key: str
    timeout: float
    max_retries: int


def settle(
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    auto_refresh: bool = True,
    refresh_threshold: float = 300,
    token_storage: TokenStorage | None = None,
    storage_key: str = "janua_auth",
    timeout: float = 30,
    max_retries: int = 2,
) -> Settings:
    """Settings from what was given; the rest from JANUA_BASE_URL and JANUA_API_KEY, or by default."""
    if base_url is None:
        base_url = os.environ.get("JANUA_BASE_URL") or DEFAULT_BASE_URL
    if not timeout > 0 or refresh_threshold < 0 or max_retries < 0:
        raise TypeError("timeout must be above 0, refresh_threshold and max_retries must not be below")
    return Settings(
        base_url=clean_base_url(base_url),
        api_key=api_key or os.environ.get("JANUA_API_KEY") or None,
        auto_refresh=auto_refresh,
        refresh_threshold=refresh_threshold,
        token_storage=token_storage or MemoryTokenStorage(),
        storage_key=storage_key,
        timeout=timeout,
        max_retries=max_retries,
    )
