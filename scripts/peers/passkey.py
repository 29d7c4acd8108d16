#!/usr/bin/env python3
"""A software authenticator on python-fido2: registers a passkey and signs in with it.

    scripts/peers/passkey.py BASE_URL EMAIL PASSWORD

Needs fido2 (2.x) and cryptography. python-fido2 reads the options and writes client data, authenticator data, COSE key,
attestation object and JSON; only the key and its counter are ours. Ends with 0 when everything that must work works and a copy of the key is refused.
"""
import json
import os
import sys
import urllib.request
from urllib.error import HTTPError

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode
from fido2.webauthn import (
    Aaguid, AttestationObject, AttestedCredentialData, AuthenticationResponse, AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse, AuthenticatorData, CollectedClientData, PublicKeyCredentialCreationOptions,
    PublicKeyCredentialRequestOptions, RegistrationResponse,
)


class Key:
    """One passkey in memory."""

    def __init__(self, verifies):
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id, self.counter, self.handle = os.urandom(32), 0, None
        flag = AuthenticatorData.FLAG
        self.flags = flag.UP | (flag.UV if verifies else flag(0))

    def creates(self, options, origin):
        options = PublicKeyCredentialCreationOptions.from_dict(options)
        self.handle = options.user.id
        client = CollectedClientData.create(CollectedClientData.TYPE.CREATE, options.challenge, origin)
        key = ES256.from_cryptography_key(self.private.public_key())
        attested = AttestedCredentialData.create(Aaguid(bytes(16)), self.id, key)
        flags = self.flags | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(sha256(options.rp.id.encode()), flags, self.counter, attested)
        response = AuthenticatorAttestationResponse(
            client_data=client, attestation_object=AttestationObject.create("none", data, {}))
        return dict(RegistrationResponse(raw_id=self.id, response=response))

    def signs(self, options, origin):
        options = PublicKeyCredentialRequestOptions.from_dict(options)
        self.counter += 1
        client = CollectedClientData.create(CollectedClientData.TYPE.GET, options.challenge, origin)
        data = AuthenticatorData.create(sha256(options.rp_id.encode()), self.flags, self.counter)
        signature = self.private.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        response = AuthenticatorAssertionResponse(
            client_data=client, authenticator_data=data, signature=signature, user_handle=self.handle)
        return dict(AuthenticationResponse(raw_id=self.id, response=response))


def main(base, email, password):
    def call(path, body, token=None, expected=None):
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(base + "/api/v1" + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request) as answer:
                assert expected is None, f"{path}: expected {expected}"
                return json.load(answer)
        except HTTPError as refused:
            told = json.load(refused)
            assert told["code"] == expected, told
            return told

    token = call("/auth/login", {"email": email, "password": password})["tokens"]["access_token"]
    for verifies in (True, False):
        key = Key(verifies)
        asked = call("/passkeys/register/options", {}, token)
        credential = key.creates(asked["public_key"], base)
        call("/passkeys/register/verify", {"challenge_id": asked["challenge_id"], "credential": credential}, token)

        def sign_in(expected=None, **whom):
            asked = call("/passkeys/authenticate/options", whom)
            credential = key.signs(asked["public_key"], base)
            body = {"challenge_id": asked["challenge_id"], "credential": credential}
            return call("/passkeys/authenticate/verify", body, expected=expected)

        claims = sign_in()["tokens"]["access_token"].split(".")[1]
        amr = json.loads(websafe_decode(claims))["amr"]
        assert amr == (["hwk", "user", "mfa"] if verifies else ["hwk", "user"]), amr
        assert sign_in(email=email)["user"]["email"] == email
        key.counter -= 2
        sign_in("PASSKEY_COUNTER_BACKWARDS")
    print("python-fido2 and Janua agree")


if __name__ == "__main__":
    main(*sys.argv[1:])
