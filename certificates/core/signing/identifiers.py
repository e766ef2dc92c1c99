"""The names that SM2 and SM3 go by in JOSE, COSE, HTTP signatures and SD-JWT: the one place that holds them.

No registry of IANA has entries for them (2026-11), so they are private to this system: decision note 0010 says why
these, and what a party that wants to interoperate has to set. Since a trusted key decides the algorithm and a name is
only compared with the one name of that key's suite, a clash with somebody else's private name lets nothing through.
"""

from typing import Final

SM2_JOSE_ALG: Final = "SM2SM3"  # `alg` of JWS; the spelling of DNSSEC algorithm 17 (RFC 9563) and of other private use
SM2_JWK_CRV: Final = "SM2"  # `crv` of a JWK whose `kty` is EC (RFC 7518 section 6.2.1.1), curve 1.2.156.10197.1.301
SM2_COSE_ALG: Final = -10197501  # below -65536: private use (RFC 9053 section 10.2); from OID 1.2.156.10197.1.501
SM2_MESSAGE_ALG: Final = "sm2-sm3"  # `alg` of HTTP message signatures (RFC 9421 section 6.2)
SM3_SD_ALG: Final = "sm3"  # `_sd_alg`, "defined in a profile" (RFC 9901 section 4.1.1)
SM2_NOTE_TYPE: Final = (
    b"1.2.156.10197.1.501"  # follows the byte 0xff in a note's key (C2SP signed-note, "Signature types")
)

ES256_JOSE_ALG: Final = "ES256"  # RFC 7518 section 3.1
ES256_JWK_CRV: Final = "P-256"  # RFC 7518 section 6.2.1.1
ES256_COSE_ALG: Final = -7  # RFC 9053 section 2.1
ES256_MESSAGE_ALG: Final = "ecdsa-p256-sha256"  # RFC 9421 section 3.3.4
SHA256_SD_ALG: Final = "sha-256"  # Named Information Hash Algorithm registry
