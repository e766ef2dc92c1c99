"""What a signed licence proves when it comes back."""

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import ec

from certificates.adapters.pdf.content import DocumentContent
from certificates.adapters.pdf.facts import Level
from certificates.adapters.pdf.read import read_document
from certificates.adapters.pdf.sign import PdfSigningKey, sign
from tests.unit.certificates.adapters.pdf.sample import AT, SEAL_CODE, Authority, make_root, make_signing_key


def test_a_signed_licence_gives_all_its_facts(
    signed: bytes, root: Authority, signing_key: PdfSigningKey, content: DocumentContent
) -> None:
    facts = read_document(signed, trust_anchors=[root.anchor], at=AT)
    assert (facts.level, facts.proven_at, facts.doubt, facts.timestamp_count) == (Level.B, None, None, 0)
    assert facts.signer_trusted
    assert facts.signer_leaf == signing_key.certificate
    assert facts.signing_time == AT
    assert facts.credential == content.attachments[0].data.decode()
    assert facts.metadata == content.metadata
    assert facts.code == SEAL_CODE


def test_a_signer_under_another_root_is_not_trusted(signed: bytes) -> None:
    assert not read_document(signed, trust_anchors=[make_root().anchor], at=AT).signer_trusted


def test_nobody_is_trusted_without_a_root(signed: bytes) -> None:
    assert not read_document(signed, trust_anchors=[], at=AT).signer_trusted


def test_a_path_that_has_expired_by_the_given_moment_is_not_trusted(signed: bytes, root: Authority) -> None:
    for moment in (AT + timedelta(days=401), AT - timedelta(days=11)):
        assert not read_document(signed, trust_anchors=[root.anchor], at=moment).signer_trusted


def test_a_signer_below_an_intermediate_is_trusted(page: bytes) -> None:
    root = make_root()
    key = ec.generate_private_key(ec.SECP256R1())
    middle = Authority(name="Middle", key=key, certificate=root.issue("Middle", key.public_key(), ca=True))
    pdf = sign(page, signer=make_signing_key(root, through=middle), at=AT)
    assert read_document(pdf, trust_anchors=[root.anchor], at=AT).signer_trusted


def test_a_stranger_certificate_beside_the_path_is_not_trusted(
    page: bytes, signing_key: PdfSigningKey, root: Authority
) -> None:
    crowd = PdfSigningKey(
        certificate=signing_key.certificate, chain=(make_signing_key(make_root()).certificate,), sign=signing_key.sign
    )
    pdf = sign(page, signer=crowd, at=AT)
    assert not read_document(pdf, trust_anchors=[root.anchor], at=AT).signer_trusted
