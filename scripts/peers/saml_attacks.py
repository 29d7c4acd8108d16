"""Hostile SAML responses for `saml_corpus.py`, but for wrapping; each says what has to be answered."""

import base64
import copy
import re
import zlib

from lxml import etree

from saml_messages import (
    A, ASSERTION, AUDIENCE, DS, EARLY, ENVELOPED, EVIL, EXC, INVALID, LATE, MORE, P, SIGNATURE, XENC, after_issuer,
    digest_of, encrypt, find, parse, reference, sign_by_hand, sign_with_signxml, tag, without_signature, write)


def altered(c):
    """Signatures taken away, or left where what they cover was changed."""
    m = c.make
    c.bad("unsigned", "X01", SIGNATURE, m.response(m.assertion(name=EVIL)))
    c.bad("stripped", "X02", SIGNATURE, m.response(without_signature(c.signed())))
    for name, old, new in (
            ("name-changed", b"ada@example.com</saml:NameID>", EVIL.encode() + b"</saml:NameID>"),
            ("attribute-changed", b"staff</saml:AttributeValue>", b"admins</saml:AttributeValue>"),
            ("session-changed", b"_session1", b"_session2")):
        changed = write(c.whole()).replace(old, new)
        assert changed != write(c.whole()), name
        c.bad(name, "X02", SIGNATURE, changed)
    both = sign_with_signxml(c.whole(), c.idp)
    c.bad("outer-broken-inner-right", "X02", SIGNATURE, write(both).replace(b"<samlp:Status>", b"<samlp:Status> "))
    outer = write(sign_with_signxml(m.response(m.assertion()), c.idp))
    c.bad("response-signed-name-changed", "X02", SIGNATURE, outer.replace(b"ada@", b"mallory@"))
    empty = c.whole()
    find(empty, "SignatureValue").text = ""
    c.bad("empty-signature-value", "X02", SIGNATURE, empty)
    none = c.whole()
    signature = find(none, "Signature")
    signature.remove(find(none, "SignatureValue"))
    c.bad("no-signature-value", "X02", SIGNATURE, none)
    shell = m.response(m.assertion(name=EVIL))
    after_issuer(find(shell, "Assertion"), etree.Element(tag(DS, "Signature")))
    c.bad("empty-signature", "X02", SIGNATURE, shell)
    moved = m.response(m.assertion(name=EVIL))
    status = moved.find(tag(P, "Status"))
    status.append(copy.deepcopy(find(c.whole(), "Signature")))
    c.bad("signature-elsewhere", "X02", SIGNATURE, moved)
    twice = c.whole()
    after_issuer(find(twice, "Assertion"), copy.deepcopy(find(twice, "Signature")))
    c.bad("two-signatures-in-one", "X13", SIGNATURE, twice)


