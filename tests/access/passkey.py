"""A passkey in software: makes and uses a credential as a real authenticator does (WebAuthn level 2, ES256)."""

import base64
import hashlib
import json
import secrets
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Passkey:
    """One credential for one site."""

    def __init__(self, origin: str):
        self.origin, self.counter = origin, 0
        self.id = secrets.token_bytes(32)
        self.key = ec.generate_private_key(ec.SECP256R1())

    def _authenticator_data(self, rp_id: str, attested: bytes = b"") -> bytes:
        self.counter += 1
        flags = 0x05 | (0x40 if attested else 0)  # present, verified
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, self.counter) + attested

    def _client_data(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _credential(self, response: dict) -> str:
        told = {"type": "public-key", "id": encoded(self.id), "rawId": encoded(self.id), "response": response}
        return json.dumps({**told, "clientExtensionResults": {}})

    def create(self, options: dict) -> str:
        """Answer to a request to register."""
        options = options["publicKey"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        data = self._authenticator_data(options["rp"]["id"], attested)
        client = self._client_data("webauthn.create", options["challenge"])
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential({"clientDataJSON": encoded(client), "attestationObject": encoded(attestation)})

    def get(self, options: dict) -> str:
        """Answer to a request to authenticate."""
        options = options["publicKey"]
        data = self._authenticator_data(options["rpId"])
        client = self._client_data("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            {
                "clientDataJSON": encoded(client),
                "authenticatorData": encoded(data),
                "signature": encoded(signature),
                "userHandle": None,
            }
        )
