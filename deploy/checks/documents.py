"""What the documents promise, tried: the quick start, the import of people, and every order, route and setting."""

import base64
import csv
import hashlib
import json
import os
import re
import subprocess

from ground import PASSWORD, ROOT, check, clean_environment, expect, request, server, settings_of_reference

DOCS = ROOT / "docs"


def fences(path, language):
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(), re.DOTALL | re.MULTILINE)


@check("documents: the commands of the quick start")
def quick_start(ground):
    blocks = fences(DOCS / "start/quick-start.md", "bash")
    expect(len(blocks) >= 5, f"only {len(blocks)} blocks were found")
    folder = ground.folder("quick-start")
    (folder / "janua").symlink_to(ground.janua)
    with server(ground) as (port, where, _):
        environment = clean_environment(J=f"http://localhost:{port}", PORT=str(port))
        environment["PATH"] = f"{folder}:{environment['PATH']}"
        script = "set -euo pipefail\n" + "\n".join(blocks)
        done = subprocess.run(
            ["timeout", "120", "bash", "-c", script], cwd=where, env=environment, capture_output=True, text=True
        )
    expect(done.returncode == 0, f"{done.stdout}{done.stderr}")
    for shown in ("healthy", "True\nTrue\ngrace@example.com"):
        expect(shown in done.stdout, f"it shows\n{done.stdout}")


def keycloak_user(address, algorithm, digest, iterations):
    salt = b"sixteen bytes---"
    value = hashlib.pbkdf2_hmac(digest, PASSWORD.encode(), salt, iterations, 64)
    encoded = {"value": base64.b64encode(value).decode(), "salt": base64.b64encode(salt).decode()}
    return {
        "username": address, "email": address, "emailVerified": True, "enabled": True, "firstName": "Ada",
        "credentials": [{
            "type": "password", "secretData": json.dumps(encoded),
            "credentialData": json.dumps({"hashIterations": iterations, "algorithm": algorithm,
                                          "additionalParameters": {}}),
        }],
    }


# bcrypt as Auth0 and Clerk write it; made by libxcrypt of the password of these checks.
BCRYPT = "$2b$10$abcdefghijklmnopqrstuug8.avu4TGVvonTUT2ef8Cw4sv4x3afS"

# Argon2id as Keycloak 25 and later write it; made by argon2-cffi 25.1 of the password of these checks.
ARGON2 = {
    "type": "password",
    "secretData": json.dumps({"value": "r/IqwJSsW60W/sKah6i9K710eyCDkdKqXZ1BkNiQzoE=", "salt": base64.b64encode(b"sixteen bytes---").decode()}),
    "credentialData": json.dumps({"hashIterations": 5, "algorithm": "argon2", "additionalParameters": {
        "hashLength": ["32"], "memory": ["7168"], "type": ["id"], "version": ["1.3"], "parallelism": ["1"]}}),
}


@check("documents: people of Auth0, Clerk and Keycloak come with their passwords")
def imported(ground):
    folder = ground.folder("import")
    (folder / "auth0").write_text("\n".join(json.dumps(it) for it in [
        {"email": "a0@example.com", "email_verified": True, "given_name": "Ada", "passwordHash": BCRYPT},
        {"email": "a0-social@example.com", "email_verified": True},
        {"phone_number": "+12025550123"},
    ]))
    with open(folder / "clerk", "w", newline="") as rows:
        table = csv.writer(rows)
        table.writerow(["id", "first_name", "username", "primary_email_address", "verified_email_addresses",
                        "password_digest", "password_hasher"])
        table.writerow(["user_1", "Ada", "ada_c", "c@example.com", "c@example.com", BCRYPT, "bcrypt"])
    (folder / "keycloak").write_text(json.dumps({"users": [
        keycloak_user("k256@example.com", "pbkdf2-sha256", "sha256", 27500),
        keycloak_user("k512@example.com", "pbkdf2-sha512", "sha512", 210000),
        {"username": "argon", "email": "ka@example.com", "emailVerified": True, "credentials": [ARGON2]},
    ]}))
    expected = {"auth0": "1 with password, 1 without password, 1 left out",
                "clerk": "1 with password, 0 without password, 0 left out",
                "keycloak": "2 with password, 1 without password, 0 left out"}
    with server(ground) as (port, where, _):
        for source, counts in expected.items():
            told = ground.run(
                str(ROOT / "scripts/import-users"), source, folder / source, cwd=where,
                environment=clean_environment(JANUA=str(ground.janua)),
            )
            expect(told.strip() == counts, f"{source}: {told}")
        for who, status in {"a0@example.com": 200, "c@example.com": 200, "k256@example.com": 200, "ka@example.com": 200,
                            "k512@example.com": 401, "a0-social@example.com": 401}.items():
            body = {"email": who, "password": PASSWORD}
            answer = request(port, "POST", "/api/v1/auth/login", body)
            expect(answer[0] == status, f"{who} was answered {answer[0]}: {answer[2]}")
        answer = request(port, "POST", "/api/v1/auth/login", {"username": "ada_c", "password": PASSWORD})
        expect(answer[0] == 200, f"by username: {answer[2]}")


