"""A provider of OpenID Connect on pyop, at which everybody may sign in as anybody:

    python oidc_pyop.py PORT CALLBACK
"""

import http.server
import json
import sys
import urllib.parse

from Cryptodome.PublicKey import RSA
from jwkest.jwk import RSAKey
from pyop.authz_state import AuthorizationState
from pyop.provider import Provider
from pyop.subject_identifier import HashBasedSubjectIdentifierFactory
from pyop.userinfo import Userinfo

port, callback = sys.argv[1:]
base = f"http://localhost:{port}"
nowhere = f"https://localhost:{port}"
people = {}
clients = {
    "janua": {
        "client_id": "janua",
        "client_secret": "another secret of tests",
        "redirect_uris": [callback],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
        "subject_type": "pairwise",
    }
}
provider = Provider(
    RSAKey(key=RSA.generate(2048), alg="RS256", use="sig", kid="of-tests"),
    {
        "issuer": nowhere,
        "authorization_endpoint": f"{nowhere}/authorize",
        "token_endpoint": f"{nowhere}/token",
        "userinfo_endpoint": f"{nowhere}/userinfo",
        "jwks_uri": f"{nowhere}/jwks",
        "end_session_endpoint": f"{nowhere}/sign-out",
        "scopes_supported": ["openid", "email", "profile"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
    },
    AuthorizationState(HashBasedSubjectIdentifierFactory("salt of tests")),
    clients,
    Userinfo(people),
)
# The library takes https alone; here it is on the machine of its only client.
for name, value in list(provider.configuration_information.items()):
    if isinstance(value, str):
        provider.configuration_information[name] = value.replace(nowhere, base)
FORM = """<!doctype html><title>pyop</title><main><h1>pyop</h1><form method="post">
<label>Address <input name="email"></label><button>Sign in</button></form></main>"""


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body="", **headers):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/.well-known/openid-configuration":
            return self.answer(200, provider.provider_configuration.to_json())
        if url.path == "/jwks":
            return self.answer(200, json.dumps(provider.jwks))
        if url.path == "/authorize":
            provider.parse_authentication_request(url.query, dict(self.headers))
            return self.answer(200, FORM, **{"Content-Type": "text/html"})
        if url.path == "/userinfo":
            return self.answer(200, provider.handle_userinfo_request(None, dict(self.headers)).to_json())
        return self.answer(404)

    def do_POST(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/token":
            return self.answer(200, provider.handle_token_request(self.body(), dict(self.headers)).to_json())
        email = urllib.parse.parse_qs(self.body())["email"][0]
        people[email] = {"email": email, "email_verified": True, "given_name": "Grace", "family_name": "Hopper"}
        asked = provider.parse_authentication_request(url.query, dict(self.headers))
        told = provider.authorize(asked, email)
        return self.answer(303, Location=told.request(asked["redirect_uri"]))


http.server.ThreadingHTTPServer(("localhost", int(port)), Handler).serve_forever()
