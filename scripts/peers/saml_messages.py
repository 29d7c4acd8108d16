"""SAML responses for tests: built with lxml, signed with signxml, xmlsec or by hand, encrypted with xmlsec.

By hand means: SignedInfo is written here, so that it can be written wrongly.
"""

import base64
import copy
import datetime
import hashlib
import hmac

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import XMLSigner, methods

P = "urn:oasis:names:tc:SAML:2.0:protocol"
A = "urn:oasis:names:tc:SAML:2.0:assertion"
DS = "http://www.w3.org/2000/09/xmldsig#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = DS + "enveloped-signature"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
SHA256 = XENC + "sha256"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
# What has to be answered.
INVALID, ASSERTION, EARLY = "Invalid SAML response", "Assertion not valid", "NotBefore condition not met"
AUDIENCE, SIGNATURE, LATE = "Invalid audience", "Signature verification failed", "Response expired"
EVIL = "mallory@example.com"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"


class Identity:
    """A key with a certificate that it signed itself."""

    def __init__(self, name, now, kind="rsa"):
        self.key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=30)).not_valid_after(now + datetime.timedelta(days=700))
            .sign(self.key, hashes.SHA256())
        )
        encoding = serialization.Encoding
        self.key_pem = self.key.private_bytes(
            encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self.pem = self.certificate.public_bytes(encoding.PEM)
        self.der = self.certificate.public_bytes(encoding.DER)
        self.base64 = base64.b64encode(self.der).decode()


def tag(namespace, name):
    return f"{{{namespace}}}{name}"


def parse(text):
    return etree.fromstring(text.encode() if isinstance(text, str) else text)


def write(element):
    return etree.tostring(element)


def find(element, name):
    return element.find(f".//{{*}}{name}")


def after_issuer(element, child):
    element.insert(1 if element[0].tag == tag(A, "Issuer") else 0, child)


def without_signature(element):
    bare = copy.deepcopy(element)
    for signature in bare.findall(tag(DS, "Signature")):
        bare.remove(signature)
    return bare


def digest_of(element, digest="sha256", exclusive=True):
    bare = without_signature(element)
    # A copy of an element that stands alone, so that only what it uses is in scope.
    canonical = etree.tostring(bare, method="c14n", exclusive=exclusive, with_comments=False)
    return base64.b64encode(hashlib.new(digest, canonical).digest()).decode()


def sign_with_signxml(element, identity, algorithm="rsa-sha256", digest="sha256"):
    alone = parse(write(element))
    after_issuer(alone, etree.Element(tag(DS, "Signature"), Id="placeholder", nsmap={"ds": DS}))
    signer = XMLSigner(method=methods.enveloped, signature_algorithm=algorithm, digest_algorithm=digest,
                       c14n_algorithm=EXC)
    return signer.sign(alone, key=identity.key_pem, cert=identity.pem.decode(), reference_uri="#" + element.get("ID"))


def sign_with_xmlsec(element, identity, method=xmlsec.constants.TransformRsaSha256):
    alone = parse(write(element))
    signature = xmlsec.template.create(alone, xmlsec.constants.TransformExclC14N, method, ns="ds")
    after_issuer(alone, signature)
    reference = xmlsec.template.add_reference(
        signature, xmlsec.constants.TransformSha256, uri="#" + element.get("ID"))
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(identity.key_pem, xmlsec.constants.KeyDataFormatPem)
    context.key.load_cert_from_memory(identity.pem, xmlsec.constants.KeyDataFormatPem)
    context.register_id(alone, "ID")
    context.sign(signature)
    return alone


def reference(uri, value, transforms=None, digest=SHA256):
    if transforms is None:
        transforms = [f'<ds:Transform Algorithm="{ENVELOPED}"/>', f'<ds:Transform Algorithm="{EXC}"/>']
    return (f'<ds:Reference URI="{uri}"><ds:Transforms>{"".join(transforms)}</ds:Transforms>'
            f'<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue>{value}</ds:DigestValue></ds:Reference>')


def sign_by_hand(element, identity, method=MORE + "rsa-sha256", references=None, shown=None, c14n=EXC, secret=None,
                 before="", after="", digest=("sha256", SHA256)):
    """Signs with whatever SignedInfo is asked for."""
    signed = copy.deepcopy(element)
    if references is None:
        references = [reference("#" + element.get("ID"), digest_of(element, digest[0]), digest=digest[1])]
    shown = identity if shown is None else shown
    text = (f'<ds:Signature xmlns:ds="{DS}">{before}<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{c14n}"/>'
            f'<ds:SignatureMethod Algorithm="{method}"/>{"".join(references)}</ds:SignedInfo>'
            f'<ds:SignatureValue></ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{shown.base64}'
            f'</ds:X509Certificate></ds:X509Data></ds:KeyInfo>{after}</ds:Signature>')
    signature = parse(text)
    after_issuer(signed, signature)
    info = signature.findall(tag(DS, "SignedInfo"))[-1]
    canonical = etree.tostring(info, method="c14n", exclusive=c14n.startswith(EXC))
    if secret is not None:
        value = hmac.new(secret, canonical, "sha1" if method.endswith("sha1") else "sha256").digest()
    elif method.endswith("md5"):
        value = identity.key.sign(canonical, padding.PKCS1v15(), hashes.MD5())
    else:
        weak = method.endswith("sha1")
        value = identity.key.sign(canonical, padding.PKCS1v15(), hashes.SHA1() if weak else hashes.SHA256())
    signature.find(tag(DS, "SignatureValue")).text = base64.b64encode(value).decode()
    return signed


def encrypt(element, identity, cipher="Aes256Gcm", transport="RsaOaep", wrapper="EncryptedAssertion"):
    """Gives an element that holds another one encrypted."""
    holder = etree.Element(tag(A, wrapper), nsmap={"saml": A})
    plain = copy.deepcopy(element)
    holder.append(plain)
    template = xmlsec.template.encrypted_data_create(
        holder, getattr(xmlsec.constants, "Transform" + cipher), type=xmlsec.constants.TypeEncElement, ns="xenc")
    xmlsec.template.encrypted_data_ensure_cipher_value(template)
    info = xmlsec.template.encrypted_data_ensure_key_info(template, ns="ds")
    key = xmlsec.template.add_encrypted_key(info, getattr(xmlsec.constants, "Transform" + transport))
    xmlsec.template.encrypted_data_ensure_cipher_value(key)
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(identity.pem, xmlsec.constants.KeyDataFormatCertPem))
    context = xmlsec.EncryptionContext(manager)
    bits = int("".join(it for it in cipher if it.isdigit())[:3])
    context.key = xmlsec.Key.generate(xmlsec.constants.KeyDataAes, bits, xmlsec.constants.KeyDataTypeSession)
    context.encrypt_xml(template, plain)
    return parse(write(holder))


