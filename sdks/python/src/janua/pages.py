"""How a list is asked for page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def next_page(query: Mapping[str, Any], page: Any, entries: str) -> dict[str, Any] | None:
    """What to ask for after that page, or nothing after the last one."""
    cursor = getattr(page, "next_cursor", None)
    if cursor is not None:
        return {**query, "cursor": cursor}
    number = getattr(page, "page", None)
    if number is None or not getattr(page, entries):
        return None
    return {**query, "page": number + 1} if number * page.per_page < page.total else None