def signed_oddly(c):
    """Signatures that a library calls valid, or that lean on what XML signatures can do."""
    m = c.make

    def hand(**more):
        return m.response(sign_by_hand(m.assertion(name=EVIL), **{"identity": c.mallory, **more}))

    c.bad("own-certificate", "X16", SIGNATURE, hand())
    c.bad("own-key-pinned-certificate-shown", "X16", SIGNATURE, hand(shown=c.idp))
    c.bad("own-certificate-first", "X16", SIGNATURE, write(hand()).replace(
        b"<ds:X509Data>", f"<ds:X509Data><ds:X509Certificate>{c.idp.base64}</ds:X509Certificate>".encode()))
    c.bad("signed-by-service-provider", "X16", SIGNATURE, hand(identity=c.other))
    for name, secret in (("pem", c.idp.pem), ("der", c.idp.der), ("base64", c.idp.base64.encode())):
        c.bad(f"hmac-{name}", "X17", SIGNATURE, hand(secret=secret, method=MORE + "hmac-sha256", shown=c.idp))
    c.bad("hmac-sha1", "X17", SIGNATURE, hand(secret=c.idp.pem, method=DS + "hmac-sha1", shown=c.idp))
    c.bad("hmac-empty", "X17", SIGNATURE, hand(secret=b"", method=MORE + "hmac-sha256", shown=c.idp))

    def genuine(**more):
        return m.response(sign_by_hand(m.assertion(), **{"identity": c.idp, **more}))

    c.bad("rsa-sha1", "X18", SIGNATURE, genuine(method=DS + "rsa-sha1"))
    c.bad("sha1-digest", "X18", SIGNATURE, genuine(digest=("sha1", DS + "sha1")))
    c.bad("md5", "X18", SIGNATURE, genuine(method=MORE + "rsa-md5"))
    c.bad("no-algorithm", "X18", SIGNATURE, genuine(method=""))
    c.bad("unknown-algorithm", "X18", SIGNATURE, genuine(method="urn:none"))
    c.bad("inclusive-canonicalization", "X15", SIGNATURE, genuine(c14n="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"))
    c.bad("canonicalization-with-comments", "X15", SIGNATURE, genuine(c14n=EXC + "WithComments"))
    c.bad("algorithm-with-prefix", "X18", SIGNATURE, write(genuine(method=DS + "rsa-sha1")).replace(
        b'<ds:SignatureMethod Algorithm="', b'<ds:SignatureMethod Algorithm="' + MORE.encode() + b'rsa-sha256" ds:Algorithm="'))

    enveloped, exclusive = f'<ds:Transform Algorithm="{ENVELOPED}"/>', f'<ds:Transform Algorithm="{EXC}"/>'

    def transformed(*transforms):
        assertion = m.assertion()
        made = reference("#" + assertion.get("ID"), digest_of(assertion), list(transforms))
        return m.response(sign_by_hand(assertion, c.idp, references=[made]))

    xpath = ('<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>'
             "not(ancestor-or-self::*[local-name()='NameID'])</ds:XPath></ds:Transform>")
    xslt = ('<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet version="1.0" '
            'xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/">x</xsl:template>'
            "</xsl:stylesheet></ds:Transform>")
    filtered = ('<ds:Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2"><f:XPath Filter="subtract" '
                'xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2">//*</f:XPath></ds:Transform>')
    for name, transforms in (
            ("xpath", [enveloped, xpath, exclusive]), ("xpath-only", [xpath]), ("xslt", [enveloped, xslt, exclusive]),
            ("xpath-filter", [enveloped, filtered]), ("no-canonicalization", [enveloped]), ("no-transform", []),
            ("base64-transform", [enveloped, f'<ds:Transform Algorithm="{DS}base64"/>']),
            ("turned-round", [exclusive, enveloped]), ("thrice", [enveloped, exclusive, exclusive]),
            ("xpath-in-exclusive", [enveloped, exclusive.replace("/>", "><ds:XPath>//*</ds:XPath></ds:Transform>")])):
        c.bad(f"transform-{name}", "X15", SIGNATURE, transformed(*transforms))

    def refers(uri):
        assertion = m.assertion()
        made = reference(uri.replace("ID", assertion.get("ID")), digest_of(assertion))
        return m.response(sign_by_hand(assertion, c.idp, references=[made]))

    for name, uri in (("empty", ""), ("xpointer-root", "#xpointer(/)"), ("xpointer-id", "#xpointer(id('ID'))"),
                      ("element", "#element(/1/3)"), ("elsewhere", "#_elsewhere"), ("file", "file:///etc/hostname"),
                      ("http", "http://127.0.0.1:9/x"), ("name-only", "ID"), ("attachment", "cid:ID")):
        c.bad(f"uri-{name}", "X15", SIGNATURE, refers(uri))

    assertion = m.assertion(name=EVIL)
    genuine_reference = reference("#" + assertion.get("ID"), digest_of(assertion))
    c.bad("two-references", "X13", SIGNATURE, m.response(
        sign_by_hand(assertion, c.idp, references=[genuine_reference, genuine_reference])))
    c.bad("no-reference", "X13", SIGNATURE, m.response(sign_by_hand(assertion, c.idp, references=[])))
    c.bad("two-signed-infos", "X13", SIGNATURE, m.response(sign_by_hand(
        assertion, c.idp, before=f'<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{EXC}"/><ds:SignatureMethod '
        f'Algorithm="{MORE}rsa-sha256"/>{genuine_reference}</ds:SignedInfo>')))
    c.bad("object", "X15", SIGNATURE, m.response(sign_by_hand(assertion, c.idp, after="<ds:Object>x</ds:Object>")))
    c.bad("manifest", "X15", SIGNATURE, m.response(sign_by_hand(
        assertion, c.idp, after=f"<ds:Object><ds:Manifest>{genuine_reference}</ds:Manifest></ds:Object>")))

    # What is signed is another element than the one that is read: a part, or a neighbour.
    part = m.assertion()
    subject = part.find(tag(A, "Subject"))
    subject.set("ID", "_part")
    c.bad("part-signed", "X29", SIGNATURE, m.response(
        sign_by_hand(part, c.idp, references=[reference("#_part", digest_of(subject))])))
    neighbour = m.response(m.assertion(name=EVIL))
    status = neighbour.find(tag(P, "Status"))
    status.set("ID", "_status")
    made = find(sign_by_hand(
        m.assertion(), c.idp, references=[reference("#_status", digest_of(status))]), "Signature")
    after_issuer(find(neighbour, "Assertion"), copy.deepcopy(made))
    c.bad("neighbour-signed", "X29", SIGNATURE, neighbour)
    value = find(c.whole(), "DigestValue").text
    forged = c.whole()
    for node in forged.iter():
        if node.text == "ada@example.com":
            node.text = EVIL
    c.bad("digest-in-comment", "X12", INVALID, write(forged).replace(
        b"<ds:DigestValue>", b"<ds:DigestValue><!--" + value.encode() + b"-->"))
    c.bad("comment-in-signature-value", "X12", INVALID, re.sub(
        rb"(<ds:SignatureValue>.{8})", rb"\1<!--x-->", write(c.whole()), flags=re.DOTALL))


