"""Janua for Python: sign people in, keep them signed in, and protect APIs."""

from .absent import ABSENT, Absent
from .caller import VERSION as __version__
from .claims import Claims
from .client import AsyncJanuaClient, JanuaClient
from .errors import (
    AuthenticationError,
    AuthorizationError,
    BadRequestError,
    ConflictError,
    ExternalServiceError,
    InternalError,
    JanuaError,
    NetworkError,
    NotFoundError,
    RateLimitError,
    ServiceUnavailableError,
    StorageError,
    TimeoutError,
    TokenError,
    UnexpectedResponseError,
    ValidationError,
    WebhookError,
)
from .generated import models
from .token_storage import FileTokenStorage, MemoryTokenStorage, TokenStorage
from .verification import AsyncTokenVerifier, TokenVerifier
from .webhooks import WebhookEvent, verify_webhook

__all__ = [
    "ABSENT",
    "Absent",
    "AsyncJanuaClient",
    "AsyncTokenVerifier",
    "AuthenticationError",
    "AuthorizationError",
    "BadRequestError",
    "Claims",
    "ConflictError",
    "ExternalServiceError",
    "FileTokenStorage",
    "InternalError",
    "JanuaClient",
    "JanuaError",
    "MemoryTokenStorage",
    "NetworkError",
    "NotFoundError",
    "RateLimitError",
    "ServiceUnavailableError",
    "StorageError",
    "TimeoutError",
    "TokenError",
    "TokenStorage",
    "TokenVerifier",
    "UnexpectedResponseError",
    "ValidationError",
    "WebhookError",
    "WebhookEvent",
    "__version__",
    "models",
    "verify_webhook",
]
