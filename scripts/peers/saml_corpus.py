#!/usr/bin/env python3
"""Writes SAML responses, genuine and hostile, and what has to become of each.

    saml_corpus.py FOLDER [--now 2030-01-01T00:00:00Z] [--acs URL] [--sp-entity-id ID] [--idp-entity-id ID]
                   [--request-id ID] [--sp-certificate PEM-FILE] [--seeds FOLDER]

FOLDER gets NAME.b64 for each response, as it stands in the field SAMLResponse of a form; corpus.json, which lists them;
idp.xml, the metadata of the identity provider that made the genuine ones; and, unless --sp-certificate names what to
encrypt to, sp.key and sp.crt. The folder of --seeds gets the messages themselves, to be changed by a fuzzer. The names of attackers in it all begin with `mallory`.
"""

import argparse
import base64
import copy
import datetime
import json
import pathlib

import xmlsec
from lxml import etree

from saml_attacks import altered, encrypted, misdirected, parsed, signed_oddly
from saml_messages import (
    A, DS, EVIL, INVALID, P, Identity, Messages, after_issuer, encrypt, find, parse, sign_by_hand, sign_with_signxml,
    sign_with_xmlsec, tag, without_signature, write)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--now", default="2030-01-01T00:00:00Z")
    parser.add_argument("--acs", default="https://janua.example/api/v1/sso/callback")
    parser.add_argument("--sp-entity-id", default="https://janua.example/saml")
    parser.add_argument("--idp-entity-id", default="https://idp.example/metadata")
    parser.add_argument("--request-id", default="_request")
    parser.add_argument("--sp-certificate", type=pathlib.Path)
    parser.add_argument("--seeds", type=pathlib.Path)
    settings = parser.parse_args()
    settings.now = datetime.datetime.strptime(settings.now, "%Y-%m-%dT%H:%M:%SZ")
    for folder in filter(None, (settings.folder, settings.seeds)):
        folder.mkdir(parents=True, exist_ok=True)
    return settings


class Pinned:
    """A certificate without its key, to encrypt to."""

    def __init__(self, pem):
        self.pem = pem


