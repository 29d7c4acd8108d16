"""The unit, under a systemd that runs as the first process of a machine of its own."""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess

from ground import DEPLOY, PASSWORD, ROOT, Failed, check, expect, free_port, is_up, request, running, until

SYSTEMD = pathlib.Path("/usr/lib/systemd/systemd")

# What deploy/systemd/README.md says for orders of the command line.
ORDER = "set -a; . /etc/janua/janua.env; set +a; cd /var/lib/janua; " \
    "ENVIRONMENT=production JANUA_MASTER_KEY_FILE=/etc/janua/master.key janua "


def files_of(ground, folder, port):
    """What is installed, as the README says."""
    files = folder / "files"
    for name in ("usr/local/bin", "etc/systemd/system", "etc/janua"):
        (files / name).mkdir(parents=True)
    shutil.copy(ground.janua, files / "usr/local/bin/janua")
    (files / "usr/local/bin/janua").chmod(0o755)
    shutil.copy(DEPLOY / "systemd/janua.service", files / "etc/systemd/system")
    (files / "etc/systemd/system/check.target").write_text(
        "[Unit]\nRequires=janua.service systemd-journald.service\nAfter=janua.service\nAllowIsolate=yes\n"
    )
    settings = (DEPLOY / "systemd/janua.env.example").read_text()
    settings = re.sub(r"^(SMTP_\w+|METRICS_PORT)=.*\n", "", settings, flags=re.MULTILINE)
    for name, text in {"janua.env": f"{settings}PORT={port}\n", "master.key": "a key of at least thirty-two bytes"}.items():
        (files / "etc/janua" / name).write_text(text)
        (files / "etc/janua" / name).chmod(0o600)


@contextlib.contextmanager
def control_groups():
    """A group of processes in each hierarchy, for systemd to divide; gives the files that take processes in."""
    top = pathlib.Path("/sys/fs/cgroup")
    tops = [top] if (top / "cgroup.controllers").exists() else [it for it in top.iterdir() if (it / "cgroup.procs").exists()]
    groups = [it / f"janua-check-{os.getpid()}" for it in tops if it.name != "cpuset"]  # That one wants more than a folder.
    for group in groups:
        group.mkdir()
    try:
        yield [it / "cgroup.procs" for it in groups]
    finally:
        until(lambda: all(_emptied(it) for it in groups), f"{groups} are empty", 20)


def _emptied(group):
    for folder, _, _ in os.walk(group, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(folder)
    return not group.exists()


@contextlib.contextmanager
def machine(folder):
    """A machine that has begun to start; gives a function that runs a command on it, or `None` where none can be made."""
    with control_groups() as members:
        def enter():
            for file in members:
                file.write_text(str(os.getpid()))

        command = ["unshare", "--mount", "--pid", "--fork", "--uts", "--ipc", "--cgroup", "--kill-child",
                   ROOT / "deploy/checks/boot", folder]
        with running(command, folder / "log", preexec_fn=enter) as process:
            until(lambda: process.poll() is not None or (folder / "ready").exists(), "a machine")
            if process.poll() is not None:
                yield None
                return
            first = until(lambda: pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(), "systemd")

            def on_it(script, **how):
                enter_all = ["nsenter", "-t", first.strip(), "-m", "-p", "-u", "-i", "-C", "-r", "-w", "bash", "-c", script]
                return subprocess.run(enter_all, capture_output=True, text=True, **how)

            try:
                yield on_it
            finally:
                process.kill()  # It heeds nothing else while its child lives, and takes the machine with it.


@check("systemd: the unit runs, on a machine of its own")
def booted(ground):
    if os.geteuid() != 0 or not SYSTEMD.exists():
        return "passed over: it needs root and systemd's own program"
    folder, port = ground.folder("machine"), free_port()
    files_of(ground, folder, port)
    try:
        return tried(folder, port)
    except OSError as error:
        return f"passed over: no group of processes can be made here: {error}"


def tried(folder, port):
    with machine(folder) as on_it:
        if on_it is None:
            return f"passed over: no machine can be made here: {(folder / 'log').read_text().strip()[-200:]}"

        def journal():
            return on_it("journalctl -u janua -o cat --no-pager | tail -20").stdout

        try:
            until(lambda: is_up(port), "the service", 40)
        except Failed as failure:
            raise Failed(f"{failure}\n{on_it('systemctl status janua --no-pager').stdout}{journal()}") from failure
        made = on_it(ORDER + "users create --email ada@example.com --password-stdin", input=PASSWORD)
        expect(made.returncode == 0, f"an order beside the service failed:\n{made.stdout}{made.stderr}")
        answer = request(port, "POST", "/api/v1/auth/login", {"email": "ada@example.com", "password": PASSWORD})
        expect(answer[0] == 200, f"the sign-in was answered {answer}")
        status = on_it("cat /proc/$(systemctl show -P MainPID janua)/status").stdout
        for held in (r"^Uid:\s+6\d{4}\s", r"^CapEff:\s+0+$", r"^CapBnd:\s+0+$", r"^NoNewPrivs:\s+1$", r"^Seccomp:\s+2$"):
            expect(re.search(held, status, re.MULTILINE), f"{held} does not hold of\n{status}")
        environment = on_it("cat /proc/$(systemctl show -P MainPID janua)/environ").stdout
        expect("at least thirty-two" not in environment, "the master key stands in the environment")
        owners = set(on_it("stat -c '%U %a' /var/lib/janua/*").stdout.splitlines())
        expect(owners == {"janua 600"}, f"files of the database belong to {owners}")
        on_it("systemctl stop janua")
        ended = on_it("systemctl show janua -P Result -P ExecMainStatus -P NRestarts").stdout.split()
        expect(ended == ["success", "0", "0"], f"it ended with {ended}:\n{journal()}")
    return "with a sign-in, an order beside it, and a stop"
