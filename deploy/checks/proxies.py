"""nginx and Caddy, as they stand in deploy/proxy, in front of a running server."""

import contextlib
import json
import re
import socket
import ssl
import subprocess

from ground import DEPLOY, PASSWORD, check, expect, free_port, is_up, person, request, running, server, until

# What somebody sends who wants to be counted as somebody else.
LIES = {"X-Forwarded-For": "203.0.113.9", "CF-Connecting-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
CLIENT = "127.0.0.2"


def seen_address(port, tls=None, headers=None, source=CLIENT):
    """Signs in with lies in the head, and asks from which address that came."""
    how = {"tls": tls, "source": source}
    body = {"email": "ada@example.com", "password": PASSWORD}
    status, _, text = request(port, "POST", "/api/v1/auth/login", body, LIES | (headers or {}), **how)
    expect(status == 200, f"the sign-in was answered {status}: {text}")
    mine = {"Authorization": f"Bearer {json.loads(text)['tokens']['access_token']}"}
    _, _, text = request(port, "GET", "/api/v1/sessions/current", headers=mine | (headers or {}), **how)
    return json.loads(text)["ip"]


def judged(port, tls=None, headers=None):
    expect(seen_address(port, tls, headers) == CLIENT, "a client chooses the address that limits count")
    for path in ("/metrics", "/health/detailed"):
        status = request(port, "GET", path, headers=headers, tls=tls)[0]
        expect(status == 404, f"{path} is open to everybody: {status}")


@check("the lies of the next two checks work on a server that trusts everybody")
def lies(ground):
    with server(ground, TRUSTED_PROXIES="127.0.0.0/8") as (port, folder, _):
        person(ground, folder)
        expect(seen_address(port) == "203.0.113.9", "the lies are no lies")


def nginx_site(folder, behind, port, host="id.example.com"):
    """The sample of nginx for a server on another port, with a certificate in a folder, on a port of its own."""
    site = (DEPLOY / "proxy/nginx.conf").read_text()
    site = site.replace("/etc/letsencrypt/live/id.example.com", str(folder)).replace("id.example.com", host)
    site = re.sub(r"listen \[::\]:.*;", "", site).replace("127.0.0.1:4100", f"127.0.0.1:{behind}")
    site = site.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    return site.replace("listen 443", f"listen 127.0.0.1:{port}")


@contextlib.contextmanager
def nginx_with(ground, folder, site, port):
    """nginx with this site, until the block ends. Its workers are another user, who may read the folder."""
    temporary = "".join(f"{it}_temp_path {folder}/{it};" for it in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{site}\n}}\n"
    )
    command = [ground.program("nginx"), "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]
    tried = subprocess.run([*command, "-t"], capture_output=True, text=True)
    expect(tried.returncode == 0 and "[warn]" not in tried.stderr, tried.stderr)
    with running(command, folder / "log") as process:
        until(lambda: listens(port) or process.poll() is not None, "nginx")
        expect(process.poll() is None, (folder / "error.log").read_text())
        yield


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@check("nginx: syntax, and a client cannot choose its address")
def nginx(ground):
    folder, port = ground.folder("nginx"), free_port()
    folder.chmod(0o755)
    ground.run(
        "/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
        "/CN=id.example.com", "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem",
    )
    with server(ground, TRUSTED_PROXIES="127.0.0.1/32") as (behind, where, _):
        person(ground, where)
        tls = ssl._create_unverified_context()  # The certificate was made just now, for another name.
        with nginx_with(ground, folder, nginx_site(folder, behind, port), port):
            judged(port, tls, {"Host": "id.example.com"})
            status = request(port, "POST", "/api/v1/auth/login", {"email": "x" * 1_100_000}, tls=tls)[0]
            expect(status == 413, f"a body of 1.1 MB was answered {status}")


@check("Caddy: format, syntax, and a client cannot choose its address")
def caddy(ground):
    path = DEPLOY / "proxy/Caddyfile"
    ground.run("caddy", "fmt", path)
    expect(ground.run("caddy", "fmt", path) == path.read_text(), "`caddy fmt` would write it in another way")
    ground.run("caddy", "validate", "--adapter", "caddyfile", "--config", path)
    folder, port = ground.folder("caddy"), free_port()
    with server(ground, TRUSTED_PROXIES="127.0.0.1/32") as (behind, where, _):
        person(ground, where)
        site = path.read_text().replace("127.0.0.1:4100", f"127.0.0.1:{behind}")
        site = site.replace("id.example.com {", f"http://127.0.0.1:{port} {{")
        (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n}}\n{site}")
        command = [ground.program("caddy"), "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"]
        with running(command, folder / "log", env={"HOME": str(folder), "PATH": "/usr/bin"}):
            until(lambda: is_up(port), "Caddy")
            judged(port)
