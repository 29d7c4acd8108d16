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
from pydantic import BaseModel

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
    text: str


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
def page(body: str, status: int = 200) -> HTMLResponse:
    style = "body{font:16px system-ui;max-width:34rem;margin:3rem auto;padding:0 1rem}input,button{font:inherit}"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Notes</title><style>{style}</style>'
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": "frame-ancestors 'none'"}
    return HTMLResponse(f"{head}<h1>Notes</h1>{body}</html>", status, headers)


SIGN_IN = """<form method="post" action="/sign-in">
<p><label>Address <input name="email" type="email" autocomplete="username" required></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<button>Sign in</button></form>"""


def code_form(mfa_token: str) -> str:
    return f"""<form method="post" action="/sign-in/code">
<input type="hidden" name="mfa_token" value="{escape(mfa_token)}">
<p><label>Code <input name="code" autocomplete="one-time-code" required></label></p><button>Go on</button></form>"""


def client_of(request: Request) -> AsyncJanuaClient | None:
    return sessions.get(request.cookies.get(COOKIE, ""))


async def fields(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs((await request.body()).decode("utf-8", "replace")).items()}


async def keep(client: AsyncJanuaClient) -> Response:
    """Remembers who is signed in; the oldest make room."""
    while len(sessions) >= MOST_SESSIONS:
        await sessions.pop(next(iter(sessions))).aclose()
    name = secrets.token_urlsafe(32)
    sessions[name] = client
    answer = RedirectResponse("/", 303)
    answer.set_cookie(COOKIE, name, httponly=True, samesite="lax", secure=not JANUA.startswith("http://localhost"))
    return answer


@app.get("/")
async def home(request: Request) -> Response:
    client = client_of(request)
    if client is None:
        return page(SIGN_IN)
    try:
        me = await client.users.me()  # Refreshes by itself when that is due.
    except JanuaError as error:
        if client.is_signed_in:
            return page(f"<p role='alert'>{escape(error.message)}</p>", 503)
        return page("<p role='alert'>Your session has ended.</p>" + SIGN_IN)
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes[me.id])
    return page(
        f"<p>Signed in as <b>{escape(me.email)}</b></p><ul>{listed}</ul>"
        '<form method="post" action="/notes"><label>Note <input name="text" required></label> '
        "<button>Add</button></form>"
        '<form method="post" action="/sign-out"><p><button>Sign out</button></p></form>'
    )


@app.post("/sign-in")
async def sign_in(request: Request) -> Response:
    given = await fields(request)
    client = AsyncJanuaClient(base_url=JANUA)
    try:
        answer = await client.auth.sign_in(email=given.get("email", ""), password=given.get("password", ""))
    except JanuaError as error:
        await client.aclose()
        return page(f"<p role='alert'>{escape(error.message)}</p>{SIGN_IN}", error.status or 503)
    if client.is_signed_in:
        return await keep(client)
    await client.aclose()
    if answer.mfa_token and not answer.enrolment_required:
        return page(code_form(answer.mfa_token))
    return page(f'<p>Set up a second factor at <a href="{escape(JANUA)}/login">Janua</a> first.</p>', 403)


@app.post("/sign-in/code")
async def sign_in_with_code(request: Request) -> Response:
    given = await fields(request)
    client = AsyncJanuaClient(base_url=JANUA)
    try:
        await client.mfa.verify_challenge(mfa_token=given.get("mfa_token", ""), code=given.get("code", ""))
    except JanuaError as error:
        await client.aclose()
        return page(f"<p role='alert'>{escape(error.message)}</p>{code_form(given.get('mfa_token', ''))}", 401)
    return await keep(client)


@app.post("/notes")
async def add_note_by_form(request: Request) -> Response:
    client = client_of(request)
    text = (await fields(request)).get("text", "").strip()
    if client and text:
        try:
            notes[(await client.users.me()).id].append(text[:1000])
        except JanuaError as error:
            return page(f"<p role='alert'>{escape(error.message)}</p>", error.status or 503)
    return RedirectResponse("/", 303)


@app.post("/sign-out")
async def sign_out(request: Request) -> Response:
    client = sessions.pop(request.cookies.get(COOKIE, ""), None)
    if client:
        with suppress(JanuaError):  # It is forgotten here in any case, and ends by itself at the server.
            await client.auth.sign_out()
        await client.aclose()
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE)
    return answer
