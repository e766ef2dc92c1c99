"""What does the SM2 arithmetic: the system's OpenSSL, else GmSSL; chosen once, at first use, by a known answer."""

from functools import cache
from typing import Any, Final, Protocol

from certificates.core.errors import CredentialError
from certificates.core.signing.gmssl_sm2 import load_gmssl
from certificates.core.signing.openssl_sm2 import load_openssl

# GM/T 0003.5 appendix A: key, message and signature under the default identity.
_SCALAR: Final = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
_POINT: Final = bytes.fromhex(
    "04"
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
_MESSAGE: Final = b"message digest"
_SIGNATURE: Final = bytes.fromhex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


class Sm2Engine(Protocol):
    """This will sign and verify SM2-with-SM3 under the default identity; numbers were range-checked by the caller.

    Points are 65 bytes (04 || x || y), scalars 32, signatures raw r || s of 64. A handle is the engine's own loaded key.
    """

    @property
    def name(self) -> str:
        """This will name the engine."""

    def public(self, point: bytes) -> Any:
        """This will load a point; raises ValueError where the engine refuses it."""

    def generate(self) -> tuple[Any, bytes]:
        """This will make a private key from the system's random source, and give it and its point."""

    def private(self, scalar: bytes, point: bytes | None) -> tuple[Any, bytes]:
        """This will load a scalar and give its point; raises ValueError where it does not match `point`."""

    def scalar(self, handle: Any) -> bytes:
        """This will give a loaded private key's scalar, to be stored wrapped."""

    def sign(self, handle: Any, data: bytes) -> bytes:
        """This will sign with a fresh random nonce; raises ValueError for a handle that cannot."""

    def verify(self, handle: Any, signature: bytes, data: bytes) -> bool:
        """This will tell whether the signature is good."""


def works(engine: Sm2Engine) -> bool:
    """This will tell whether the engine gives the standard's answers and takes its own signatures."""
    try:
        private, point = engine.private(_SCALAR, _POINT)
        public = engine.public(_POINT)
        own = engine.sign(private, _MESSAGE)
        answers = [engine.verify(public, sig, text) for sig in (_SIGNATURE, own) for text in (_MESSAGE, b"another")]
    except (ValueError, CredentialError):
        return False
    return point == _POINT and answers == [True, False, True, False]


@cache
def engine() -> Sm2Engine:
    """This will give this process's engine; raises CredentialError `key.unavailable` where the machine has none."""
    for load in (load_openssl, load_gmssl):
        found: Sm2Engine | None = load()
        if found is not None and works(found):
            return found
    raise CredentialError("key.unavailable", "this machine has no working SM2")
