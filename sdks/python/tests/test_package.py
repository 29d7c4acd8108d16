"""The wheel in an empty environment: it installs, it runs, and its types reach who uses it."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from conftest import ADMIN

HERE = Path(__file__).resolve().parents[1]
CONSUMER = '''
"""Uses the library as somebody else would."""
import os

from janua import JanuaClient, models

client = JanuaClient(base_url=os.environ["JANUA_BASE_URL"])
answer: models.LoginResponse = client.auth.sign_in(email=os.environ["EMAIL"], password=os.environ["PASSWORD"])
assert not answer.mfa_required
email: str = client.users.me().email
print(email)
'''
WRONG = "\nnumber: int = client.users.me().email\nclient.auth.sign_in(mail='x')\n"


def run(*command: str | Path, **environment: str) -> str:
    done = subprocess.run(
        [str(one) for one in command], check=False, env=environment or None, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel(janua: str, tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--quiet", "--outdir", tmp_path, HERE)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        names = content.namelist()
    assert "janua/py.typed" in names
    assert not [name for name in names if not name.startswith(("janua/", "janua-"))]
    venv.create(tmp_path / "empty", with_pip=True)
    python = tmp_path / "empty/bin/python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    script = tmp_path / "consumer.py"
    script.write_text(CONSUMER)
    printed = run(python, script, JANUA_BASE_URL=janua, EMAIL=ADMIN["email"], PASSWORD=ADMIN["password"])
    assert printed.strip() == ADMIN["email"]
    check = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(python), "--cache-dir", str(tmp_path)]
    script.write_text(CONSUMER + WRONG)
    done = subprocess.run([*check, str(script)], check=False, cwd=tmp_path, capture_output=True, text=True)
    assert "Found 2 errors" in done.stdout, done.stdout
    assert "[assignment]" in done.stdout
    assert "[call-arg]" in done.stdout
    print(f"wheel: {wheel.stat().st_size} bytes")
