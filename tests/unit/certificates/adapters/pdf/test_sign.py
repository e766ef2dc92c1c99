"""The certification signature, checked by pyHanko's own validator and by poppler's pdfsig."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from certificates.adapters.pdf.sign import PdfSigningKey, der_signature, sign
from certificates.core.errors import DocumentError
from tests.unit.certificates.adapters.pdf.sample import AT, Authority, make_root, make_signing_key


def test_another_validator_finds_it_intact_trusted_and_certified(signed: bytes, root: Authority) -> None:
    (signature,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(root.certificate)], moment=AT, allow_fetching=False
    )
    usage = KeyUsageConstraints(key_usage={"digital_signature"})
    status = validate_pdf_signature(signature, signer_validation_context=context, key_usage_settings=usage)
    assert status.bottom_line
    assert signature.docmdp_level is MDPPerm.NO_CHANGES
    assert signature.self_reported_timestamp == AT
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.sig_object["/Reason"] == "签发"


def test_pdfsig_of_poppler_calls_it_valid(signed: bytes, tmp_path: Path) -> None:
    pdfsig = shutil.which("pdfsig")
    if pdfsig is None:
        pytest.skip("pdfsig is not installed: apt-get install -y poppler-utils")
    file = tmp_path / "licence.pdf"
    file.write_bytes(signed)
    answer = subprocess.run([pdfsig, str(file)], capture_output=True, text=True, check=True, timeout=60).stdout
    assert "Signature is Valid." in answer
    assert "Total document signed" in answer
    assert "ETSI.CAdES.detached" in answer


def test_the_page_itself_stays_untouched_in_front(page: bytes, signed: bytes) -> None:
    assert signed.startswith(page)


def test_the_key_is_asked_once(page: bytes, signing_key: PdfSigningKey) -> None:
    asked: list[bytes] = []

    def counting(data: bytes) -> bytes:
        asked.append(data)
        return signing_key.sign(data)

    key = PdfSigningKey(certificate=signing_key.certificate, chain=signing_key.chain, sign=counting)
    sign(page, signer=key, at=AT)
    assert len(asked) == 1


def test_a_failing_key_store_is_not_mistaken_for_a_bad_document(page: bytes, signing_key: PdfSigningKey) -> None:
    class KeyStoreDownError(Exception):
        pass

    def failing(_: bytes) -> bytes:
        raise KeyStoreDownError

    with pytest.raises(KeyStoreDownError):
        sign(page, signer=PdfSigningKey(certificate=signing_key.certificate, chain=(), sign=failing), at=AT)


def test_a_raw_signature_becomes_der() -> None:
    der = der_signature((1).to_bytes(32, "big") + (2**255).to_bytes(32, "big"))
    assert decode_dss_signature(der) == (1, 2**255)


def test_refuses_a_key_that_is_not_p256(page: bytes, root: Authority) -> None:
    for key in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())):
        certificate = root.issue("Agency", key.public_key())  # type: ignore[arg-type]  # on purpose
        with pytest.raises(DocumentError) as refusal:
            sign(page, signer=PdfSigningKey(certificate=certificate, chain=(), sign=lambda _: b""), at=AT)
        assert refusal.value.code == "pdf.key"


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n%%EOF", b"0" * 1000])
def test_refuses_to_sign_what_is_no_document(junk: bytes, signing_key: PdfSigningKey) -> None:
    with pytest.raises(DocumentError) as refusal:
        sign(junk, signer=signing_key, at=AT)
    assert refusal.value.code == "pdf.unreadable"


def test_an_intermediate_is_carried_but_not_the_root(page: bytes) -> None:
    root = make_root()
    key = ec.generate_private_key(ec.SECP256R1())
    middle = Authority(name="Middle", key=key, certificate=root.issue("Middle", key.public_key(), ca=True))
    chosen = make_signing_key(root, through=middle)
    both = PdfSigningKey(certificate=chosen.certificate, chain=(*chosen.chain, root.certificate), sign=chosen.sign)
    (signature,) = PdfFileReader(io.BytesIO(sign(page, signer=both, at=AT))).embedded_signatures
    assert [certificate.dump() for certificate in signature.other_embedded_certs] == [middle.certificate]
    leaf = x509.load_der_x509_certificate(signature.signer_cert.dump())
    assert isinstance(leaf.signature_hash_algorithm, hashes.SHA256)