def documents():
    """All Markdown that makes promises: not what the code writes, nor what tells of the past."""
    skipped = {"CHANGELOG.md", "SUMMARY.md"}
    for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "deploy").rglob("*.md")]:
        if path.name not in skipped and "reference" not in path.parts:
            yield path


def orders_of_reference():
    """Each order with the flags that its help names."""
    text = (DOCS / "reference/cli.md").read_text()
    found = {}
    for name, body in re.findall(r"^#{2,4} (janua[a-z\- ]*)\n(.*?)(?=^#{2,4} janua|\Z)", text, re.DOTALL | re.MULTILINE):
        found[name] = set(re.findall(r"(?<![\w-])(--?[a-z][a-z-]*)", body))
    return found


@check("documents: every order that is named exists, with its flags")
def orders(ground):
    del ground
    known = orders_of_reference()
    expect(len(known) > 70, f"only {len(known)} orders were found in the reference")
    aliases = {"janua migrate upgrade": "janua migrate up", "janua migrate downgrade": "janua migrate down",
               "janua sso debug": "janua sso decode"}
    wrong, count = [], 0
    for path in documents():
        text = path.read_text()
        inline = re.findall(r"`(janua [^`\n]+)`", text)
        lines = re.findall(r"^(?:[A-Z_]+=\S+ )*(janua (?!is\b|was\b|\w+ing\b)[^\n#|]+)", "\n".join(re.findall(
            r"^```(?:bash|sh|console)?\n(.*?)^```", text, re.DOTALL | re.MULTILINE)), re.MULTILINE)
        for order in inline + lines:
            words = order.split()
            name = words[0]
            for word in words[1:]:
                longer = aliases.get(f"{name} {word}", f"{name} {word}")
                if longer not in known:
                    break
                name = longer
            if name == "janua" and words[1].startswith(("-", "…")):
                continue
            count += 1
            flags = {it.split("=")[0] for it in re.findall(r"(?<=\s)--[a-z][a-z-]+", order)}
            is_group = any(it.startswith(name + " ") for it in known)
            if name == "janua" or is_group and len(words) > len(name.split()) and words[len(name.split())].isalpha():
                wrong.append(f"{path.relative_to(ROOT)}: {order}")
            elif flags - known[name]:
                wrong.append(f"{path.relative_to(ROOT)}: {order} ({', '.join(sorted(flags - known[name]))})")
    expect(not wrong, "there is no\n" + "\n".join(wrong))
    return f"{count} orders"


@check("documents: every route that is named exists")
def routes(ground):
    del ground
    paths = json.loads((ROOT / "api/openapi.json").read_text())["paths"]
    shapes = [(re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(it)) + r"/?$"), it) for it in paths]
    aliases = {"/api/v1/auth/signup", "/api/v1/auth/signin", "/api/v1/auth/signout"}
    wrong, count = [], 0
    for path in documents():
        for method, route in re.findall(r"(?:\b(GET|POST|PUT|PATCH|DELETE) )?[\w$:./{}-]*?(/api/v1/[\w/{}$.-]+)", path.read_text()):
            route = route.rstrip("./").split("?")[0]
            if route in aliases or "…" in route:
                continue
            count += 1
            found = [it for shape, it in shapes if shape.match(route)]
            is_part = any(it.startswith(route) for it in paths)
            if not found and not is_part or found and method and not any(method.lower() in paths[it] for it in found):
                wrong.append(f"{path.relative_to(ROOT)}: {method} {route}".replace("  ", " "))
    expect(not wrong, "there is no\n" + "\n".join(wrong))
    return f"{count} routes"


@check("documents: every setting that is set exists")
def settings(ground):
    del ground
    chosen = (re.escape(it).replace(r"\{NAME\}", "[A-Z][A-Z0-9]*") for it in settings_of_reference())
    known = re.compile("|".join(chosen))
    wrong, count = [], 0
    for path in documents():
        for block in re.findall(r"^```(?:env|bash|sh|toml)?\n(.*?)^```", path.read_text(), re.DOTALL | re.MULTILINE):
            for name in re.findall(r"^(?:export )?([A-Z][A-Z0-9]+_[A-Z0-9_]+) ?=", block, re.MULTILINE):
                count += 1
                if not known.fullmatch(name) and not name.startswith(("FUZZ_", "BENCH_", "JANUA_TEST_")):
                    wrong.append(f"{path.relative_to(ROOT)}: {name}")
    expect(not wrong, "there is no\n" + "\n".join(wrong))
    return f"{count} settings"


@check("documents: every alert has a place in the runbook")
def alerts(ground):
    del ground
    rules = (ROOT / "deploy/monitoring/rules.yaml").read_text()
    names = re.findall(r"alert: (\w+)", rules)
    runbook = (DOCS / "operations/runbook.md").read_text()
    missing = [it for it in names if f"`{it}`" not in runbook]
    invented = set(re.findall(r"`(Janua[A-Z]\w+)`", runbook)) - set(names)
    expect(not missing and not invented, f"not told: {missing}; told, and not there: {sorted(invented)}")
    return f"{len(names)} alerts"
