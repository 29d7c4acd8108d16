"""Notes that each person keeps for themselves: an API for those who hold a token, and a page that holds it for them."""

import os
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from html import escape
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from janua import AsyncJanuaClient, JanuaError
from janua.fastapi import Claims, JanuaAuth

JANUA = os.environ.get("JANUA_BASE_URL", "http://localhost:4100")
COOKIE = "notes_session"
MOST_SESSIONS = 1000
auth = JanuaAuth(JANUA)
notes: dict[str, list[str]] = defaultdict(list)
sessions: dict[str, AsyncJanuaClient] = {}


@asynccontextmanager
async def closing(_app: FastAPI) -> AsyncIterator[None]:
    yield
    for client in sessions.values():
        await client.aclose()
    await auth.aclose()


app = FastAPI(title="Notes", lifespan=closing)


class Note(BaseModel):
    text: Annotated[str, Field(min_length=1, max_length=1000)]


# The API: a dependency says who asks.
@app.get("/api/notes")
async def list_notes(claims: Annotated[Claims, Depends(auth)]) -> list[str]:
    return notes[claims.user_id]


@app.post("/api/notes", status_code=201)
async def add_note(note: Note, claims: Annotated[Claims, Depends(auth)]) -> Note:
    notes[claims.user_id].append(note.text)
    return note


@app.get("/api/reports")
async def reports(claims: Annotated[Claims, Depends(auth.requires(roles=["owner", "admin"]))]) -> dict[str, str | None]:
    return {"organization": claims.organization_id}


# The page: tokens stay here, the browser has a cookie that no script reads and no other site sends with a form.
STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:16px/1.5 system-ui,sans-serif;margin:3rem auto;max-width:34rem;padding:0 1rem}"
    "input,button{font:inherit}"
)
HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    f"<title>Notes</title><style>{STYLE}</style></head>"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
}


def page(body: str, status: int = 200, *, told: str = "") -> HTMLResponse:
    alert = f'<p role="alert">{escape(told)}</p>' if told else ""
    return HTMLResponse(f"{HEAD}<body><main><h1>Notes</h1>{alert}{body}</main></body></html>", status, HEADERS)


def sign_in_form(email: str = "") -> str:
    return f"""<form method="post" action="/sign-in">
<p><label>Address <input name="email" type="email" autocomplete="username" value="{escape(email)}" required></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><button>Sign in</button> <button formaction="/sign-up">Create an account</button></p></form>"""


def code_form(mfa_token: str) -> str:
    return f"""<form method="post" action="/sign-in/code">
<input type="hidden" name="mfa_token" value="{escape(mfa_token)}">
<p><label>Code <input name="code" autocomplete="one-time-code" required></label></p><button>Go on</button></form>"""


def client_of(request: Request) -> AsyncJanuaClient | None:
    return sessions.get(request.cookies.get(COOKIE, ""))


async def fields(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}


async def forget(request: Request) -> None:
    client = sessions.pop(request.cookies.get(COOKIE, ""), None)
    if client:
        await client.aclose()


async def keep(request: Request, client: AsyncJanuaClient) -> Response:
    """Remembers who is signed in; the oldest make room."""
    await forget(request)
    while len(sessions) >= MOST_SESSIONS:
        await sessions.pop(next(iter(sessions))).aclose()
    name = secrets.token_urlsafe(32)
    sessions[name] = client
    answer = RedirectResponse("/", 303)
    answer.set_cookie(COOKIE, name, httponly=True, samesite="lax", secure=not JANUA.startswith("http://localhost"))
    return answer


async def failed(request: Request, client: AsyncJanuaClient, error: JanuaError) -> Response:
    """Tells what went wrong; whose session is over is asked to sign in again."""
    if client.is_signed_in:
        return page('<p><a href="/">Try again</a></p>', error.status or 503, told=error.message)
    await forget(request)
    return page(sign_in_form(), 401, told="Your session has ended.")


@app.get("/")
async def home(request: Request) -> Response:
    client = client_of(request)
    if client is None:
        return page(sign_in_form())
    try:
        me = await client.users.me()  # Refreshes by itself when that is due.
    except JanuaError as error:
        return await failed(request, client, error)
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes[me.id])
    return page(
        f"<p>Signed in as <b>{escape(me.email)}</b></p><ul>{listed}</ul>"
        '<form method="post" action="/notes"><label>Note <input name="text" maxlength="1000" required></label> '
        "<button>Add</button></form>"
        '<form method="post" action="/sign-out"><p><button>Sign out</button></p></form>'
    )


@app.post("/sign-in")
async def sign_in(request: Request) -> Response:
    given = await fields(request)
    email = given.get("email", "")
    client = AsyncJanuaClient(base_url=JANUA)
    try:
        answer = await client.auth.sign_in(email=email, password=given.get("password", ""))
    except JanuaError as error:
        await client.aclose()
        return page(sign_in_form(email), error.status or 503, told=error.message)
    if client.is_signed_in:
        return await keep(request, client)
    await client.aclose()
    if answer.mfa_token and not answer.enrolment_required:
        return page(code_form(answer.mfa_token))
    return page(f'<p>Set up a second factor at <a href="{escape(JANUA)}/login">Janua</a> first.</p>', 403)


@app.post("/sign-in/code")
async def sign_in_with_code(request: Request) -> Response:
    given = await fields(request)
    mfa_token = given.get("mfa_token", "")
    client = AsyncJanuaClient(base_url=JANUA)
    try:
        await client.mfa.verify_challenge(mfa_token=mfa_token, code=given.get("code", ""))
    except JanuaError as error:
        await client.aclose()
        # A code may be typed anew for as long as the first step counts.
        form = sign_in_form() if error.code == "MFA_TOKEN_INVALID" else code_form(mfa_token)
        return page(form, error.status or 503, told=error.message)
    return await keep(request, client)


@app.post("/sign-up")
async def sign_up(request: Request) -> Response:
    given = await fields(request)
    email = given.get("email", "")
    client = AsyncJanuaClient(base_url=JANUA)
    try:
        await client.auth.sign_up(email=email, password=given.get("password", ""))
    except JanuaError as error:
        await client.aclose()
        return page(sign_in_form(email), error.status or 503, told=error.message)
    if client.is_signed_in:
        return await keep(request, client)
    await client.aclose()
    return page(sign_in_form(email), told="Open the mail that is on its way, then sign in.")


@app.get("/sign-in")
@app.get("/sign-in/code")
@app.get("/sign-up")
async def begin_anew() -> Response:
    return RedirectResponse("/")


@app.post("/notes")
async def add_note_by_form(request: Request) -> Response:
    client = client_of(request)
    if client is None:
        return page(sign_in_form(), 401, told="You are signed out.")
    text = (await fields(request)).get("text", "").strip()
    try:
        me = await client.users.me()
    except JanuaError as error:
        return await failed(request, client, error)
    if text:
        notes[me.id].append(text[:1000])
    return RedirectResponse("/", 303)


@app.post("/sign-out")
async def sign_out(request: Request) -> Response:
    client = client_of(request)
    if client:
        with suppress(JanuaError):  # It is forgotten here in any case, and ends by itself at the server.
            await client.auth.sign_out()
    await forget(request)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE)
    return answer