class Corpus:
    def __init__(self, settings):
        self.settings = settings
        self.folder = settings.folder
        self.make = Messages(settings)
        self.entries = []
        self.idp, self.next = Identity("idp", settings.now), Identity("idp-next", settings.now)
        self.curve = Identity("idp-ec", settings.now, "ec")
        self.mallory, self.other = Identity("mallory", settings.now), Identity("other", settings.now)
        if settings.sp_certificate:
            self.sp = Pinned(settings.sp_certificate.read_bytes())
        else:
            self.sp = Identity("sp", settings.now)
            (self.folder / "sp.key").write_bytes(self.sp.key_pem)
            (self.folder / "sp.crt").write_bytes(self.sp.pem)

    def add(self, name, message, verdict, row="", raw=False, **more):
        body = message if isinstance(message, (bytes, str)) else write(message)
        body = body.encode() if isinstance(body, str) else body
        (self.folder / f"{name}.b64").write_bytes(body if raw else base64.b64encode(body))
        if self.settings.seeds and not raw and len(body) < 20_000:
            (self.settings.seeds / name).write_bytes(body)
        assert name not in [it["name"] for it in self.entries], name
        self.entries.append({"name": name, "file": f"{name}.b64", "message": verdict, "row": row, **more})

    def good(self, name, message, **more):
        self.add(name, message, None, "control", **more)

    def bad(self, name, row, verdict, message, **more):
        self.add(name, message, verdict, row, **more)

    def signed(self, who=None, **what):
        return sign_with_signxml(self.make.assertion(**what), who or self.idp)

    def whole(self, **what):
        """A response that is right but for what is said; its assertion is signed."""
        return self.make.response(self.signed(**what))

    def finish(self):
        keys = "".join(
            f'<md:KeyDescriptor{use}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{it.base64}</ds:X509Certificate>'
            "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            for it, use in ((self.idp, ' use="signing"'), (self.next, ""), (self.curve, ' use="signing"')))
        places = "".join(
            f'<md:{service} Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-{binding}" '
            f'Location="https://idp.example/{service}"/>'
            for service in ("SingleLogoutService", "SingleSignOnService") for binding in ("POST", "Redirect"))
        (self.folder / "idp.xml").write_text(
            f'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="{DS}" '
            f'entityID="{self.settings.idp_entity_id}"><md:IDPSSODescriptor protocolSupportEnumeration="{P}">{keys}'
            f"{places}</md:IDPSSODescriptor></md:EntityDescriptor>")
        given = {key: str(value) for key, value in vars(self.settings).items() if key not in ("folder", "now", "seeds")}
        given["now"] = self.make.time()
        (self.folder / "corpus.json").write_text(json.dumps({**given, "responses": self.entries}, indent=1))
        refused = sum(1 for it in self.entries if it["message"])
        print(f"{len(self.entries) - refused} genuine and {refused} hostile responses in {self.folder}")


LARGE_TEXT = {"email": "ada@example.com", "photo": "x" * 1_040_000}
LARGE_LIST = {"email": "ada@example.com", **{f"attribute-{it}": "x" for it in range(10_000)}}


def genuine(c):
    """What has to be accepted."""
    m = c.make
    c.good("assertion-signed", c.whole())
    c.good("response-signed", sign_with_signxml(m.response(m.assertion()), c.idp))
    c.good("both-signed", sign_with_signxml(c.whole(), c.idp))
    c.good("xmlsec-assertion-signed", m.response(sign_with_xmlsec(m.assertion(), c.idp)))
    c.good("xmlsec-both-signed", sign_with_xmlsec(m.response(sign_with_xmlsec(m.assertion(), c.idp)), c.idp))
    c.good("by-hand", m.response(sign_by_hand(m.assertion(), c.idp)))
    c.good("second-certificate", m.response(sign_with_signxml(m.assertion(), c.next)))
    c.good("two-certificates", sign_with_signxml(c.whole(), c.next))
    c.good("ecdsa", m.response(sign_with_signxml(m.assertion(), c.curve, "ecdsa-sha256")))
    c.good("ecdsa-xmlsec", m.response(
        sign_with_xmlsec(m.assertion(), c.curve, xmlsec.constants.TransformEcdsaSha256)))
    c.good("rsa-sha512", m.response(sign_with_signxml(m.assertion(), c.idp, "rsa-sha512", "sha512")))
    c.good("wrapped-lines", base64.encodebytes(write(c.whole())), raw=True)
    c.good("declared", b'<?xml version="1.0" encoding="UTF-8"?>\n' + write(c.whole()))
    c.good("comment-between-elements", write(c.whole()).replace(b"<samlp:Status>", b"<!-- by IdP 1.0 --><samlp:Status>"))
    c.good("cdata-name", write(c.whole()).replace(
        b"ada@example.com</saml:NameID>", b"<![CDATA[ada@example.com]]></saml:NameID>"))
    c.good("two-audiences", c.whole(audiences=[["https://other.example", c.settings.sp_entity_id]]))
    c.good("two-restrictions", c.whole(audiences=[[c.settings.sp_entity_id], [c.settings.sp_entity_id]]))
    # Nearly a mebibyte, of much text and of many elements.
    c.good("large-text", c.whole(attributes=LARGE_TEXT))
    c.good("large-list", c.whole(attributes=LARGE_LIST))
    c.good("one-time-use", c.whole(extra_condition="<saml:OneTimeUse/>"))
    c.good("another-confirmation-first", c.whole(
        extra_confirmation='<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"/>'))
    c.good("within-skew-early", c.whole(conditions=(30, 300)))
    c.good("within-skew-late", c.whole(conditions=(-300, -30), confirmed=(None, -30)))
    c.good("no-destination-unsigned-response", m.response(c.signed(), destination=""))
    c.good("unsolicited", m.response(c.signed(in_response_to=None), in_response_to=None), unsolicited=True)
    c.good("sha1-where-allowed", m.response(sign_by_hand(
        m.assertion(), c.idp, DS + "rsa-sha1", digest=("sha1", DS + "sha1"))), allow_sha1=True)
    c.good("encrypted", m.response(encrypt(c.signed(), c.sp)))
    c.good("encrypted-aes128", m.response(encrypt(c.signed(), c.sp, "Aes128Gcm")))
    c.good("encrypted-in-signed-response", sign_with_signxml(m.response(encrypt(m.assertion(), c.sp)), c.idp))
    c.good("encrypted-signed-twice", sign_with_signxml(m.response(encrypt(c.signed(), c.sp)), c.idp))
    c.good("encrypted-cbc-in-signed-response",
           sign_with_signxml(m.response(encrypt(c.signed(), c.sp, "Aes256Cbc")), c.idp))
    name = parse(f'<saml:NameID xmlns:saml="{A}">ada@example.com</saml:NameID>')
    c.good("encrypted-name", c.whole(name_xml=write(encrypt(name, c.sp, wrapper="EncryptedID")).decode()))


def wrapped(c):
    """XSW1 to 8: what was signed is moved to where it is not read, and a forgery takes its place."""
    m = c.make
    for same_id in (False, True):
        suffix = "-same-id" if same_id else ""

        def forged(original, same_id=same_id):
            forgery = without_signature(original)
            for node in forgery.iter():
                if node.text and "ada@example.com" in node.text:
                    node.text = EVIL
            if not same_id:
                for node in [forgery, *forgery.iter(tag(A, "Assertion"))]:
                    node.set("ID", "_forged" + node.get("ID"))
            return forgery

        response = sign_with_signxml(m.response(m.assertion()), c.idp)
        signature = find(response, "Signature")
        one = forged(response)
        inside = copy.deepcopy(signature)
        inside.append(without_signature(response))
        after_issuer(one, inside)
        c.bad(f"xsw1{suffix}", "X03", INVALID, one)
        two = forged(response)
        after_issuer(two, copy.deepcopy(signature))
        two.insert(1, without_signature(response))
        c.bad(f"xsw2{suffix}", "X04", INVALID, two)

        response = c.whole()
        original = find(response, "Assertion")
        bare, signature = without_signature(original), find(original, "Signature")
        three = copy.deepcopy(response)
        three.insert(len(three) - 1, forged(original))
        c.bad(f"xsw3{suffix}", "X05", INVALID, three)
        last = copy.deepcopy(response)
        last.append(forged(original))
        c.bad(f"xsw3-after{suffix}", "X05", INVALID, last)
        four = m.response(forged(original))
        four[-1].append(copy.deepcopy(original))
        c.bad(f"xsw4{suffix}", "X06", INVALID, four)
        five = m.response(forged(original), bare)
        after_issuer(five.findall(tag(A, "Assertion"))[0], copy.deepcopy(signature))
        c.bad(f"xsw5{suffix}", "X07", INVALID, five)
        six = m.response(forged(original))
        inside = copy.deepcopy(signature)
        inside.append(copy.deepcopy(bare))
        after_issuer(six[-1], inside)
        c.bad(f"xsw6{suffix}", "X08", INVALID, six)
        seven = copy.deepcopy(response)
        extensions = etree.Element(tag(P, "Extensions"))
        extensions.append(forged(original))
        after_issuer(seven, extensions)
        c.bad(f"xsw7{suffix}", "X09", INVALID, seven)
        eight = m.response(forged(original))
        inside = copy.deepcopy(signature)
        etree.SubElement(inside, tag(DS, "Object")).append(copy.deepcopy(bare))
        after_issuer(eight[-1], inside)
        c.bad(f"xsw8{suffix}", "X10", INVALID, eight)
        moved = m.response(forged(original))
        extensions = etree.Element(tag(P, "Extensions"))
        extensions.append(copy.deepcopy(original))
        after_issuer(moved, extensions)
        c.bad(f"original-in-extensions{suffix}", "X09", INVALID, moved)
        foreign = m.response(forged(original))
        foreign[-1].tag = "{urn:other}Assertion"
        foreign.append(copy.deepcopy(original))
        c.bad(f"foreign-namespace{suffix}", "X14", INVALID, foreign)
        hidden = m.response(forged(original))
        advice = etree.Element(tag(A, "Advice"))
        advice.append(copy.deepcopy(original))
        hidden[-1].insert(3, advice)
        c.bad(f"original-in-advice{suffix}", "X06", INVALID, hidden)


def run():
    c = Corpus(arguments())
    for part in (genuine, wrapped, altered, signed_oddly, parsed, misdirected, encrypted):
        part(c)
    c.finish()


if __name__ == "__main__":
    run()
