#!/usr/bin/env python3
"""Judges SAML messages of ours as an identity provider would: by the schemas of OASIS, with xmlsec and cryptography.

    saml_judge.py FOLDER

FOLDER holds sp.crt, metadata.xml, messages that travel in forms as NAME.xml, and redirects as NAME.url.
"""

import base64
import pathlib
import sys
import urllib.parse
import zlib

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

folder = pathlib.Path(sys.argv[1])
certificate = (folder / "sp.crt").read_bytes()
parser = etree.XMLParser(resolve_entities=False, no_network=True)


def refuse_unless_valid(text, schema, name):
    found = OneLogin_Saml2_XML.validate_xml(etree.fromstring(text, parser), schema)
    if isinstance(found, str):
        sys.exit(f"{name} is not valid by {schema}: {found}")


def refuse_unless_signed(text, name):
    root = etree.fromstring(text, parser)
    signature = root.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertPem)
    context.register_id(root, "ID")
    try:
        context.verify(signature)
    except xmlsec.Error as error:
        sys.exit(f"the signature of {name} is wrong: {error}")


judged = 0
for file in sorted(folder.glob("*.xml")):
    text = file.read_bytes()
    if file.stem == "metadata":
        refuse_unless_valid(text, "saml-schema-metadata-2.0.xsd", file.name)
    else:
        refuse_unless_valid(text, "saml-schema-protocol-2.0.xsd", file.name)
        refuse_unless_signed(text, file.name)
    judged += 1

for file in sorted(folder.glob("*.url")):
    query = file.read_text().split("?", 1)[1]
    pairs = [it.split("=", 1) for it in query.split("&")]
    raw = dict(pairs)
    kind = next(it for it in ("SAMLRequest", "SAMLResponse") if it in raw)
    signed = "&".join(f"{it}={raw[it]}" for it in (kind, "RelayState", "SigAlg") if it in raw)
    value = {key: urllib.parse.unquote(it) for key, it in pairs}
    if value["SigAlg"] != "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256":
        sys.exit(f"{file.name} is signed with {value['SigAlg']}")
    key = x509.load_pem_x509_certificate(certificate).public_key()
    key.verify(base64.b64decode(value["Signature"]), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    text = zlib.decompress(base64.b64decode(value[kind]), -15)
    refuse_unless_valid(text, "saml-schema-protocol-2.0.xsd", file.name)
    judged += 1

print(judged)