class Messages:
    """Builds responses for one service provider, one request and one time."""

    def __init__(self, settings):
        self.__dict__.update(vars(settings))
        self.count = 0

    def time(self, seconds=0):
        return (self.now + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def assertion(self, name="ada@example.com", id=None, issuer=None, audiences=None, recipient=None,
                  in_response_to=True, conditions=(-60, 300), confirmed=(None, 300), session=3600, extra_condition="",
                  extra_confirmation="", method=BEARER, version="2.0", subject=True, authn=True, name_xml=None,
                  attributes=None, end=""):
        self.count += 1
        id = id or f"_a{self.count:04d}c0ffee"
        if audiences is None:
            audiences = [[self.sp_entity_id]]
        request = self.request_id if in_response_to is True else in_response_to

        def times(pair, zone=True):
            names = ("NotBefore", "NotOnOrAfter")
            values = (it if it is None or isinstance(it, str) else self.time(it) for it in pair)
            return "".join(f' {key}="{it}"' for key, it in zip(names, values) if it is not None)

        restrictions = "".join(
            "<saml:AudienceRestriction>" + "".join(f"<saml:Audience>{it}</saml:Audience>" for it in one) +
            "</saml:AudienceRestriction>" for one in audiences)
        data = "".join([
            f' Recipient="{self.acs if recipient is None else recipient}"' if recipient != "" else "",
            f' InResponseTo="{request}"' if request else "", times(confirmed)])
        person = name_xml or (
            f'<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{name}</saml:NameID>')
        who = (f'<saml:Subject>{person}{extra_confirmation}<saml:SubjectConfirmation Method="{method}">'
               f"<saml:SubjectConfirmationData{data}/></saml:SubjectConfirmation></saml:Subject>") if subject else ""
        held = "" if conditions is None else (
            f"<saml:Conditions{times(conditions)}>{restrictions}{extra_condition}</saml:Conditions>")
        signed_in = (
            f'<saml:AuthnStatement AuthnInstant="{self.time(-5)}" SessionIndex="_session1" '
            f'SessionNotOnOrAfter="{self.time(session)}"><saml:AuthnContext><saml:AuthnContextClassRef>'
            "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>"
            "</saml:AuthnContext></saml:AuthnStatement>") if authn else ""
        said = attributes if attributes is not None else {"email": name, "first_name": "Ada", "groups": "staff"}
        values = "".join(f'<saml:Attribute Name="{key}"><saml:AttributeValue>{value}</saml:AttributeValue>'
                         "</saml:Attribute>" for key, value in said.items())
        return parse(
            f'<saml:Assertion xmlns:saml="{A}" ID="{id}" Version="{version}" IssueInstant="{self.time()}">'
            f"<saml:Issuer>{issuer or self.idp_entity_id}</saml:Issuer>{who}{held}{signed_in}"
            f"<saml:AttributeStatement>{values}</saml:AttributeStatement>{end}</saml:Assertion>")

    def response(self, *assertions, id=None, issuer=None, destination=None, in_response_to=True, status=SUCCESS,
                 version="2.0", extensions=""):
        self.count += 1
        id = id or f"_r{self.count:04d}c0ffee"
        request = self.request_id if in_response_to is True else in_response_to
        place = self.acs if destination is None else destination
        attributes = (f' InResponseTo="{request}"' if request else "") + (f' Destination="{place}"' if place else "")
        response = parse(
            f'<samlp:Response xmlns:samlp="{P}" xmlns:saml="{A}" ID="{id}" Version="{version}" '
            f'IssueInstant="{self.time()}"{attributes}>'
            f"<saml:Issuer>{issuer or self.idp_entity_id}</saml:Issuer>{extensions}"
            f'<samlp:Status><samlp:StatusCode Value="{status}"/></samlp:Status></samlp:Response>')
        for assertion in assertions:
            response.append(copy.deepcopy(assertion))
        return response
