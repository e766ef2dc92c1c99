"""A certificate as pages show it: numbers and state, no value."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.pages.wording import in_language, sentence_for
from certificates.core.facts import shanghai_date
from certificates.pages.document_words import DocumentWord, document_word
from certificates.pages.rows import STATE_WORDS, StateWord
from certificates.queries.certificate_metadata import CertificateMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceView:
    """This will hold what a card, a list or the page of one licence shows."""

    id: UUID
    title: str
    agency: str
    identifier: str
    version: int
    term: str
    state: StateWord
    live: bool
    presentable: bool
    why_not: str
    released: bool
    issued_at: datetime | None
    released_at: datetime | None
    document: DocumentWord
    document_ready: bool
    ofd: str | Promise
    ofd_ready: bool
    failure_code: str
    failure: str
    replaces: UUID | None = None
    for_firm: bool = False


def term_words(valid_from: date, valid_until: date | None) -> str:
    """This will word a validity period; without an end it is long-term."""
    end = valid_until.isoformat() if valid_until else _("长期")
    return f"{valid_from.isoformat()} — {end}"


def licence_view(certificate: CertificateMetadata, *, at: datetime, for_firm: bool = False) -> LicenceView:
    """This will word a certificate's metadata; a valid licence past its end is shown as expired, one not yet logged as waiting."""
    today = shanghai_date(at)
    expired = certificate.valid_until is not None and certificate.valid_until < today
    live = certificate.state == "valid" and not expired
    released = certificate.released_at is not None
    shown = certificate.state
    if live and not released:
        shown = "waiting"
    elif certificate.state == "valid" and expired:
        shown = "expired"
    why_not = "" if live and released else _why_not(shown)
    ofd = next((one.state for one in certificate.documents if one.kind == "ofd"), "")
    return LicenceView(
        id=certificate.id,
        title=in_language(certificate.title_zh, certificate.title_en),
        agency=in_language(certificate.agency_name_zh, certificate.agency_name_en),
        identifier=certificate.identifier,
        version=certificate.version,
        term=term_words(certificate.valid_from, certificate.valid_until),
        state=STATE_WORDS[shown],
        live=live,
        presentable=live and released,
        why_not=why_not,
        released=released,
        issued_at=certificate.issued_at,
        released_at=certificate.released_at,
        document=document_word(state=certificate.document_state, code=certificate.document_code),
        document_ready=released and certificate.document_state == "ready",
        ofd=document_word(state=ofd, code="").word,
        ofd_ready=released and ofd == "ready",
        failure_code=certificate.failure_code,
        failure=sentence_for(certificate.failure_code) if certificate.failure_code else "",
        replaces=certificate.replaces,
        for_firm=for_firm,
    )


def _why_not(shown: str) -> str:
    return {
        "waiting": _("签发记录正在写入日志，通常几秒钟后就可以亮证。"),
        "intent": _("签发记录正在写入日志，通常几秒钟后就可以亮证。"),
        "expired": _("这份证照已过有效期，不能亮证。"),
        "suspended": _("这份证照已被暂扣，不能亮证。请联系签发机关。"),
    }.get(shown, _("这份证照已经失效，不能亮证。"))