def parsed(c):
    """XML that parsers disagree about, or choke on, and what is no message at all."""
    m = c.make
    text = write(c.whole()).decode()
    for name, old, new in (
            ("comment-in-name", "ada@example.com</saml:NameID>", "ada@example.com<!---->.evil</saml:NameID>"),
            ("comment-before-name", ">ada@example.com</saml:NameID>", "><!--x-->ada@example.com</saml:NameID>"),
            ("comment-in-attribute", ">staff<", ">sta<!-- -->ff<"),
            ("comment-in-issuer", "</saml:Issuer>", "<!---->.evil</saml:Issuer>"),
            ("comment-in-audience", "</saml:Audience>", "<!-- --></saml:Audience>"),
            ("instruction-in-name", "ada@example.com</saml:NameID>", "ada@example.com<?x y?></saml:NameID>"),
            ("instruction", "<samlp:Status>", "<?x y?><samlp:Status>")):
        assert old in text, name
        row = "X11" if "comment" in name else "X14"
        c.bad(name, row, INVALID, text.replace(old, new))
    doctype = "<!DOCTYPE samlp:Response>"
    c.bad("doctype", "X14", INVALID, doctype + text)
    entity = '<!DOCTYPE x [<!ENTITY e "mallory@example.com">]>'
    c.bad("entity", "X14", INVALID, entity + text.replace(">ada@example.com<", ">&e;<"))
    c.bad("undeclared-entity", "X14", INVALID, text.replace(">ada@example.com<", ">&e;<"))
    external = '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/canary">]>'
    c.bad("external-entity", "X25", INVALID, external + text.replace(">ada@example.com<", ">&e;<"))
    c.bad("external-file", "X25", INVALID, external.replace("http://127.0.0.1:9/canary", "file:///etc/passwd") + text)
    parameter = '<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/canary.dtd"> %e;]>'
    c.bad("parameter-entity", "X25", INVALID, parameter + text)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    c.bad("billion-laughs", "X26", INVALID,
          f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>' + text.replace(">ada@example.com<", ">&l9;<"))
    c.bad("quadratic-blowup", "X26", INVALID,
          f'<!DOCTYPE x [<!ENTITY a "{"a" * 10000}">]>' + text.replace(">ada@example.com<", ">" + "&a;" * 10000 + "<"))
    deep = "<a>" * 100_000 + "</a>" * 100_000
    c.bad("deep", "X26", INVALID, text.replace("</samlp:Response>", f"{deep}</samlp:Response>"))
    c.bad("many-attributes", "X26", INVALID, text.replace(
        "<samlp:Status>", "<samlp:Status " + " ".join(f'a{n}="x"' for n in range(20_000)) + ">"))
    c.bad("large", "X27", INVALID, text.replace("<samlp:Status>", f"<samlp:Status><!--{'x' * 1_100_000}-->"))
    c.bad("base64-bomb", "X27", INVALID, b"A" * 4_000_000, raw=True)
    c.bad("deflate-bomb", "X27", INVALID, zlib.compress(b"<" + b" " * 10_000_000, 9)[2:-4])
    c.bad("utf-16", "X14", INVALID, text.encode("utf-16"))
    c.bad("utf-7-declared", "X14", INVALID, '<?xml version="1.0" encoding="UTF-7"?>' + text)
    c.bad("not-utf-8", "X14", INVALID, text.encode().replace(b"Ada", b"\xff\xfe\xfd"))
    c.bad("nothing", "X14", INVALID, b"")
    c.bad("white-space", "X14", INVALID, b"  \n", raw=True)
    c.bad("not-base64", "X14", INVALID, b"<Response/>", raw=True)
    c.bad("html", "X14", INVALID, b"<html><body>Signed in</body></html>")
    c.bad("json", "X14", INVALID, b'{"sub": "mallory"}')
    c.bad("cut-off", "X14", INVALID, text[: len(text) // 2])
    c.bad("two-roots", "X14", INVALID, text + text)
    c.bad("text-after", "X14", INVALID, text + "x")
    c.bad("null-byte", "X14", INVALID, text.replace("ada@example.com</saml:NameID>", "ada@example.com\0</saml:NameID>"))
    c.bad("attribute-twice", "X14", INVALID, text.replace('Version="2.0"', 'Version="2.0" Version="2.0"', 1))
    c.bad("other-namespace", "X14", INVALID, text.replace(P, "urn:oasis:names:tc:SAML:1.0:protocol"))
    c.bad("logout-response", "X14", INVALID, text.replace("samlp:Response", "samlp:LogoutResponse"))
    request = f'<samlp:AuthnRequest xmlns:samlp="{P}" ID="_x" Version="2.0" IssueInstant="{m.time()}"/>'
    c.bad("request", "X14", INVALID, request)
    c.bad("foreign-element", "X14", INVALID, text.replace("<samlp:Status>", "<x xmlns='urn:x'/><samlp:Status>"))
    c.bad("text-between", "X14", INVALID, text.replace("<samlp:Status>", "text<samlp:Status>"))
    # An ID with a prefix is another attribute, which careless readers take for it.
    inner = m.assertion(name=EVIL)
    true_id = inner.get("ID")
    del inner.attrib["ID"]
    inner.set(tag(A, "ID"), true_id)
    inner.set("ID", "_other")
    c.bad("namespaced-id", "X29", SIGNATURE, m.response(
        sign_by_hand(inner, c.idp, references=[reference("#" + true_id, digest_of(inner))])))
    only = m.assertion(name=EVIL)
    true_id = only.get("ID")
    del only.attrib["ID"]
    only.set(tag(A, "ID"), true_id)
    made = find(sign_by_hand(
        m.assertion(), c.idp, references=[reference("#" + true_id, digest_of(only))]), "Signature")
    after_issuer(only, copy.deepcopy(made))
    c.bad("namespaced-id-only", "X29", SIGNATURE, m.response(only))
    same = c.whole()
    same.find(tag(P, "Status")).set("ID", find(same, "Assertion").get("ID"))
    c.bad("duplicate-id", "X29", INVALID, same)
    same = c.whole()
    same.find(tag(P, "Status")).set("Id", find(same, "Assertion").get("ID"))
    c.bad("duplicate-id-otherwise-spelt", "X29", INVALID, same)
    same = c.whole()
    same.find(tag(P, "Status")).set("{http://www.w3.org/XML/1998/namespace}id", find(same, "Assertion").get("ID"))
    c.bad("duplicate-xml-id", "X29", INVALID, same)


def misdirected(c):
    """Genuine signatures on what is for others, for another time, or no sign-in."""
    m = c.make
    c.bad("other-audience", "X19", AUDIENCE, c.whole(audiences=[["https://other.example"]]))
    c.bad("audience-longer", "X19", AUDIENCE, c.whole(audiences=[[c.settings.sp_entity_id + "/x"]]))
    c.bad("no-audience", "X19", AUDIENCE, c.whole(audiences=[]))
    c.bad("empty-audience", "X19", AUDIENCE, c.whole(audiences=[[]]))
    c.bad("second-restriction-foreign", "X19", AUDIENCE, c.whole(
        audiences=[[c.settings.sp_entity_id], ["https://other.example"]]))
    c.bad("no-conditions", "X19", AUDIENCE, c.whole(conditions=None))
    c.bad("other-recipient", "X20", ASSERTION, c.whole(recipient="https://other.example/acs"))
    c.bad("no-recipient", "X20", ASSERTION, c.whole(recipient=""))
    c.bad("other-destination", "X20", INVALID, m.response(c.signed(), destination="https://other.example/acs"))
    c.bad("other-destination-signed", "X20", INVALID, sign_with_signxml(
        m.response(c.signed(), destination="https://other.example/acs"), c.idp))
    c.bad("no-destination-signed", "X20", INVALID, sign_with_signxml(m.response(c.signed(), destination=""), c.idp))
    c.bad("other-request", "X21", ASSERTION, m.response(c.signed(in_response_to="_other"), in_response_to="_other"))
    c.bad("other-request-outside", "X21", ASSERTION, m.response(c.signed(), in_response_to="_other"))
    c.bad("other-request-inside", "X21", ASSERTION, m.response(c.signed(in_response_to="_other")))
    c.bad("no-request-inside", "X21", ASSERTION, m.response(c.signed(in_response_to=None)))
    c.bad("unsolicited-unwanted", "X21", ASSERTION, m.response(c.signed(in_response_to=None), in_response_to=None))
    c.bad("answer-passed-off-as-unsolicited", "X21", ASSERTION, c.whole(), unsolicited=True)
    c.bad("answer-with-request-taken-off", "X21", ASSERTION, m.response(c.signed(), in_response_to=None),
          unsolicited=True)
    c.bad("conditions-over", "X22", LATE, c.whole(conditions=(-600, -300)))
    c.bad("confirmation-over", "X22", LATE, c.whole(confirmed=(None, -300)))
    c.bad("session-over", "X22", LATE, c.whole(session=-300))
    c.bad("conditions-ahead", "X22", EARLY, c.whole(conditions=(600, 900)))
    c.bad("confirmation-ahead", "X22", EARLY, c.whole(confirmed=(600, 900)))
    c.bad("confirmation-without-end", "X22", ASSERTION, c.whole(confirmed=(None, None)))
    c.bad("time-without-zone", "X22", INVALID, c.whole(confirmed=(None, m.time(300).rstrip("Z"))))
    c.bad("time-nonsense", "X22", INVALID, c.whole(conditions=("yesterday", 300)))
    c.bad("other-issuer", "X24", ASSERTION, c.whole(issuer="https://other.example/metadata"))
    c.bad("other-issuer-outside", "X24", ASSERTION, m.response(c.signed(), issuer="https://other.example/metadata"))
    failed = "urn:oasis:names:tc:SAML:2.0:status:Requester"
    c.bad("status-failed", "X30", INVALID, m.response(c.signed(), status=failed))
    c.bad("status-failed-alone", "X30", INVALID, m.response(status=failed))
    c.bad("two-assertions", "X30", INVALID, m.response(c.signed(), c.signed()))
    c.bad("no-assertion", "X30", INVALID, sign_with_signxml(m.response(), c.idp))
    c.bad("holder-of-key", "X30", ASSERTION, c.whole(method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"))
    c.bad("no-subject", "X30", INVALID, c.whole(subject=False))
    c.bad("no-authentication", "X30", ASSERTION, c.whole(authn=False))
    c.bad("empty-name", "X30", ASSERTION, c.whole(name_xml="<saml:NameID></saml:NameID>"))
    c.bad("two-names", "X30", INVALID, c.whole(
        name_xml="<saml:NameID>ada@example.com</saml:NameID><saml:NameID>mallory@example.com</saml:NameID>"))
    c.bad("element-in-name", "X30", INVALID, c.whole(
        name_xml="<saml:NameID>ada@example.com<x xmlns=''/>.evil</saml:NameID>"))
    c.bad("unknown-condition", "X30", ASSERTION, c.whole(extra_condition=(
        '<saml:Condition xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:x="urn:x" xsi:type="x:Moon"/>')))
    c.bad("foreign-condition", "X30", ASSERTION, c.whole(extra_condition='<x:OneTimeUse xmlns:x="urn:x"/>'))
    c.bad("old-version", "X30", INVALID, m.response(c.signed(), version="1.1"))
    c.bad("old-assertion", "X30", INVALID, c.whole(version="1.1"))


def encrypted(c):
    """Encrypting proves nothing: everybody has the certificate."""
    m = c.make
    injected = m.assertion(name=EVIL)
    c.bad("encrypted-unsigned", "X28", SIGNATURE, m.response(encrypt(injected, c.sp)))
    c.bad("encrypted-signed-by-mallory", "X28", SIGNATURE, m.response(encrypt(c.signed(who=c.mallory, name=EVIL), c.sp)))
    c.bad("encrypted-by-mallory-in-response-by-mallory", "X28", SIGNATURE, sign_with_signxml(
        m.response(encrypt(injected, c.sp)), c.mallory))
    beside = c.whole()
    beside.append(encrypt(injected, c.sp))
    c.bad("encrypted-beside-signed", "X28", INVALID, beside)
    swapped = sign_with_signxml(m.response(encrypt(m.assertion(), c.sp)), c.idp)
    swapped.replace(swapped.find(tag(A, "EncryptedAssertion")), encrypt(injected, c.sp))
    c.bad("encrypted-swapped", "X28", SIGNATURE, swapped)
    both = etree.Element("both")
    both.append(c.signed())
    both.append(injected)
    c.bad("encrypted-two", "X28", INVALID, m.response(encrypt(both, c.sp)))
    wrapping = m.assertion(name=EVIL)
    advice = etree.SubElement(wrapping, tag(A, "Advice"))
    advice.append(c.signed())
    c.bad("encrypted-wrapping", "X06", INVALID, m.response(encrypt(wrapping, c.sp)))
    c.bad("encrypted-no-assertion", "X28", INVALID, m.response(encrypt(parse("<x/>"), c.sp)))
    for name, message in (("outer-signed", sign_with_signxml(m.response(encrypt(m.assertion(), c.sp)), c.idp)),
                          ("inner-signed", m.response(encrypt(c.signed(), c.sp)))):
        for place, which in (("data", -1), ("key", 0)):
            changed = copy.deepcopy(message)
            value = changed.findall(f".//{tag(XENC, 'CipherValue')}")[which]
            sealed = bytearray(base64.b64decode(value.text))
            sealed[len(sealed) // 2] ^= 1
            value.text = base64.b64encode(bytes(sealed)).decode()
            verdict = SIGNATURE if name == "outer-signed" else ASSERTION
            c.bad(f"encrypted-altered-{name}-{place}", "X28", verdict, changed)
    c.bad("cbc-inner-signed-only", "X28", ASSERTION, m.response(encrypt(c.signed(), c.sp, "Aes256Cbc")))
    c.bad("rsa-pkcs1", "X28", ASSERTION, m.response(encrypt(c.signed(), c.sp, transport="RsaPkcs1")))
    c.bad("rsa-pkcs1-outer-signed", "X28", ASSERTION, sign_with_signxml(
        m.response(encrypt(c.signed(), c.sp, transport="RsaPkcs1")), c.idp))
    c.bad("encrypted-to-another", "X28", ASSERTION, m.response(encrypt(c.signed(), c.other)))
    sealed = write(m.response(encrypt(c.signed(), c.sp)))
    c.bad("cipher-reference", "X28", INVALID, re.sub(
        rb"<xenc:CipherValue>[^<]*</xenc:CipherValue>\s*</xenc:CipherData>\s*</xenc:EncryptedData>",
        b'<xenc:CipherReference URI="http://127.0.0.1:9/canary"/></xenc:CipherData></xenc:EncryptedData>', sealed))
    c.bad("no-encrypted-key", "X28", ASSERTION, re.sub(
        rb"<ds:KeyInfo.*</ds:KeyInfo>", b"<ds:KeyInfo xmlns:ds='" + DS.encode() + b"'><ds:KeyName>sp</ds:KeyName></ds:KeyInfo>",
        sealed, flags=re.DOTALL))
    other = m.assertion(name=EVIL, audiences=[["https://other.example"]])
    c.bad("encrypted-other-audience", "X19", AUDIENCE, m.response(encrypt(sign_with_signxml(other, c.idp), c.sp)))
