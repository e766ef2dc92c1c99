"""A licence as an OFD: the page of its PDF, laid out for the agency's electronic seal, and the signature put into its place."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime

from certificates.adapters.ofd.compose import compose_ofd
from certificates.adapters.ofd.prepared import finish_ofd, pack_prepared_ofd, prepare_ofd, unpack_prepared_ofd
from certificates.adapters.ofd.tags import Wanted
from certificates.adapters.pdf.content import DocumentContent
from certificates.adapters.pdf.render import seal_of
from certificates.core.errors import DocumentError
from certificates.core.signing.registry import SM2
from certificates.models import Document, IssuerKey
from certificates.queries.licence_types import known_from_row
from certificates.services.agency_seal import agency_seal
from certificates.services.licence_pdf import licence_content, require_page_agrees


def compose_licence_ofd(document: Document, key: IssuerKey, at: datetime) -> bytes:
    """This will lay out the licence for its seal, set at `at`, packed; the agency's seal is made and committed where it has none.

    Raises DocumentError (`document.no_seal_key` for an agency whose key is not SM2, `ofd.layout`, `pdf.glyphs_missing` ...), CipherError.
    """
    if key.suite != SM2.name:
        raise DocumentError("document.no_seal_key", "the agency has no SM2 key to seal with")
    content = licence_content(document.certificate)
    composed = compose_ofd(content, tags=_tags(document, content))
    require_page_agrees(composed.text, document.certificate)
    seal = agency_seal(key=key, picture=seal_of(content), at=at)
    return pack_prepared_ofd(prepare_ofd(composed.package, seal=seal, at=at, page=composed.page, box=composed.box))


def ofd_to_sign(packed: bytes) -> bytes:
    """This will give the exact bytes to sign, the DER of the TBS_Sign; raises DocumentError `ofd.container`."""
    return unpack_prepared_ofd(packed).to_sign


def finish_licence_ofd(packed: bytes, key: IssuerKey, raw: bytes) -> bytes:
    """This will give the sealed file; `raw` is r || s over what `ofd_to_sign` gave."""
    return finish_ofd(unpack_prepared_ofd(packed), certificate=b64decode(key.chain_der[0]), signature=raw)


def _tags(document: Document, content: DocumentContent) -> Mapping[str, Wanted]:
    """What the page says of each item of the metadata, by short name."""
    definition = known_from_row(document.certificate.licence_type).definition
    tags = {
        definition.field(name).short_name: Wanted(label=item.label, values=item.values)
        for name, item in content.items.items()
    }
    own = {
        "ZZMC": Wanted(label="", values=(content.title_zh,)),
        "ZZBS": Wanted(label="", values=(content.identifier,)),
        "ZZBFJG": Wanted(label="", values=(content.agency_name,)),
    }
    return {**own, **tags}
