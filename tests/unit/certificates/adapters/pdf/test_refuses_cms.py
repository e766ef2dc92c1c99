"""Signatures of another shape: the threats' P17 and P18. What a signature does not cover is fixed by rule, bit for bit."""

import hashlib

import pytest
from asn1crypto import algos, cms, keys
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificates.adapters.pdf.long_term import signature_imprint, with_signature_timestamp
from certificates.adapters.pdf.sign import PdfSigningKey
from tests.unit.certificates.adapters.pdf.attack_steps import refusal_code
from tests.unit.certificates.adapters.pdf.long_term_sample import Levels, SampleTsa
from tests.unit.certificates.adapters.pdf.sample import AT, Authority
from tests.unit.certificates.adapters.pdf.test_read_refusals import gap_of, with_cms


def signer_of(info: cms.ContentInfo) -> cms.SignerInfo:
    return info["content"]["signer_infos"][0]


def resigned(info: cms.ContentInfo, key: PdfSigningKey) -> None:
    """The agency itself signs the changed attributes: nothing but the rule speaks against them."""
    signer = signer_of(info)
    signer["signature"] = key.sign(signer["signed_attrs"].untag().dump(True))


def attribute_of(info: cms.ContentInfo, kind: str) -> cms.CMSAttribute:
    return next(one for one in signer_of(info)["signed_attrs"] if one["type"].native == kind)


def test_refuses_two_signers_or_none(signed: bytes, root: Authority) -> None:
    def two(info: cms.ContentInfo) -> None:
        info["content"]["signer_infos"] = cms.SignerInfos([signer_of(info), signer_of(info).copy()])

    def none(info: cms.ContentInfo) -> None:
        info["content"]["signer_infos"] = cms.SignerInfos([])

    for change in (two, none):
        assert refusal_code(with_cms(signed, change), root=root) == "pdf.cms"


def test_refuses_a_signature_without_signed_attributes(
    signed: bytes, root: Authority, signing_key: PdfSigningKey
) -> None:
    start, end = gap_of(signed)

    def change(info: cms.ContentInfo) -> None:
        signer = signer_of(info)
        signer["signed_attrs"] = None
        signer["signature"] = signing_key.sign(signed[:start] + signed[end:])

    assert refusal_code(with_cms(signed, change), root=root) == "pdf.cms"


@pytest.mark.parametrize("kind", ["content_type", "message_digest", "signing_certificate_v2"])
def test_refuses_a_signature_without_one_attribute_or_with_two(
    signed: bytes, root: Authority, signing_key: PdfSigningKey, kind: str
) -> None:
    def without(info: cms.ContentInfo) -> None:
        kept = [one for one in signer_of(info)["signed_attrs"] if one["type"].native != kind]
        signer_of(info)["signed_attrs"] = cms.CMSAttributes(kept)
        resigned(info, signing_key)

    def twice(info: cms.ContentInfo) -> None:
        both = [*signer_of(info)["signed_attrs"], attribute_of(info, kind).copy()]
        signer_of(info)["signed_attrs"] = cms.CMSAttributes(both)
        resigned(info, signing_key)

    for change in (without, twice):
        assert refusal_code(with_cms(signed, change), root=root) == "pdf.cms"


def test_refuses_a_digest_of_something_else(signed: bytes, root: Authority, signing_key: PdfSigningKey) -> None:
    def change(info: cms.ContentInfo) -> None:
        attribute_of(info, "message_digest")["values"] = cms.SetOfOctetString([hashlib.sha256(b"other").digest()])
        resigned(info, signing_key)

    assert refusal_code(with_cms(signed, change), root=root) == "pdf.modified"


def test_refuses_a_signature_bound_to_another_certificate(
    signed: bytes, root: Authority, signing_key: PdfSigningKey
) -> None:
    def change(info: cms.ContentInfo) -> None:
        bound = attribute_of(info, "signing_certificate_v2")["values"][0]
        bound["certs"][0]["cert_hash"] = bytes(32)
        resigned(info, signing_key)

    assert refusal_code(with_cms(signed, change), root=root) in {"pdf.cms", "pdf.modified"}


@pytest.mark.parametrize("digest", ["sha1", "md5", "sha224", "sha512"])
def test_refuses_another_digest(signed: bytes, root: Authority, digest: str) -> None:
    def change(info: cms.ContentInfo) -> None:
        signer_of(info)["digest_algorithm"] = algos.DigestAlgorithm({"algorithm": digest})

    assert refusal_code(with_cms(signed, change), root=root) == "pdf.algorithm"


@pytest.mark.parametrize("mechanism", ["sha1_ecdsa", "sha512_ecdsa", "sha256_rsa", "sha1_rsa", "md5_rsa", "ed25519"])
def test_refuses_another_signature_algorithm(signed: bytes, root: Authority, mechanism: str) -> None:
    def change(info: cms.ContentInfo) -> None:
        signer_of(info)["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": mechanism})

    assert refusal_code(with_cms(signed, change), root=root) == "pdf.algorithm"


