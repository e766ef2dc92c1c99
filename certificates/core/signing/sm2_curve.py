"""The SM2 curve's numbers (GM/T 0003.5) and what is computed over them without a secret: membership, Z and e."""

from typing import Final

from certificates.core.digests import sm3
from certificates.core.errors import CredentialError
from certificates.core.signing.ec_keys_der import POINT_BYTES

P: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
A: Final = P - 3
B: Final = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
ORDER: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
BASE_POINT: Final = bytes.fromhex(
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
)
# (1 + d) has to have an inverse, so n - 1 is no private key; OpenSSL 3.0 loads it and then signs for ever.
LARGEST_SCALAR: Final = ORDER - 2

DEFAULT_ID: Final = b"1234567812345678"  # GM/T 0009 section 10: the signer's identity where none is agreed

_WIDTH: Final = 32
_ID_BITS: Final = (8 * len(DEFAULT_ID)).to_bytes(2, "big")
_Z_START: Final = _ID_BITS + DEFAULT_ID + A.to_bytes(_WIDTH, "big") + B.to_bytes(_WIDTH, "big") + BASE_POINT


def require_on_curve(point: bytes) -> None:
    """This will accept an uncompressed point (65 bytes) on the curve, coordinates below p; raises `key.algorithm`.

    The curve's order is a prime, so every point on it but the one at infinity, which has no such form, is a public key.
    """
    x, y = int.from_bytes(point[1 : 1 + _WIDTH], "big"), int.from_bytes(point[1 + _WIDTH :], "big")
    if len(point) != POINT_BYTES or max(x, y) >= P or (y * y - (x * x + A) * x - B) % P:
        raise CredentialError("key.algorithm", "the point of the key does not lie on the SM2 curve")


def signed_digest(*, point: bytes, data: bytes) -> bytes:
    """This will give e = SM3(Z || data), Z over the default identity and the public point (GM/T 0003.2 section 5.5)."""
    return sm3(sm3(_Z_START + point[1:]) + data)


def halves_in_range(raw: bytes) -> bool:
    """This will tell whether both numbers of a raw signature lie in 1..n-1 and their sum is not 0 modulo n."""
    r, s = int.from_bytes(raw[:_WIDTH], "big"), int.from_bytes(raw[_WIDTH:], "big")
    return 0 < r < ORDER and 0 < s < ORDER and r + s != ORDER
