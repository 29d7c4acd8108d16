"""Protects views of Django: a middleware that sets `request.janua`, and a decorator. Needs the extra `janua[django]`.

Settings: `JANUA = {"BASE_URL": "https://auth.example.com", "AUDIENCE": "janua"}`, and `"janua.django.JanuaMiddleware"`
in MIDDLEWARE.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from .authorization import Requirement, bearer_token, error_body, error_headers, error_status
from .claims import Claims
from .errors import JanuaError
from .verification import TokenVerifier

__all__ = ["Claims", "JanuaMiddleware", "janua_required"]

View: TypeAlias = Callable[..., Any]
ATTRIBUTE = "janua"


def _verifier_from_settings() -> TokenVerifier:
    given = getattr(settings, "JANUA", None)
    if not isinstance(given, dict) or not given.get("BASE_URL"):
        raise ImproperlyConfigured('Set JANUA = {"BASE_URL": "https://auth.example.com"} to the address of Janua.')
    return TokenVerifier(given["BASE_URL"], issuer=given.get("ISSUER"), audience=given.get("AUDIENCE", "janua"))


class JanuaMiddleware:
    """Sets `request.janua` to the claims of who asks, or None. A token that does not count is refused at once.

    Requests without a bearer token pass: what needs one is marked with `janua_required`.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        self._verifier = _verifier_from_settings()
        self._asynchronous = iscoroutinefunction(get_response)
        if self._asynchronous:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if self._asynchronous:
            return self._call_async(request)
        return self._admit(request) or self._get_response(request)

    async def _call_async(self, request: HttpRequest) -> HttpResponseBase:
        refused = await sync_to_async(self._admit, thread_sensitive=False)(request)
        response: HttpResponseBase = refused or await self._get_response(request)
        return response

    def _admit(self, request: HttpRequest) -> JsonResponse | None:
        header = request.headers.get("Authorization", "")
        claims = None
        # Other schemes are somebody else's, Django's own sign-in for one.
        if header.lower().startswith("bearer "):
            try:
                claims = self._verifier.verify(bearer_token(header))
            except JanuaError as error:
                return _answer(error)
        setattr(request, ATTRIBUTE, claims)
        return None


def _answer(error: JanuaError) -> JsonResponse:
    return JsonResponse(error_body(error), status=error_status(error), headers=error_headers(error))  # type: ignore[no-untyped-call]


def janua_required(
    view: View | None = None,
    *,
    roles: list[str] | None = None,
    scopes: list[str] | None = None,
    organization: bool = False,
) -> Any:
    """Lets those into a view whose token counts: `@janua_required` or `@janua_required(roles=["admin"])`."""
    requirement = Requirement(tuple(roles or ()), tuple(scopes or ()), organization)

    def refusal(request: HttpRequest) -> JsonResponse | None:
        if not hasattr(request, ATTRIBUTE):
            raise ImproperlyConfigured('janua_required needs "janua.django.JanuaMiddleware" in MIDDLEWARE.')
        try:
            claims = getattr(request, ATTRIBUTE)
            requirement.check(claims) if claims else bearer_token(None)
        except JanuaError as error:
            return _answer(error)
        return None

    def protect(protected: View) -> View:
        if iscoroutinefunction(protected):

            @wraps(protected)
            async def answer_async(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                return refusal(request) or await protected(request, *args, **kwargs)

            return answer_async

        @wraps(protected)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return refusal(request) or protected(request, *args, **kwargs)

        return answer

    return protect if view is None else protect(view)
