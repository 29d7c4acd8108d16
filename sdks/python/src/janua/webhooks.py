"""Tells deliveries of Janua's webhooks from what others send."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import WebhookError

TOLERANCE = 300


@dataclass(frozen=True)
class WebhookEvent:
    """What happened. `id` is the same in every try of a delivery: remember it, and act once."""

    id: str
    type: str
    created_at: str
    api_version: str
    data: Mapping[str, Any]


def verify_webhook(
    body: bytes | str,
    headers: Mapping[str, str],
    secret: str,
    *,
    tolerance: float = TOLERANCE,
    now: float | None = None,
) -> WebhookEvent:
    """The event of a delivery; raises WebhookError if it is not Janua's, or older than five minutes.

    `body` are the bytes as they came: JSON that was read and written anew is signed by nobody.
    """
    content = body.encode() if isinstance(body, str) else body
    given = {name.lower(): value for name, value in headers.items()}
    timestamp = given.get("x-janua-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise _refused("The delivery does not tell its time", "WEBHOOK_TIMESTAMP_REFUSED")
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + content, hashlib.sha256).hexdigest()
    signatures = [one.strip() for one in given.get("x-janua-signature", "").split(",")]
    # Two while a secret is being replaced; all are compared, so that time tells nothing.
    matches = [hmac.compare_digest(one.encode(), f"sha256={expected}".encode()) for one in signatures]
    if not any(matches):
        raise _refused("The signature is not that of this secret", "WEBHOOK_SIGNATURE_INVALID")
    if abs((time.time() if now is None else now) - int(timestamp)) > tolerance:
        raise _refused("The delivery is too old, or the clocks differ", "WEBHOOK_TIMESTAMP_REFUSED")
    try:
        told = json.loads(content)
        return WebhookEvent(
            str(told["id"]), str(told["type"]), str(told["created_at"]), str(told["api_version"]), told["data"]
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _refused("The delivery is signed, but not an event", "WEBHOOK_PAYLOAD_INVALID") from error


def _refused(message: str, code: str) -> WebhookError:
    return WebhookError(message, code=code, help="Is the secret that of this webhook, and the body as it came?")
