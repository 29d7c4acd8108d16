"""The views of the Django site in test_frameworks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import path

from janua.django import janua_required


def answer(**fields: Any) -> JsonResponse:
    return JsonResponse(fields)


def claims(request: HttpRequest) -> Any:
    return getattr(request, "janua")  # noqa: B009 - set by the middleware, which Django's types do not know


@janua_required
def me(request: HttpRequest) -> JsonResponse:
    return answer(user=claims(request).user_id)


@janua_required(roles=["owner"])
def owners(request: HttpRequest) -> JsonResponse:
    return answer(organization=claims(request).organization_id)


@janua_required
async def waiting(request: HttpRequest) -> JsonResponse:
    return answer(user=claims(request).user_id)


def anybody(request: HttpRequest) -> JsonResponse:
    return answer(known=claims(request) is not None)


urlpatterns = [path("me", me), path("owners", owners), path("waiting", waiting), path("anybody", anybody)]
