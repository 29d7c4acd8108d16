"""Writes an RSA key and a certificate that it signed itself, for identity providers of tests:

    python certificate.py KEY CERTIFICATE
"""

import datetime
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "identity provider of tests")])
now = datetime.datetime.now(datetime.timezone.utc)
certificate = (
    x509.CertificateBuilder()
    .subject_name(name)
    .issuer_name(name)
    .public_key(key.public_key())
    .serial_number(x509.random_serial_number())
    .not_valid_before(now - datetime.timedelta(hours=1))
    .not_valid_after(now + datetime.timedelta(days=365))
    .sign(key, hashes.SHA256())
)
pem = serialization.Encoding.PEM
form, secret = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
pathlib.Path(sys.argv[1]).write_bytes(key.private_bytes(pem, form, secret))
pathlib.Path(sys.argv[2]).write_bytes(certificate.public_bytes(pem))
