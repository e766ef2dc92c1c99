"""The timestamp authority that this node is set up with: what it is asked for, and what is believed about it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from asn1crypto import algos, cms, core, crl, pem, tsp, x509
from django.conf import settings

from certificates.adapters.timestamps.pauses import pausing
from certificates.adapters.timestamps.remembered import remembered
from certificates.adapters.timestamps.request import exchange
from certificates.adapters.timestamps.token import MAX_TOKEN_BYTES, TimestampToken, check_token
from certificates.core.errors import TimestampError

MAX_LIST_BYTES = 256 * 1024  # readers of documents take no longer ones
LISTS_KEPT_SECONDS = 60.0

_ANSWER_OVERHEAD = 1024  # status, texts and lengths around the token
_NONCE_BITS = 63


class _Answer(core.Sequence):  # type: ignore[misc]  # untyped library
    """TimeStampResp with the token optional, as RFC 3161 section 2.4.2 has it; the library demands one even of a refusal."""

    _fields = [  # the library's way
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampSource:
    """This will hold where timestamps are asked for, the CAs (DER) that are believed about them, and where their lists are."""

    url: str
    trusted: tuple[bytes, ...]
    crl_urls: tuple[str, ...]
    timeout_seconds: float
    tolerance: timedelta

    def ask(self, *, digest: bytes, at: datetime) -> TimestampToken:
        """This will get a checked token over a SHA-256 digest, as of now (`at`).

        Raises TimestampError `timestamp.unreachable|paused|answer|refused|malformed|imprint|nonce|time|signature|signer|form`. After a failure
        the authority is left alone for a while, longer each time, so that many documents do not wait for it one after the other.
        """
        with pausing(self.url):
            lists = self.revocation_lists(at=at)
            nonce = secrets.randbits(_NONCE_BITS)
            reply = exchange(
                method="POST",
                url=self.url,
                body=_query(digest, nonce),
                sent="application/timestamp-query",
                wanted="application/timestamp-reply",
                timeout_seconds=self.timeout_seconds,
                max_bytes=MAX_TOKEN_BYTES + _ANSWER_OVERHEAD,
            )
            return check_token(
                _granted(reply),
                digest=digest,
                nonce=nonce,
                trusted=self.trusted,
                revocation_lists=lists,
                at=at,
                tolerance=self.tolerance,
            )

    def revocation_lists(self, *, at: datetime, since: datetime | None = None) -> tuple[bytes, ...]:
        """This will give the lists (DER) of the authority's CAs, at most a minute old, or fetched now where those are older than `since`.

        Raises TimestampError as `ask`.
        """

        def still_good(der: bytes) -> bool:
            made_at, ends_at = _period(der)
            return (since is None or made_at >= since) and at < ends_at

        return tuple(
            remembered(url, seconds=LISTS_KEPT_SECONDS, make=self._list, still_good=still_good) for url in self.crl_urls
        )

    def _list(self, url: str) -> bytes:
        der = exchange(method="GET", url=url, timeout_seconds=self.timeout_seconds, max_bytes=MAX_LIST_BYTES)
        try:
            _period(der)
        except (ValueError, TypeError) as error:
            raise TimestampError("timestamp.answer", "the authority's list of revoked certificates is none") from error
        return der


def has_timestamp_authority() -> bool:
    """This will tell whether the node's settings name an authority."""
    return settings.NODE.tsa is not None


def configured_source() -> TimestampSource | None:
    """This will give the authority of the node's settings, or None. Raises TimestampError `timestamp.trust` for unreadable CA files."""
    tsa = settings.NODE.tsa
    if tsa is None:
        return None
    return TimestampSource(
        url=tsa.url,
        trusted=_certificates(tsa.ca_files),
        crl_urls=tsa.crl_urls,
        timeout_seconds=tsa.timeout_seconds,
        tolerance=timedelta(seconds=tsa.clock_tolerance_seconds),
    )


@lru_cache(maxsize=8)
def _certificates(files: tuple[Path, ...]) -> tuple[bytes, ...]:
    """The X.509 certificates (DER) of the files, each PEM with one or more of them, or DER."""
    found: list[bytes] = []
    try:
        for file in files:
            data = file.read_bytes()
            found += [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        for der in found:
            x509.Certificate.load(der, strict=True).native  # noqa: B018  # parsed only when asked for
    except (OSError, ValueError, TypeError) as error:
        raise TimestampError("timestamp.trust", "a file of HUZHENG_TSA_CA holds no X.509 certificate") from error
    return tuple(found)


def _period(der: bytes) -> tuple[datetime, datetime]:
    listed = crl.CertificateList.load(der, strict=True)["tbs_cert_list"]
    made_at, ends_at = listed["this_update"].native, listed["next_update"].native
    if ends_at is None:
        raise ValueError("a list that never ends is none (RFC 5280 section 5.1.2.5)")
    return made_at, ends_at


def _query(digest: bytes, nonce: int) -> bytes:
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
    query = {"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    return bytes(tsp.TimeStampReq(query).dump())


def _granted(reply: bytes) -> bytes:
    try:
        answer = _Answer.load(reply, strict=True)
        granted = answer["status"]["status"].native in {"granted", "granted_with_mods"}
        token: bytes = answer["time_stamp_token"].dump() if granted else b""
    except (ValueError, TypeError) as error:
        raise TimestampError("timestamp.malformed", "the authority's answer is not one of RFC 3161") from error
    if not token:
        raise TimestampError("timestamp.refused", "the timestamp authority refuses the request")
    return token
