"""Keys in a PKCS #11 token: made there, not extractable, found by their label, which is the kid.

P-256 by CKM_ECDSA over our SHA-256 digest, brought to its low-s form; Ed25519 by CKM_EDDSA. SM2 has no mechanism of its own
in PKCS #11 2.40 (SoftHSM offers plain ECDSA only, which is another signature): refused by name, never put elsewhere.
"""

import hashlib
import secrets
from functools import partial
from typing import Any, Final

import orjson
from asn1crypto.core import OctetString
from asn1crypto.keys import PublicKeyInfo
from pkcs11 import Attribute, KeyType, Mechanism
from pkcs11.exceptions import MultipleObjectsReturned, NoSuchKey
from pkcs11.util.ec import encode_named_curve_parameters

from certificates.adapters.key_backends.backend import MadeKey, OpenKey
from certificates.adapters.key_backends.pkcs11_session import TokenSession, token_session
from certificates.adapters.key_backends.suites import key_suite
from certificates.core.errors import CipherError, CredentialError, KeyUnavailableError
from certificates.core.signing.ed25519 import ED25519
from certificates.core.signing.es256 import GROUP_ORDER
from certificates.core.signing.registry import ES256
from certificates.core.signing.suite import kid_of

_HALF: Final = 32
# RFC 8410 names the curve by OID alone; a token wants the PrintableString (PKCS #11 3.0 section 2.3.5).
_EDWARDS25519: Final = b"\x13\x0cedwards25519"
_PRIVATE: Final = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}


class TokenKeys:
    """This will be the backend of suites that a PKCS #11 token can do."""

    name = "pkcs11"

    def make(self, *, suite: str) -> MadeKey:
        """This will make a key pair in the token; raises CredentialError `key.backend`, KeyUnavailableError."""
        if suite not in (ES256.name, ED25519.name):
            raise CredentialError(
                "key.backend", "the token has no mechanism for this suite: see HUZHENG_SOFTWARE_SUITES"
            )
        session = token_session()
        spki = session.run(partial(_generate, suite))
        reference = {"token": session.token_label, "label": kid_of(spki)}
        return MadeKey(spki=spki, reference=orjson.dumps(reference))

    def open(self, reference: bytes, *, suite: str, spki: bytes) -> OpenKey:
        """This will give the handle of a key in the token; the token is not asked before the first signature."""
        place = orjson.loads(reference)
        return OpenKey(spki=spki, sign=partial(_sign, suite, spki, place["token"], place["label"]))


def _generate(suite: str, session: Any) -> bytes:
    draft = f"draft-{secrets.token_hex(8)}"
    if suite == ES256.name:
        curve, kind, mechanism = encode_named_curve_parameters("secp256r1"), KeyType.EC, None
    else:
        curve, kind, mechanism = _EDWARDS25519, KeyType.EC_EDWARDS, Mechanism.EC_EDWARDS_KEY_PAIR_GEN
    parameters = session.create_domain_parameters(kind, {Attribute.EC_PARAMS: curve}, local=True)
    public, private = parameters.generate_keypair(
        mechanism=mechanism, store=True, label=draft, private_template=_PRIVATE
    )
    if not private[Attribute.SENSITIVE] or private[Attribute.EXTRACTABLE] or not private[Attribute.LOCAL]:
        raise KeyUnavailableError("key.backend_unavailable", "the token made a key that could leave it")
    point = bytes(OctetString.load(public[Attribute.EC_POINT]))
    spki = _spki(suite, point)
    kid = kid_of(spki)
    for half in (public, private):
        half[Attribute.LABEL] = kid
    return spki


def _spki(suite: str, point: bytes) -> bytes:
    algorithm = (
        {"algorithm": "ec", "parameters": ("named", "secp256r1")} if suite == ES256.name else {"algorithm": "ed25519"}
    )
    made: bytes = PublicKeyInfo({"algorithm": algorithm, "public_key": point}).dump()
    return made


def _sign(suite: str, spki: bytes, token_label: str, label: str, data: bytes) -> bytes:
    session = token_session(label=token_label)
    try:
        signature = session.run(partial(_signed, session, suite, label, data))
    except (NoSuchKey, MultipleObjectsReturned) as error:
        raise CipherError("cipher.no_key", "the token does not hold exactly one such key") from error
    kind = key_suite(suite)
    try:
        # What a faulty device gives would be no licence, and could give its key away.
        kind.verify(kind.load_public_key(spki), signature, data)
    except CredentialError as error:
        raise KeyUnavailableError("key.backend_unavailable", "the token gave a signature that does not hold") from error
    return signature


def _signed(token: TokenSession, suite: str, label: str, data: bytes, session: Any) -> bytes:
    key = token.private_key(session, label=label)
    if suite == ED25519.name:
        return bytes(key.sign(data, mechanism=Mechanism.EDDSA))
    raw = bytes(key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA))
    r, s = raw[:_HALF], int.from_bytes(raw[_HALF:], "big")
    return r + min(s, GROUP_ORDER - s).to_bytes(_HALF, "big")
