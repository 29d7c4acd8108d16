#!/usr/bin/env python3
"""Authenticator apps that others wrote: pyotp and oathtool make codes, zbar reads the QR code.

    scripts/peers/totp.py BASE_URL EMAIL PASSWORD OATHTOOL ZBARIMG

Ends with 0 when a code of each is accepted and the picture says what the address says.
"""
import base64
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from urllib.error import HTTPError

import pyotp


def main(base, email, password, oathtool, zbarimg):
    def call(path, body, token=None):
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(base + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.loads(answer.read() or b"{}")
        except HTTPError as refused:
            sys.exit(f"{path} was refused: {refused.read().decode()}")

    def first_step():
        return call("/api/v1/auth/login", {"email": email, "password": password})

    def second_step(code):
        body = {"mfa_token": first_step()["mfa_token"], "code": code}
        return call("/api/v1/mfa/challenge/verify", body)["tokens"]["access_token"]

    def next_step():
        """Waits until the codes change: each counts once."""
        time.sleep(30.5 - time.time() % 30)

    token = first_step()["tokens"]["access_token"]
    made = call("/api/v1/mfa/totp/enable", {"password": password}, token)
    with tempfile.NamedTemporaryFile(suffix=".png") as picture:
        picture.write(base64.b64decode(made["qr_code"].split(",", 1)[1]))
        picture.flush()
        read = subprocess.run([zbarimg, "--quiet", "--raw", picture.name], check=True, capture_output=True, text=True)
    if read.stdout.strip() != made["provisioning_uri"]:
        sys.exit(f"zbar reads {read.stdout.strip()!r} instead of {made['provisioning_uri']!r}")
    app = pyotp.parse_uri(read.stdout.strip())
    call("/api/v1/mfa/totp/verify", {"code": app.now()}, token)
    next_step()
    code = subprocess.run([oathtool, "--totp", "--base32", made["secret"]], check=True, capture_output=True, text=True)
    second_step(code.stdout.strip())
    next_step()
    token = second_step(app.now())
    call("/api/v1/mfa/totp/disable", {}, token)
    print("pyotp and oathtool: their codes are accepted; zbar reads the picture.")


if __name__ == "__main__":
    main(*sys.argv[1:])
