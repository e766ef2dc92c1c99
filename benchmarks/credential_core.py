"""Rows 1 and 2: issuing and verifying a credential over the raw suite, for both suites, the reference implementation beside ES256."""

import base64
import hashlib
import os
from collections.abc import Callable

from benchmarks import reference_sd_jwt as reference
from benchmarks.raw_signing import library_form, raw_sign, raw_verify
from benchmarks.result import NotMeasuredError, Row, Section
from benchmarks.rounds import Timings, interleave
from benchmarks.sample_credential import FACTS, TOTALS, Issuer, issue_one, licences, make_issuer, presentation_of
from certificates.core.canonical import b64url_decode_strict
from certificates.core.sd_jwt import prepare
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.signature_facts import KnownSignatures
from certificates.core.signing.registry import SUITES

# The aims are the issue's, for ES256. SM2 has none: its signature alone takes ten times as long.
ISSUE_AIM, REFERENCE_AIM = 0.25, 4.0
VERIFY_AIM, REPEATED_AIM = 0.70, 5.0
ES256 = "ES256"
ROUNDS = {ES256: 30, "SM2": 12}
_TOKENS = 256


def issuing(suite: str) -> Section:
    """This will measure issuing (values and masks given) over raw signing of the same bytes."""
    issuer = make_issuer(suite)
    timings = interleave(_issue_contestants(issuer), rounds=ROUNDS[suite])
    rows = [
        Row(
            name=f"issue over raw {suite} signing",
            measured=timings.speed_ratio("ours", over="raw"),
            unit="ratio",
            aim=ISSUE_AIM if suite == ES256 else None,
            beside=_beside(timings, "ours", "raw"),
        )
    ]
    if suite == ES256:
        rows.append(
            Row(
                name="issue over the reference library",
                measured=timings.speed_ratio("ours", over="reference"),
                unit="times",
                aim=REFERENCE_AIM,
                beside=f"sd-jwt {timings.per_second('reference'):,.0f}/s, the same shape",
            )
        )
    return Section(
        title=f"Issuing a credential under {suite} (12 fields, 3 facts, 16/16/8 digests, x5c)",
        rows=tuple(rows),
        numbers=_microseconds(timings),
        words=(_issue_words(suite, timings),),
    )


def verifying(suite: str) -> Section:
    """This will measure verifying a presentation of four fields over raw verifying of the same bytes."""
    issuer = make_issuer(suite)
    timings = interleave(_verify_contestants(issuer), rounds=ROUNDS[suite])
    rows = [
        Row(
            name=f"verify over raw {suite} verifying",
            measured=timings.speed_ratio("ours", over="raw"),
            unit="ratio",
            aim=VERIFY_AIM if suite == ES256 else None,
            beside=_beside(timings, "ours", "raw"),
        ),
        Row(
            name=f"repeated presentation over raw {suite} verifying",
            measured=timings.speed_ratio("repeated", over="raw"),
            unit="times",
            aim=REPEATED_AIM,
            beside=f"{timings.per_second('repeated'):,.0f}/s: the signature is known, the disclosures are checked anew",
        ),
    ]
    if suite == ES256:
        rows.append(
            Row(
                name="verify over the reference library",
                measured=timings.speed_ratio("ours", over="reference"),
                unit="times",
                beside=f"sd-jwt {timings.per_second('reference'):,.0f}/s, the same presentations",
            )
        )
    return Section(
        title=f"Verifying a presentation under {suite} (4 of 27 disclosures)",
        rows=tuple(rows),
        numbers=_microseconds(timings),
        words=(_verify_words(suite, timings),),
    )


def _issue_contestants(issuer: Issuer) -> dict[str, Callable[[int], object]]:
    stream = licences()
    data = issue_one(issuer, next(stream)).jwt.rpartition(".")[0].encode("ascii")
    sign, chosen = raw_sign(issuer.suite, issuer.private_key), SUITES[issuer.suite]

    def ours(calls: int) -> None:
        for _ in range(calls):
            issue_one(issuer, next(stream))

    def raw(calls: int) -> None:
        for _ in range(calls):
            sign(data)

    def suite_sign(calls: int) -> None:
        for _ in range(calls):
            chosen.sign(issuer.private_key, data)

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
                random=os.urandom,
            )

    found: dict[str, Callable[[int], object]] = {"raw": raw, "ours": ours, "sign": suite_sign, "prepare": layout}
    return found | ({"reference": _reference_issuing(issuer)} if issuer.suite == ES256 else {})


def _reference_issuing(issuer: Issuer) -> Callable[[int], object]:
    stream = licences()
    key, kid = reference.private_jwk(issuer.private_key), issuer.signer.kid
    x5c_text = [base64.b64encode(der).decode("ascii") for der in issuer.x5c]
    _require_same_shape(issuer, reference.issue(next(stream), key=key, kid=kid, x5c_text=x5c_text))

    def theirs(calls: int) -> None:
        for _ in range(calls):
            reference.issue(next(stream), key=key, kid=kid, x5c_text=x5c_text)

    return theirs


