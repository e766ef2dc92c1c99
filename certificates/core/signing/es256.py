"""ES256: ECDSA over P-256 with SHA-256, signatures as raw r || s (RFC 7518 section 3.4), always with the low s."""

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)

from certificates.core.errors import CredentialError
from certificates.core.signing.ec_keys_der import P256_OID, read_pkcs8, read_spki
from certificates.core.signing.identifiers import ES256_COSE_ALG, ES256_JOSE_ALG, ES256_MESSAGE_ALG, SHA256_SD_ALG

GROUP_ORDER = 0xFFFFFFFF_00000000_FFFFFFFF_FFFFFFFF_BCE6FAAD_A7179E84_F3B9CAC2_FC632551  # FIPS 186-4 D.1.2.3
_HALF_ORDER = GROUP_ORDER >> 1
_COORDINATE_BYTES = 32
_SIGNATURE_BYTES = 64
# RFC 6979 nonces: signing the same bytes again after a crash gives the same signature, and no bad random source
# can leak the key.
_SIGN_ALGORITHM = ec.ECDSA(SHA256(), deterministic_signing=True)
_VERIFY_ALGORITHM = ec.ECDSA(SHA256())


class Es256:
    """This will be the ES256 entry of the closed table of suites."""

    name = "ES256"
    jose_alg = ES256_JOSE_ALG
    cose_alg = ES256_COSE_ALG
    message_alg = ES256_MESSAGE_ALG
    sd_alg = SHA256_SD_ALG

    def generate(self) -> ec.EllipticCurvePrivateKey:
        """This will make a new P-256 key."""
        return ec.generate_private_key(ec.SECP256R1())

    def private_from_pkcs8(self, der: bytes) -> ec.EllipticCurvePrivateKey:
        """This will load a P-256 key from PKCS#8; a public half that is stated there must match.

        Raises CredentialError `key.algorithm` or, outside 1..n-1, `key.range`.
        """
        parts = read_pkcs8(der, curve=P256_OID, largest_scalar=GROUP_ORDER - 1)
        key = ec.derive_private_key(int.from_bytes(parts.scalar, "big"), ec.SECP256R1())
        if parts.point not in {None, key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)}:
            raise CredentialError("key.algorithm", "the private key and its public half do not match")
        return key

    def pkcs8_of(self, private_key: object) -> bytes:
        """This will give the key as DER PrivateKeyInfo, not encrypted; raises CredentialError `key.algorithm`."""
        return _p256_private(private_key).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def public_of(self, private_key: object) -> ec.EllipticCurvePublicKey:
        """This will give the public half; raises CredentialError `key.algorithm` for a foreign kind of key."""
        return _p256_private(private_key).public_key()

    def spki_of(self, public_key: object) -> bytes:
        """This will give the DER SubjectPublicKeyInfo, point uncompressed; raises CredentialError `key.algorithm`."""
        return _p256_public(public_key).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def load_public_key(self, spki_der: bytes) -> ec.EllipticCurvePublicKey:
        """This will load a P-256 key from DER; raises CredentialError `key.algorithm`."""
        read_spki(spki_der, curve=P256_OID)  # another form of the same point would have another key id
        try:
            key = load_der_public_key(spki_der)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise CredentialError("key.algorithm", "the bytes hold no key of this suite") from error
        return _p256_public(key)

    def sign(self, private_key: object, data: bytes) -> bytes:
        """This will sign deterministically (RFC 6979) and give the one of the two valid signatures that has the low s."""
        r, s = decode_dss_signature(_p256_private(private_key).sign(data, _SIGN_ALGORITHM))
        if s > _HALF_ORDER:
            s = GROUP_ORDER - s
        return (r << 256 | s).to_bytes(_SIGNATURE_BYTES, "big")

    def verify(self, public_key: object, signature: bytes, data: bytes) -> None:
        """This will accept a good signature with the low s, so that nobody can make a second text of one credential.

        Raises CredentialError `signature.invalid`, `signature.high_s` or `key.algorithm`.
        """
        _verify(public_key, signature, data, _HALF_ORDER)


def verify_any_s(public_key: object, signature: bytes, data: bytes) -> None:
    """This will verify ECDSA as the standard alone says, with either s: for vectors and foreign signatures.

    Raises CredentialError `signature.invalid` or `key.algorithm`.
    """
    _verify(public_key, signature, data, GROUP_ORDER)


def _verify(public_key: object, signature: bytes, data: bytes, largest_s: int) -> None:
    key = _p256_public(public_key)
    if len(signature) != _SIGNATURE_BYTES:
        raise CredentialError("signature.invalid", "the signature does not have 64 bytes")
    r = int.from_bytes(signature[:_COORDINATE_BYTES], "big")
    s = int.from_bytes(signature[_COORDINATE_BYTES:], "big")
    if largest_s < s < GROUP_ORDER:
        raise CredentialError("signature.high_s", "the signature is not in its low-s form")
    try:
        key.verify(encode_dss_signature(r, s), data, _VERIFY_ALGORITHM)
    except InvalidSignature as error:
        raise CredentialError("signature.invalid", "the signature does not verify") from error


def _p256_public(key: object) -> ec.EllipticCurvePublicKey:
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CredentialError("key.algorithm", "the public key is not a P-256 key")
    return key


def _p256_private(key: object) -> ec.EllipticCurvePrivateKey:
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise CredentialError("key.algorithm", "the private key is not a P-256 key")
    return key
