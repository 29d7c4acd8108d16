"""What the image takes, and what the unit of systemd lets the program do; neither needs a container engine."""

import concurrent.futures
import contextlib
import gzip
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys

from ground import (
    DEPLOY, PASSWORD, check, clean_environment, expect, free_port, is_up, person, request, running, server, until,
)

MIB = 2**20
LARGEST, MEMORY = 40 * MIB, 64 * MIB

# What docs/operations/deployment.md says for so little memory. That there is room for one password at a time, which takes
# 19 MiB, it finds out by itself.
SMALL = {"CACHE_MEMORY_BYTES": str(8 * MIB)}


def root_of_image(ground):
    """The file system of the image, laid out by the script that the Dockerfile calls."""
    root = ground.folder("image") / "root"
    ground.run("/bin/sh", DEPLOY / "docker/rootfs", ground.janua, root)
    return root


def has_symbols(binary):
    """Whether a table of symbols stands in the program (ELF, 64 bits), as in debug builds; release builds are stripped."""
    data = binary.read_bytes()
    (start,), (size, count) = struct.unpack_from("<Q", data, 0x28), struct.unpack_from("<HH", data, 0x3A)
    kinds = [struct.unpack_from("<I", data, start + size * at + 4)[0] for at in range(count)]
    return 2 in kinds  # SHT_SYMTAB


@check("image: its size")
def size(ground):
    root = root_of_image(ground)
    files = [it for it in root.rglob("*") if it.is_file()]
    total = sum(it.stat().st_size for it in files)
    beside = total - (root / "usr/bin/janua").stat().st_size
    expect(beside < 8 * MIB, f"{beside / MIB:.1f} MiB lie beside the program")
    told = f"{total / MIB:.1f} MiB, {beside / MIB:.1f} MiB of it not the program"
    if has_symbols(ground.janua):
        return f"{told}; a debug build, so not judged"
    packed = sum(len(gzip.compress(it.read_bytes(), 6)) for it in files)
    told += f", {packed / MIB:.1f} MiB packed"
    expect(total <= LARGEST, f"the image takes {told}; {LARGEST // MIB} MiB are allowed")
    return told


@check("image: what it holds")
def contents(ground):
    root = root_of_image(ground)
    holds = {str(it.relative_to(root)) for it in root.rglob("*") if it.is_file()}
    libraries = {it for it in holds if re.match(r"lib(64)?/", it)}
    rest = {"usr/bin/janua", "etc/passwd", "etc/group", "etc/nsswitch.conf", "etc/ssl/certs/ca-certificates.crt"}
    expect(holds - libraries == rest, f"{sorted(holds - libraries)}")
    shells = [it for it in holds if re.search(r"/(ba)?sh$|busybox", it)]
    expect(not shells and len(libraries) < 8, f"{sorted(libraries)} {shells}")


@contextlib.contextmanager
def bounded_memory(limit):
    """A group of processes that may take so much memory; gives its folder and a function that tells the most it took."""
    top = pathlib.Path("/sys/fs/cgroup")
    if (top / "cgroup.controllers").exists():
        group, name, most = top / f"janua-{os.getpid()}", "memory.max", "memory.peak"
        with contextlib.suppress(OSError):
            (top / "cgroup.subtree_control").write_text("+memory")
    else:
        group, name, most = top / f"memory/janua-{os.getpid()}", "memory.limit_in_bytes", "memory.max_usage_in_bytes"
    group.mkdir()
    try:
        (group / name).write_text(str(limit))
        yield group, lambda: int((group / most).read_text())
    finally:
        # A group goes when its last process has gone.
        until(lambda: _removed(group), f"{group} is empty", 20)


def _removed(group):
    try:
        group.rmdir()
    except OSError:
        return False
    return True


def can_confine():
    if os.geteuid() != 0:
        return False
    try:
        with bounded_memory(MEMORY):
            return True
    except OSError:
        return False