def test_refuses_a_short_rsa_key(signed: bytes, root: Authority) -> None:
    key = rsa.generate_private_key(65537, 1024)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def change(info: cms.ContentInfo) -> None:
        leaf = info["content"]["certificates"][0].chosen
        leaf["tbs_certificate"]["subject_public_key_info"] = keys.PublicKeyInfo.load(public)
        signer_of(info)["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})

    assert refusal_code(with_cms(signed, change), root=root) in {"pdf.algorithm", "pdf.cms"}


def test_refuses_content_inside_a_detached_signature(signed: bytes, root: Authority) -> None:
    def change(info: cms.ContentInfo) -> None:
        info["content"]["encap_content_info"] = cms.ContentInfo({"content_type": "data", "content": b"inside"})

    assert refusal_code(with_cms(signed, change), root=root) == "pdf.cms"


def test_refuses_unsigned_attributes_but_a_timestamp(signed: bytes, root: Authority) -> None:
    def change(info: cms.ContentInfo) -> None:
        attribute = cms.CMSAttribute({"type": "message_digest", "values": [bytes(32)]})
        signer_of(info)["unsigned_attrs"] = cms.CMSAttributes([attribute])

    assert refusal_code(with_cms(signed, change), root=root) == "pdf.cms"


def test_refuses_a_second_timestamp_beside_the_first(levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    """The attribute's bytes written twice, and every length around them corrected, without a library's help."""
    start, end = gap_of(levels.t)
    content = bytes.fromhex(levels.t[start + 1 : end - 1].decode())
    at = content.index(b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0e") - 4
    size = 4 + int.from_bytes(content[at + 2 : at + 4], "big")
    again = content[: at + size] + content[at : at + size] + content[at + size :]
    for place in outer_lengths(content, at):
        grown = int.from_bytes(again[place : place + 2], "big") + size
        again = again[:place] + grown.to_bytes(2, "big") + again[place + 2 :]
    digits = again.rstrip(b"\0").hex().upper().encode()
    if len(digits) > end - start - 2:
        pytest.skip("no room for two timestamps")
    forged = levels.t[: start + 1] + digits.ljust(end - start - 2, b"0") + levels.t[end - 1 :]
    assert refusal_code(forged, root=root, tsa=tsa) == "pdf.cms"


def outer_lengths(content: bytes, inside: int) -> list[int]:
    """Where the two-byte lengths stand of all values that hold the one at `inside`."""
    found, place = [], 0
    while place < inside:
        if content[place + 1] == 0x82:
            head, length = 4, int.from_bytes(content[place + 2 : place + 4], "big")
        elif content[place + 1] == 0x81:
            head, length = 3, content[place + 2]
        else:
            head, length = 2, content[place + 1]
        if place + head + length > inside:
            found.append(place + 2)
            place += head
        else:
            place += head + length
    return found


def test_refuses_a_timestamp_written_otherwise(signed: bytes, root: Authority, tsa: SampleTsa) -> None:
    def unsigned(info: cms.ContentInfo) -> None:
        attribute = cms.CMSAttribute({"type": "content_type", "values": ["data"]})
        signer_of(info)["unsigned_attrs"] = cms.CMSAttributes([attribute])

    def version(info: cms.ContentInfo) -> None:
        info["content"]["version"] = "v5"

    def parameters(info: cms.ContentInfo) -> None:
        info["content"]["digest_algorithms"] = cms.DigestAlgorithms(
            [algos.DigestAlgorithm({"algorithm": "sha256"}), algos.DigestAlgorithm({"algorithm": "sha512"})]
        )

    def lists(info: cms.ContentInfo) -> None:
        info["content"]["crls"] = cms.RevocationInfoChoices([])

    for change in (unsigned, version, parameters, lists):
        info = cms.ContentInfo.load(tsa.token(signature_imprint(signed), at=AT))
        change(info)
        forged = with_signature_timestamp(signed, token=info.dump(True))
        assert refusal_code(forged, root=root, tsa=tsa) == "pdf.timestamp"


def test_refuses_anything_in_the_padding(levels: Levels, root: Authority, tsa: SampleTsa) -> None:
    _, end = gap_of(levels.b)
    for data in (levels.b, levels.t, levels.lta):
        assert refusal_code(data[: end - 3] + b"01" + data[end - 1 :], root=root, tsa=tsa).startswith("pdf.")
    assert refusal_code(levels.b[: end - 3] + b"01" + levels.b[end - 1 :], root=root) == "pdf.padding"
    last = levels.lta.rindex(b">\n/ByteRange")
    assert refusal_code(levels.lta[: last - 2] + b"01" + levels.lta[last:], root=root, tsa=tsa) == "pdf.padding"
