"""The one place where a kind of document names how it is made. A new kind is a `DocumentKind` in `_KINDS`, and nothing else.

The pipeline (`render_document` -> `sign_document` -> `complete_document`) is the same for all kinds; each step is committed, fenced by the
row's token, and may be done again by another process:

1. pending, nothing laid out: `compose(document, key, at)` gives the unsigned file with the exact bytes to sign, packed; kept sealed.
2. pending, laid out: the agency's key (of use `key_use`) signs `to_sign(packed)` against a one-shot token for `output`; `finish(packed, key,
   raw)` puts the raw r || s signature into its place. The signature is verified before that.
3. Where `last_step()` gives a step (it is asked when the file has been signed, so that settings decide), the signed file is kept sealed
   (`sealed_signed`, state waiting, level `level`) until the step's `complete(signed, document, at)` gives the file to release at the step's
   own `level`. Raising DocumentWaitsError leaves it waiting, with the code shown; any other DocumentError holds it. It must not take longer
   than LEASE of `complete_document`.
4. The file is stored sealed; the row says ready, with the level and the digest of the clear file.

`compose` may raise DocumentError: the document is held with its code, the licence is not. A file that is ready is replaced (an archive
timestamp renewed) with `replace_document`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.conf import settings

from certificates.adapters.timestamps.authority import has_timestamp_authority
from certificates.core.crypto_profile import profile
from certificates.core.errors import DocumentError
from certificates.core.issue_token import Output
from certificates.core.signing.registry import SM2
from certificates.models import Document, IssuerKey, KeyUse
from certificates.services.copy_pdf import compose_copy_pdf
from certificates.services.licence_ofd import compose_licence_ofd, finish_licence_ofd, ofd_to_sign
from certificates.services.licence_pdf import compose_licence_pdf, finish_pdf, pdf_to_sign
from certificates.services.timestamp_document import Archived, timestamped


@dataclass(frozen=True, slots=True, kw_only=True)
class LastStep:
    """This will hold what is done to a signed file before it is released, and the level that it has then."""

    level: Document.Level
    complete: Callable[[bytes, Document, datetime], Archived]


def no_last_step() -> LastStep | None:
    """This will be the last step of kinds that are released as they were signed."""
    return None


def timestamps() -> LastStep | None:
    """This will be the last step of PDFs where the node has a timestamp authority; without one they are released at B-B."""
    return LastStep(level=Document.Level.B_LTA, complete=timestamped) if has_timestamp_authority() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """This will hold how one kind is made; the module's docstring says what each part does."""

    key_use: KeyUse
    output: Output
    level: Document.Level
    compose: Callable[[Document, IssuerKey, datetime], bytes]
    to_sign: Callable[[bytes], bytes]
    finish: Callable[[bytes, IssuerKey, bytes], bytes]
    last_step: Callable[[], LastStep | None] = no_last_step


_KINDS: Final[Mapping[str, DocumentKind]] = MappingProxyType(
    {
        Document.Kind.PDF: DocumentKind(
            key_use=KeyUse.DOCUMENT,
            output=Output.DOCUMENT,
            level=Document.Level.B_B,
            compose=compose_licence_pdf,
            to_sign=pdf_to_sign,
            finish=finish_pdf,
            last_step=timestamps,
        ),
        # A copy is good for days: it is released as it was signed.
        Document.Kind.COPY: DocumentKind(
            key_use=KeyUse.DOCUMENT,
            output=Output.DOCUMENT,
            level=Document.Level.B_B,
            compose=compose_copy_pdf,
            to_sign=pdf_to_sign,
            finish=finish_pdf,
        ),
        Document.Kind.OFD: DocumentKind(
            key_use=KeyUse.CREDENTIAL,
            output=Output.SEAL,
            level=Document.Level.NONE,
            compose=compose_licence_ofd,
            to_sign=ofd_to_sign,
            finish=finish_licence_ofd,
        ),
    }
)


def kinds_of_licences() -> tuple[Document.Kind, ...]:
    """This will name the files that every licence gets: a PDF, and in the guomi profile an OFD, whose seal is SM2 throughout."""
    has_seals = profile(settings.NODE.profile).suite == SM2.name
    return (Document.Kind.PDF, Document.Kind.OFD) if has_seals else (Document.Kind.PDF,)


def kind_of(document: Document) -> DocumentKind:
    """This will tell how a document is made; raises DocumentError `document.kind` for a kind that this node does not make."""
    kind = _KINDS.get(document.kind)
    if kind is None:
        raise DocumentError("document.kind", "this node does not make documents of this kind")
    return kind
