"""An identity provider on pysaml2, which signs with xmlsec1; everybody may sign in at it as anybody:

    python saml_pysaml2.py PORT KEY CERTIFICATE XMLSEC1

Serves `/metadata`, and trusts the service provider whose metadata is at the address that `/trust?metadata=` names.
`/sign-out?email=` ends the session of somebody on its own account, as an administrator there would.
"""

import html
import http.server
import re
import sys
import tempfile
import urllib.parse
import urllib.request

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.authn_context import PASSWORDPROTECTEDTRANSPORT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

port, key, certificate, xmlsec1 = sys.argv[1:]
base = f"http://127.0.0.1:{port}"
settings = {
    "entityid": f"{base}/metadata",
    "xmlsec_binary": xmlsec1,
    "key_file": key,
    "cert_file": certificate,
    "encryption_keypairs": [{"key_file": key, "cert_file": certificate}],
    "service": {
        "idp": {
            "endpoints": {
                "single_sign_on_service": [(f"{base}/sign-in", BINDING_HTTP_REDIRECT), (f"{base}/sign-in", BINDING_HTTP_POST)],
                "single_logout_service": [(f"{base}/slo", BINDING_HTTP_REDIRECT)],
            },
            "want_authn_requests_signed": True,
            "policy": {"default": {"lifetime": {"minutes": 5}, "name_form": NAME_FORMAT_URI, "sign": ["response", "assertion"]}},
        },
    },
}
FORM = """<!doctype html><title>pysaml2</title><main><h1>pysaml2</h1><form method="post">
%s<label>Address <input name="email"></label><button>Sign in</button></form></main>"""

server = None
people = {}  # Who is signed in, by address: name id and where they are.


def trust(metadata):
    """Starts anew with the metadata of this service provider."""
    global server
    with urllib.request.urlopen(metadata) as answer, tempfile.NamedTemporaryFile(suffix=".xml", delete=False) as file:
        file.write(answer.read())
    server = Server(config=IdPConfig().load({**settings, "metadata": {"local": [file.name]}}))


def signed(query):
    return {"relay_state": query.get("RelayState"), "sigalg": query["SigAlg"], "signature": query["Signature"]}


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body="", **headers):
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def go(self, info):
        """Sends the browser on with a message, by redirect or by a form that sends itself."""
        headers = dict(info["headers"])
        if "Location" in headers:
            return self.answer(303, Location=headers["Location"])
        return self.answer(200, info["data"] if isinstance(info["data"], str) else "".join(info["data"]))

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/metadata":
            return self.answer(200, str(entity_descriptor(IdPConfig().load(dict(settings)))), **{"Content-Type": "application/samlmetadata+xml"})
        if url.path == "/trust":
            trust(query["metadata"])
            return self.answer(200, "trusted")
        if url.path == "/sign-in":
            server.parse_authn_request(query["SAMLRequest"], BINDING_HTTP_REDIRECT, **signed(query))
            return self.answer(200, FORM % "")
        if url.path == "/slo" and "SAMLRequest" in query:
            asked = server.parse_logout_request(query["SAMLRequest"], BINDING_HTTP_REDIRECT, **signed(query)).message
            people.pop(asked.name_id.text, None)
            told = server.create_logout_response(asked, [BINDING_HTTP_REDIRECT])
            to = server.response_args(asked, [BINDING_HTTP_REDIRECT])["destination"]
            return self.go(server.apply_binding(
                BINDING_HTTP_REDIRECT, str(told), to, query.get("RelayState", ""), response=True, sign=True, sigalg=SIG_RSA_SHA256))
        if url.path == "/slo":
            return self.answer(200, "<title>pysaml2</title><main>signed out everywhere</main>")
        if url.path == "/sign-out":
            name_id, entity, index = people.pop(query["email"])
            to = server.metadata.single_logout_service(entity, BINDING_HTTP_REDIRECT, "spsso")[0]["location"]
            _, asked = server.create_logout_request(to, entity, name_id=name_id, session_indexes=[index], sign=False)
            return self.go(server.apply_binding(BINDING_HTTP_REDIRECT, str(asked), to, "", sign=True, sigalg=SIG_RSA_SHA256))
        return self.answer(404)

    def do_POST(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if "SAMLRequest" in form:
            asked = server.parse_authn_request(form["SAMLRequest"], BINDING_HTTP_POST).message
        else:
            asked = server.parse_authn_request(query["SAMLRequest"], BINDING_HTTP_REDIRECT, **signed(query)).message
        if "email" not in form:  # It came in a form, which the next one carries on.
            kept = ((name, html.escape(form.get(name, ""))) for name in ("SAMLRequest", "RelayState"))
            return self.answer(200, FORM % "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in kept))
        args = server.response_args(asked, [BINDING_HTTP_POST])
        args.pop("name_id_policy", None)
        args.pop("binding", None)
        email = form["email"]
        name_id = NameID(format=NAMEID_FORMAT_PERSISTENT, text=email)
        told = server.create_authn_response(
            {"mail": [email], "givenName": ["Grace"], "sn": ["Hopper"]}, userid=email, name_id=name_id,
            authn={"class_ref": PASSWORDPROTECTEDTRANSPORT, "authn_auth": base}, sign_response=True, sign_assertion=True,
            sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256, **args)
        index = re.search(r'SessionIndex="([^"]+)"', str(told))[1]
        people[email] = (name_id, args["sp_entity_id"], index)
        return self.go(server.apply_binding(BINDING_HTTP_POST, str(told), args["destination"], {**query, **form}.get("RelayState", ""), response=True))


http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()
