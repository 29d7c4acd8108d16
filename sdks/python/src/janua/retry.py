"""Which answers are asked for again, and after how long."""

from __future__ import annotations

import random

from .errors import JanuaError

BASE_DELAY = 0.5
MAX_DELAY = 8.0
MAX_RETRY_AFTER = 30.0
REFRESH_PATH = "/api/v1/auth/refresh"
SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


def delay_before_retry(error: JanuaError, method: str, path: str, attempt: int) -> float | None:
    """Seconds to wait before asking again, or None if that is not to be done. `attempt` counts from 0."""
    repeatable = method in SAFE_TO_REPEAT or path == REFRESH_PATH
    # 429 and 503 were not acted upon; after 502 nobody knows.
    if error.status not in (429, 503) and not (error.status == 502 and repeatable):
        return None
    if error.retry_after is not None:
        if error.retry_after > MAX_RETRY_AFTER:
            return None
        return error.retry_after + random.uniform(0, BASE_DELAY)  # noqa: S311 - jitter, not a secret
    longest = min(MAX_DELAY, BASE_DELAY * 2.0**attempt)
    return random.uniform(longest / 2, longest)  # noqa: S311
