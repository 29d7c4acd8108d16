"""What all checks stand on: programs, files, a running server, and the list of checks itself."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
CHECKS = []


class Failed(Exception):
    """A check found something wrong; the text says what."""


def check(name):
    """Adds a function to the list of checks. It takes the `Ground`, and fails by raising `Failed`."""

    def add(function):
        CHECKS.append((name, function))
        return function

    return add


def expect(holds, text):
    if not holds:
        raise Failed(text)


class Ground:
    """Where the programs are, which binary is tried, and a folder for what is made meanwhile."""

    def __init__(self, programs, janua, scratch):
        self.programs, self.janua, self.scratch = programs, janua, scratch

    def program(self, name):
        return str(self.programs / "bin" / name)

    def run(self, name, *arguments, cwd=ROOT, environment=None, accept=(0,)):
        """Runs a program and gives what it wrote on its standard output; fails with all it wrote."""
        command = [name if name.startswith("/") else self.program(name), *map(str, arguments)]
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
        if done.returncode not in accept:
            raise Failed(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def folder(self, prefix):
        return pathlib.Path(tempfile.mkdtemp(prefix=f"{prefix}-", dir=self.scratch))

    def helm(self, *arguments, accept=(0,)):
        return self.run("helm", *arguments, accept=accept)

    def kustomize(self, folder):
        return self.run("kubectl", "kustomize", folder)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, what, seconds=60):
    """Waits until a condition holds; fails when it never does."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        expect(time.monotonic() < end, f"waited in vain: {what}")
        time.sleep(0.05)


def request(port, method, path, body=None, headers=None, source=None, tls=None):
    """Asks a server on this machine; gives status, headers and text, or `None` when it does not answer."""
    kind = http.client.HTTPConnection if tls is None else http.client.HTTPSConnection
    more = {} if tls is None else {"context": tls}
    connection = kind("127.0.0.1", port, timeout=15, source_address=source and (source, 0), **more)
    sent = dict(headers or {})
    if body is not None:
        body = json.dumps(body)
        sent["Content-Type"] = "application/json"
    try:
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    except OSError:
        return None
    finally:
        connection.close()


def is_up(port, path="/ready", **how):
    answer = request(port, "GET", path, **how)
    return answer is not None and answer[0] == 200


@contextlib.contextmanager
def running(command, log, **how):
    """A program that ends with the block, whatever happens in it."""
    with open(log, "wb") as out:
        process = subprocess.Popen(list(map(str, command)), stdout=out, stderr=subprocess.STDOUT, **how)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def clean_environment(**settings):
    return {"PATH": os.environ["PATH"], **settings}


@contextlib.contextmanager
def server(ground, before=(), port=None, **settings):
    """A server with a database of its own in development; gives its port, its folder and its process."""
    folder, port = ground.folder("server"), port or free_port()
    environment = clean_environment(PORT=str(port), SHUTDOWN_DELAY_SECONDS="0", **settings)
    log = folder / "log"
    with running([*before, ground.janua, "serve"], log, cwd=folder, env=environment) as process:
        until(lambda: is_up(port) or process.poll() is not None, f"the server of {folder}")
        expect(process.poll() is None, f"the server did not start:\n{log.read_text()}")
        yield port, folder, process


PASSWORD = "orbit-velvet-canyon-73"


def person(ground, folder, *more):
    """Makes the account of ada@example.com, in the database of a server's folder."""
    command = [str(ground.janua), "users", "create", "--email", "ada@example.com", "--password-stdin", *more]
    done = subprocess.run(
        command, cwd=folder, env=clean_environment(), input=PASSWORD, capture_output=True, text=True
    )
    expect(done.returncode == 0, f"no account could be made:\n{done.stdout}{done.stderr}")


def settings_of_reference():
    """The names of all settings, from the reference that the code writes; `{NAME}` stands for one that operators choose."""
    names = set()
    for line in (ROOT / "docs/reference/configuration.md").read_text().splitlines():
        if line.startswith("| `"):
            names.update(re.findall(r"`([A-Z][A-Z0-9_{}]+)`", line.split("|")[1]))
    return names
