"""The metadata of a document: every basic item of the standard, whether or not the type has a field for it."""

import io

import pypdfium2
import pytest

from certificates.adapters.pdf.metadata import METADATA_NAME, parse_metadata
from certificates.models import Certificate, Document
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from tests.integration.factories import AT, CONSTRUCTOR, REAL_ESTATE, Node

BASIC = {
    *("ZZMC", "ZZLXMC", "ZZLXDM", "ZZBH", "ZZBS", "ZZBFJG", "ZZBFJGDM", "ZZBFRQ", "ZZYXQQSRQ", "ZZYXQJZRQ"),
    *("CZZT", "CZZTDM", "CZZTDMLX", "CZZTDMLXDM"),
}


def metadata_of(node: Node, code: str) -> tuple[Certificate, dict[str, str]]:
    certificate = Certificate.objects.get(pk=node.issue(node.request(code)))
    render_document(document_id=Document.objects.get(certificate=certificate, kind="pdf").pk, at=AT)
    file = pypdfium2.PdfDocument(io.BytesIO(read_document(certificate_id=certificate.pk)))
    try:
        carried = [file.get_attachment(index) for index in range(file.count_attachments())]
        data = next(bytes(one.get_data()) for one in carried if METADATA_NAME in one.get_name())
    finally:
        file.close()
    return certificate, dict(parse_metadata(data))


@pytest.mark.django_db
def test_every_basic_item_is_stated_with_compact_days(node: Node) -> None:
    certificate, metadata = metadata_of(node, CONSTRUCTOR)
    assert metadata.keys() >= BASIC
    assert metadata["ZZBS"] == certificate.identifier
    assert metadata["ZZLXDM"] == CONSTRUCTOR
    assert (metadata["CZZTDMLX"], metadata["CZZTDMLXDM"]) == ("公民身份号码", "111")
    assert (metadata["ZZYXQQSRQ"], metadata["ZZYXQJZRQ"]) == ("20260302", "20290301")
    assert metadata["ZZBFRQ"].isdigit()
    assert any(name.startswith("KZ_") for name in metadata)


@pytest.mark.django_db
def test_several_holders_and_no_end(node: Node) -> None:
    _certificate, metadata = metadata_of(node, REAL_ESTATE)
    assert metadata.keys() >= BASIC
    assert metadata["ZZYXQJZRQ"] == "长期"
    assert metadata["CZZTDMLX"].count(";") == metadata["CZZT"].count(";") == metadata["CZZTDM"].count(";")
