"""Rows 1 and 2: issuing and verifying a credential over raw ES256, with the reference implementation beside it."""

import base64
import hashlib
import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks import reference_sd_jwt as reference
from benchmarks.result import NotMeasuredError, Row, Section
from benchmarks.rounds import Timings, interleave
from benchmarks.sample_credential import FACTS, TOTALS, Issuer, issue_one, licences, make_issuer, presentation_of
from certificates.core.canonical import b64url_decode_strict
from certificates.core.sd_jwt import prepare
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.signature_facts import KnownSignatures
from certificates.core.signing.registry import ES256

ISSUE_AIM, VERIFY_AIM, REFERENCE_AIM, REPEATED_AIM = 0.25, 0.70, 4.0, 5.0
ROUNDS = 40
_TOKENS = 256
_ECDSA = ec.ECDSA(SHA256())


def issuing() -> Section:
    """This will measure issuing (values and masks given) over raw signing of the same bytes."""
    issuer = make_issuer()
    timings = interleave(_issue_contestants(issuer), rounds=ROUNDS)
    over_raw = timings.speed_ratio("ours", over="raw")
    over_reference = timings.speed_ratio("ours", over="reference")
    return Section(
        title="Issuing a credential (12 fields, 3 facts, 16/16/8 digests, x5c)",
        rows=(
            Row(
                name="issue over raw ES256 signing",
                measured=over_raw,
                unit="ratio",
                aim=ISSUE_AIM,
                beside=f"{timings.per_second('ours'):,.0f}/s beside {timings.per_second('raw'):,.0f}/s, one core",
            ),
            Row(
                name="issue over the reference library",
                measured=over_reference,
                unit="times",
                aim=REFERENCE_AIM,
                beside=f"sd-jwt {timings.per_second('reference'):,.0f}/s, the same shape",
            ),
        ),
        numbers=_microseconds(timings),
        words=(_issue_words(timings),),
    )


def verifying() -> Section:
    """This will measure verifying a presentation of four fields over raw verifying of the same bytes."""
    issuer = make_issuer()
    timings = interleave(_verify_contestants(issuer), rounds=ROUNDS)
    return Section(
        title="Verifying a presentation (4 of 27 disclosures)",
        rows=(
            Row(
                name="verify over raw ES256 verifying",
                measured=timings.speed_ratio("ours", over="raw"),
                unit="ratio",
                aim=VERIFY_AIM,
                beside=f"{timings.per_second('ours'):,.0f}/s beside {timings.per_second('raw'):,.0f}/s, one core",
            ),
            Row(
                name="verify over the reference library",
                measured=timings.speed_ratio("ours", over="reference"),
                unit="times",
                beside=f"sd-jwt {timings.per_second('reference'):,.0f}/s, the same presentations",
            ),
            Row(
                name="repeated presentation over raw ES256 verifying",
                measured=timings.speed_ratio("repeated", over="raw"),
                unit="times",
                aim=REPEATED_AIM,
                beside=f"{timings.per_second('repeated'):,.0f}/s: the signature is known, disclosures are checked anew",
            ),
        ),
        numbers=_microseconds(timings),
        words=(_verify_words(timings),),
    )


def _issue_contestants(issuer: Issuer) -> dict[str, Callable[[int], object]]:
    stream = licences()
    key, kid = reference.private_jwk(issuer.private_key), issuer.signer.kid
    x5c_text = [base64.b64encode(der).decode("ascii") for der in issuer.x5c]
    _require_same_shape(issuer, reference.issue(next(stream), key=key, kid=kid, x5c_text=x5c_text))
    data = issue_one(issuer, next(stream)).jwt.rpartition(".")[0].encode("ascii")

    def ours(calls: int) -> None:
        for _ in range(calls):
            issue_one(issuer, next(stream))

    def raw(calls: int) -> None:
        for _ in range(calls):
            issuer.private_key.sign(data, _ECDSA)

    def theirs(calls: int) -> None:
        for _ in range(calls):
            reference.issue(next(stream), key=key, kid=kid, x5c_text=x5c_text)

    def suite_sign(calls: int) -> None:
        for _ in range(calls):
            ES256.sign(issuer.private_key, data)

    def layout(calls: int) -> None:
        for _ in range(calls):
            licence = next(stream)
            prepare(
                values=licence.values,
                masked=licence.masked,
                facts=FACTS,
                totals=TOTALS,
                claims=licence.claims,
                x5c=issuer.x5c,
                signer=issuer.signer,
                random=secrets.token_bytes,
            )

    return {"raw": raw, "ours": ours, "reference": theirs, "sign": suite_sign, "prepare": layout}


