"""SM2 by GmSSL's Python wheel: where the system's OpenSSL has no SM2, and a second opinion in the tests.

The digest e is computed here, since the wheel's call that does so checks the key each time and is ten times slower.
"""

from dataclasses import dataclass
from typing import Any, Final

from certificates.core.signing.der_signature import der_of, raw_of
from certificates.core.signing.sm2_curve import signed_digest

_TRIAL: Final = b"\0" * 32


@dataclass(frozen=True, slots=True, kw_only=True)
class _Private:
    scalar: bytes
    point: bytes

    def __repr__(self) -> str:
        return "_Private(...)"


class GmsslSm2:
    """This will be the SM2 engine over the wheel `gmssl_pyx`; its handles are the bytes themselves."""

    name = "gmssl"

    def __init__(self, module: Any) -> None:
        self._module = module

    def public(self, point: bytes) -> bytes:
        """This will keep a point; the caller has checked that it lies on the curve."""
        return point

    def generate(self) -> tuple[_Private, bytes]:
        """This will make a private key by the wheel's own random source, and give it and its point."""
        public, scalar = self._module.sm2_key_generate()
        return self.private(bytes(scalar), b"\4" + bytes(public))

    def private(self, scalar: bytes, point: bytes | None) -> tuple[_Private, bytes]:
        """This will keep a scalar, once a trial shows that it belongs to `point`, which this engine cannot compute."""
        if point is None:
            raise ValueError("this engine needs the public half beside the private one")
        if not self._verify_digest(point, self._sign_digest(scalar, _TRIAL), _TRIAL):
            raise ValueError("the private key does not match its public half")
        return _Private(scalar=scalar, point=point), point

    def scalar(self, handle: _Private) -> bytes:
        """This will give the private scalar, 32 bytes."""
        return handle.scalar

    def sign(self, handle: _Private, data: bytes) -> bytes:
        """This will give raw r || s."""
        return raw_of(self._sign_digest(handle.scalar, signed_digest(point=handle.point, data=data)))

    def verify(self, handle: bytes, signature: bytes, data: bytes) -> bool:
        """This will tell whether the raw signature is good."""
        return self._verify_digest(handle, der_of(signature), signed_digest(point=handle, data=data))

    def _sign_digest(self, scalar: bytes, digest: bytes) -> bytes:
        try:
            return bytes(self._module.sm2_sign_sm3_digest(scalar, digest))
        except self._module.GmsslInnerError as error:
            raise ValueError("GmSSL refuses the key") from error

    def _verify_digest(self, point: bytes, der: bytes, digest: bytes) -> bool:
        try:
            return bool(self._module.sm2_verify_sm3_digest(point[1:], digest, der))
        except self._module.GmsslInnerError:
            return False


def load_gmssl() -> GmsslSm2 | None:
    """This will give the engine over the wheel; None where it is not installed for this platform."""
    try:
        import gmssl_pyx
    except ImportError:
        return None
    return GmsslSm2(gmssl_pyx)
