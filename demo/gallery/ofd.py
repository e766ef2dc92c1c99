"""The gallery's picture of an OFD: a licence laid out and sealed with keys of the moment, and drawn by a viewer that knows only the standard."""

import io
from datetime import UTC, datetime, timedelta
from typing import Final

from PIL import Image

from certificates.adapters.ofd.compose import compose_ofd
from certificates.adapters.ofd.prepared import finish_ofd, prepare_ofd
from certificates.adapters.ofd.seal_picture import seal_png
from certificates.adapters.pdf.content import DocumentContent
from certificates.adapters.pdf.render import seal_of
from certificates.core.ses_make import SealPicture, seal, seal_info
from certificates.core.signing.local import LocalSigner
from certificates.core.signing.registry import SM2
from certificates.core.signing.suite import kid_of
from certificates.core.x509_extensions import SEAL_MAKING_EKU
from certificates.core.x509_make import make_agency_certificate, make_own_certificate, make_region_ca
from demo.ofd_viewer import Viewer

_AT: Final = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
_YEAR: Final = timedelta(days=365)


def ofd_pages(content: DocumentContent, *, uscc: str, type_code: str, dpi: int) -> list[Image.Image]:
    """This will draw the pages of a licence's OFD, `dpi` dots an inch; its seal is of a region that no trust list knows."""
    composed = compose_ofd(content, tags={})
    (ca_spki, ca_signer), (maker_spki, maker_signer), (spki, signer) = (_key() for _ in range(3))
    start, end = _AT - _YEAR, _AT + _YEAR
    ca = make_region_ca(
        region_code="330000",
        region_name="浙江省",
        spki=ca_spki,
        signer=ca_signer,
        serial_number=1,
        valid_from=start,
        valid_until=end,
    )
    maker = make_own_certificate(
        ca_certificate=ca,
        signer=ca_signer,
        eku=SEAL_MAKING_EKU,
        spki=maker_spki,
        serial_number=2,
        valid_from=start,
        valid_until=end,
    )
    agency = make_agency_certificate(
        ca_certificate=ca,
        signer=ca_signer,
        agency_uscc=uscc,
        agency_name=content.agency_name,
        licence_types=[type_code],
        spki=spki,
        serial_number=3,
        valid_from=start,
        valid_until=end,
    )
    info = seal_info(
        number="33000000000001",
        name=content.agency_name,
        signers=[agency],
        made_at=_AT,
        picture=SealPicture(kind="PNG", data=seal_png(seal_of(content)), width=44, height=44),
        valid_from=start,
        valid_until=end,
    )
    own = seal(info=info, maker=maker, signature=maker_signer.sign(info))
    prepared = prepare_ofd(composed.package, seal=own, at=_AT, page=composed.page, box=composed.box)
    file = finish_ofd(prepared, certificate=agency, signature=signer.sign(prepared.to_sign))
    viewer = Viewer(file)
    drawn = (viewer.page_png(page, dots_per_inch=dpi) for page in range(len(composed.package.page_ids)))
    return [Image.open(io.BytesIO(png)).convert("RGB") for png in drawn]


def _key() -> tuple[bytes, LocalSigner]:
    private = SM2.generate()
    spki = SM2.spki_of(SM2.public_of(private))
    return spki, LocalSigner(kid=kid_of(spki), suite=SM2.name, private_key=private)