@check("image: runs in 64 MiB, read-only, without rights")
def limits(ground):
    if not can_confine():
        return "passed over: it needs root and a memory controller of cgroups"
    root, data, port = root_of_image(ground), ground.folder("data"), free_port()
    shutil.chown(data, 65532, 65532)
    # As the Dockerfile says, and a small installation of one server.
    environment = clean_environment(
        ENVIRONMENT="production", JANUA_DATA_DIR="/var/lib/janua", PORT=str(port), HOST="127.0.0.1",
        DATABASE_URL="sqlite:/var/lib/janua/janua.db", REDIS_URL="memory:", SHUTDOWN_DELAY_SECONDS="0",
        JANUA_MASTER_KEY="a key of at least thirty-two bytes, for this check", APP_BASE_URL="https://id.example.com",
        ADMIN_BOOTSTRAP_EMAIL="ada@example.com", ADMIN_BOOTSTRAP_PASSWORD=PASSWORD, RATE_LIMIT_LOGIN="1000/1s",
        RATE_LIMIT_LOGIN_ADDRESS="1000/1s", **SMALL,
    )
    launcher = pathlib.Path(__file__).with_name("confined.py")
    with bounded_memory(MEMORY) as (group, most):
        command = [sys.executable, launcher, root, data, group, "/usr/bin/janua"]
        log = ground.folder("log") / "log"
        with running([*command, "serve"], log, env=environment) as process:
            until(lambda: is_up(port) or process.poll() is not None, "the server in its limits")
            expect(process.poll() is None, f"it did not start:\n{log.read_text()}")
            confined(process.pid)
            answers = storm(port)
            expect(process.poll() is None, f"it was ended under load:\n{log.read_text()[-2000:]}")
            expect(answers.get(200, 0) > 20 and set(answers) <= {200, 503}, f"sign-ins were answered {answers}")
            health = subprocess.run([*map(str, command), "health"], env=environment, capture_output=True, text=True)
            expect(health.returncode == 0, f"the health check of the image failed:\n{health.stdout}{health.stderr}")
            told = f"{most() / MIB:.0f} MiB at most"
    return f"{told}; {answers.get(200, 0)} sign-ins, {answers.get(503, 0)} put off"


def confined(pid):
    """What the kernel says of the process."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    expect(re.search(r"^Uid:\s+65532\s+65532", status, re.MULTILINE), "it runs as somebody else")
    for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb"):
        expect(re.search(rf"^{name}:\s+0+$", status, re.MULTILINE), f"it has capabilities: {name}")
    expect(re.search(r"^NoNewPrivs:\s+1$", status, re.MULTILINE), "it can get rights")
    mounts = pathlib.Path(f"/proc/{pid}/mountinfo").read_text().splitlines()
    root = next(it for it in mounts if it.split()[4] == "/")
    expect("ro" in root.split()[5].split(","), f"its root can be written: {root}")


def storm(port):
    """Sixteen people sign in at once, again and again, while others read."""
    body = {"email": "ada@example.com", "password": PASSWORD}

    def one(number):
        for _ in range(10):
            request(port, "GET", "/.well-known/jwks.json")
        answer = request(port, "POST", "/api/v1/auth/login", body)
        return answer[0] if answer else "nothing"

    answers = {}
    with concurrent.futures.ThreadPoolExecutor(16) as people:
        for status in people.map(one, range(160)):
            answers[status] = answers.get(status, 0) + 1
    return answers


def calls_of(ground, group, seen):
    """The system calls of a group of systemd, with those of the groups in it."""
    names = set()
    for line in ground.run("systemd-analyze", "syscall-filter", group).splitlines()[1:]:
        word = line.strip()
        if word.startswith("@") and word not in seen:
            names |= calls_of(ground, word, seen | {word})
        elif word and not word.startswith("#"):
            names.add(word)
    return names


@check("systemd: the program makes no call that the unit forbids")
def calls(ground):
    unit = (DEPLOY / "systemd/janua.service").read_text()
    allowed = set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", unit, re.MULTILINE):
        found = {it for group in line.lstrip("~").split() for it in calls_of(ground, group, {group})}
        allowed = allowed - found if line.startswith("~") else allowed | found
    expect(len(allowed) > 200, f"only {len(allowed)} calls are allowed")
    counts = ground.folder("strace") / "counts"
    tracer = [ground.program("strace"), "-D", "-f", "-qq", "-c", "-U", "name", "-o", counts]
    with server(ground, before=tracer) as (port, folder, _):
        person(ground, folder)
        body = {"email": "ada@example.com", "password": PASSWORD}
        expect(request(port, "POST", "/api/v1/auth/login", body)[0] == 200, "the sign-in")
    until(lambda: counts.stat().st_size, "what strace counted")  # It ends after the program.
    made = {it.strip() for it in counts.read_text().splitlines() if re.fullmatch(r"\s*[a-z_0-9]+", it)}
    made -= {"syscall", "name", "total"}
    if os.geteuid() == 0:
        made.discard("fchown")  # SQLite calls it for root alone, which the unit is not.
    expect({"openat", "socket"} <= made, f"strace saw only {sorted(made)}")
    expect(made <= allowed, f"forbidden: {sorted(made - allowed)}")
    return f"{len(made)} calls"