def _verify_contestants(issuer: Issuer) -> dict[str, Callable[[int], object]]:
    stream = licences()
    issued = [issue_one(issuer, next(stream)) for _ in range(_TOKENS)]
    shown = [presentation_of(one) for one in issued]
    signed = [_signed_bytes(one.jwt) for one in issued]
    public, jwk = issuer.private_key.public_key(), reference.public_jwk(issuer.private_key.public_key())
    known = KnownSignatures()
    _require_same_reading(issuer, shown[0], reference.verify(shown[0], key=jwk))

    def ours(calls: int) -> None:
        for number in range(calls):
            verify_credential(shown[number % _TOKENS], key=issuer.trusted)

    def repeated(calls: int) -> None:
        for number in range(calls):
            verify_credential(shown[number % _TOKENS], key=issuer.trusted, known=known)

    def raw(calls: int) -> None:
        for number in range(calls):
            signature, data = signed[number % _TOKENS]
            public.verify(signature, data, _ECDSA)

    def theirs(calls: int) -> None:
        for number in range(calls):
            reference.verify(shown[number % _TOKENS], key=jwk)

    def digest(calls: int) -> None:
        for number in range(calls):
            hashlib.sha256(signed[number % _TOKENS][1]).digest()

    return {"raw": raw, "ours": ours, "repeated": repeated, "reference": theirs, "sha256": digest}


def _signed_bytes(jwt: str) -> tuple[bytes, bytes]:
    data, _, signature = jwt.rpartition(".")
    raw = b64url_decode_strict(signature)
    numbers = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    return encode_dss_signature(*numbers), data.encode("ascii")


def _require_same_shape(issuer: Issuer, theirs: str) -> None:
    ours = issue_one(issuer, next(licences()))
    whole = "~".join([ours.jwt, *ours.disclosures.values(), ""])
    if reference.shape_of(theirs) != reference.shape_of(whole):
        raise NotMeasuredError("the reference library issued another shape than ours")


def _require_same_reading(issuer: Issuer, presentation: str, payload: dict[str, object]) -> None:
    ours = verify_credential(presentation, key=issuer.trusted).shown
    if payload["holder_name"] != ours["holder_name"].value or payload["facts"] != {"age_over_18": True}:
        raise NotMeasuredError("the reference library reads a presentation otherwise than we do")


def _microseconds(timings: Timings) -> dict[str, object]:
    return {f"{name}_us": round(timings.median(name) * 1e6, 2) for name in timings.seconds}


def _issue_words(timings: Timings) -> str:
    whole, layout, sign = timings.median("ours"), timings.median("prepare"), timings.median("sign")
    raw = timings.median("raw")
    rest = max(0.0, whole - layout - sign)
    return (
        f"Issuing takes {whole * 1e6:.0f} us: {layout / whole:.0%} laying out 27 disclosures and 40 digests, {sign / whole:.0%} signing "
        f"({sign / raw:.2f} times a raw signature, since nonces are RFC 6979 and s is low), {rest / whole:.0%} joining the parts."
    )


def _verify_words(timings: Timings) -> str:
    whole, raw, digest = timings.median("ours"), timings.median("raw"), timings.median("sha256")
    return (
        f"Verifying takes {whole * 1e6:.0f} us: {(raw - digest) / whole:.0%} the curve, {digest / whole:.0%} hashing the signed bytes, "
        f"{(whole - raw) / whole:.0%} strict parsing, digests and disclosures."
    )