def _verify_contestants(issuer: Issuer) -> dict[str, Callable[[int], object]]:
    stream = licences()
    issued = [issue_one(issuer, next(stream)) for _ in range(_TOKENS)]
    shown = [presentation_of(one) for one in issued]
    signed = [_signed_bytes(issuer.suite, one.jwt) for one in issued]
    verify, known = raw_verify(issuer.suite, issuer.trusted.public_key), KnownSignatures()

    def ours(calls: int) -> None:
        for number in range(calls):
            verify_credential(shown[number % _TOKENS], key=issuer.trusted)

    def repeated(calls: int) -> None:
        for number in range(calls):
            verify_credential(shown[number % _TOKENS], key=issuer.trusted, known=known)

    def raw(calls: int) -> None:
        for number in range(calls):
            verify(*signed[number % _TOKENS])

    def digest(calls: int) -> None:
        for number in range(calls):
            hashlib.sha256(signed[number % _TOKENS][1]).digest()

    def decode(calls: int) -> None:
        for number in range(calls):
            b64url_decode_strict(payloads[number % _TOKENS])

    payloads = [data.rpartition(b".")[2] for _, data in signed]
    for text in shown:
        verify_credential(text, key=issuer.trusted, known=known)
    found: dict[str, Callable[[int], object]] = {
        "raw": raw,
        "ours": ours,
        "repeated": repeated,
        "sha256": digest,
        "base64": decode,
    }
    return found | ({"reference": _reference_verifying(issuer, shown)} if issuer.suite == ES256 else {})


def _reference_verifying(issuer: Issuer, shown: list[str]) -> Callable[[int], object]:
    jwk = reference.public_jwk(issuer.private_key.public_key())
    _require_same_reading(issuer, shown[0], reference.verify(shown[0], key=jwk))

    def theirs(calls: int) -> None:
        for number in range(calls):
            reference.verify(shown[number % _TOKENS], key=jwk)

    return theirs


def _signed_bytes(suite: str, jwt: str) -> tuple[bytes, bytes]:
    data, _, signature = jwt.rpartition(".")
    return library_form(suite, b64url_decode_strict(signature)), data.encode("ascii")


def _require_same_shape(issuer: Issuer, theirs: str) -> None:
    ours = issue_one(issuer, next(licences()))
    whole = "~".join([ours.jwt, *ours.disclosures.values(), ""])
    if reference.shape_of(theirs) != reference.shape_of(whole):
        raise NotMeasuredError("the reference library issued another shape than ours")


def _require_same_reading(issuer: Issuer, presentation: str, payload: dict[str, object]) -> None:
    ours = verify_credential(presentation, key=issuer.trusted).shown
    if payload["holder_name"] != ours["holder_name"].value or payload["facts"] != {"age_over_18": True}:
        raise NotMeasuredError("the reference library reads a presentation otherwise than we do")


def _beside(timings: Timings, ours: str, raw: str) -> str:
    return f"{timings.per_second(ours):,.0f}/s beside {timings.per_second(raw):,.0f}/s, one core"


def _microseconds(timings: Timings) -> dict[str, object]:
    return {f"{name}_us": round(timings.median(name) * 1e6, 2) for name in timings.seconds}


def _issue_words(suite: str, timings: Timings) -> str:
    whole, layout, sign = timings.median("ours"), timings.median("prepare"), timings.median("sign")
    rest = max(0.0, whole - layout - sign)
    why = ", since nonces are RFC 6979 and s is low" if suite == ES256 else ""
    return (
        f"Issuing under {suite} takes {whole * 1e6:.0f} us: {layout / whole:.0%} laying out 27 disclosures and 40 digests, "
        f"{sign / whole:.0%} signing ({sign / timings.median('raw'):.2f} times a raw signature{why}), {rest / whole:.0%} joining the parts."
    )


def _verify_words(suite: str, timings: Timings) -> str:
    whole, raw, repeated = timings.median("ours"), timings.median("raw"), timings.median("repeated")
    hashing = timings.median("sha256") if suite == ES256 else 0.0
    return (
        f"Verifying under {suite} takes {whole * 1e6:.0f} us: {raw / whole:.0%} the curve and the digest of the signed bytes, "
        f"{(whole - raw) / whole:.0%} strict parsing, digests and disclosures ({timings.median('base64') / whole:.0%} Python's base64 "
        f"of the payload alone, which has no faster form); where the signature is known, {repeated * 1e6:.0f} us"
        + (f", of which hashing the token takes {hashing / repeated:.0%}." if hashing else ".")
    )
