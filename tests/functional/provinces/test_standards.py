"""What a node gives out, read by other people's implementations of the standards."""

import base64
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import typst
import yaml
import zxingcpp
from cryptography import x509
from drf_spectacular.validation import validate_schema
from jwcrypto.jwk import JWK
from jwcrypto.jws import InvalidJWSSignature
from PIL import Image
from sd_jwt.verifier import SDJWTVerifier

from demo.journey import DOCUMENT_SECONDS
from demo.story import eventually
from tests.functional.provinces.addresses import machine_addresses
from tests.functional.provinces.steps import SHOWN, ZHOU, anonymous, look_at_home, raw
from tests.functional.provinces.world import Provinces

PRINTED_DPI = 150


@pytest.fixture(scope="module")
def pdf(provinces: Provinces, licence: str) -> bytes:
    path = f"/api/v1/me/certificates/{licence}/document"
    eventually(lambda: provinces.holder.get(path).status == 200, seconds=DOCUMENT_SECONDS, otherwise="no document")
    return bytes(provinces.holder.get(path).content)


def barcodes(image: Image.Image) -> list[str]:
    return [str(found.text) for found in zxingcpp.read_barcodes(image)]


def drawn(svg: bytes, folder: Path) -> Image.Image:
    """An SVG as a picture, by a renderer that is not the one that wrote it."""
    (folder / "code.svg").write_bytes(svg)
    (folder / "page.typ").write_text(
        '#set page(width: 60mm, height: 60mm, margin: 5mm)\n#image("code.svg", width: 100%)\n', "ascii"
    )
    return Image.open(io.BytesIO(typst.compile(str(folder / "page.typ"), format="png", ppi=200)))


def shown_code(page: bytes, folder: Path) -> list[str]:
    """The texts of the code on a page of the holder's."""
    found = re.search(rb'src="data:image/svg\+xml;base64,([^"]+)"', page)
    assert found
    return barcodes(drawn(base64.b64decode(found[1]), folder))


def test_the_reference_library_of_sd_jwt_verifies_a_credential(provinces: Provinces, licence: str) -> None:
    text = provinces.holder.get(f"/api/v1/me/certificates/{licence}/credential").expect(200)["credential"]
    header = json.loads(base64.urlsafe_b64decode(text.split(".", 1)[0] + "=="))
    leaf = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))

    claims = SDJWTVerifier(text, lambda *_: JWK.from_pyca(leaf.public_key())).get_verified_payload()

    assert header["typ"] == "dc+sd-jwt"
    assert {name: claims[name] for name in ZHOU} == ZHOU
    assert claims["iss"] == provinces.zhejiang.url
    with pytest.raises(InvalidJWSSignature):
        SDJWTVerifier(text, lambda *_: JWK.generate(kty="EC", crv="P-256")).get_verified_payload()


def test_pdfsig_accepts_a_document(pdf: bytes, tmp_path: Path) -> None:
    pdfsig = shutil.which("pdfsig")
    if pdfsig is None:
        pytest.skip("pdfsig is not installed: apt-get install -y poppler-utils")
    file = tmp_path / "licence.pdf"
    file.write_bytes(pdf)

    told = subprocess.run([pdfsig, str(file)], capture_output=True, text=True, check=True, timeout=60).stdout

    assert "Signature is Valid." in told
    assert "Total document signed" in told


def test_a_scanner_reads_the_code_that_is_printed_on_the_document(
    provinces: Provinces, licence: str, pdf: bytes
) -> None:
    document = pypdfium2.PdfDocument(pdf)
    codes = [code for page in document for code in barcodes(page.render(scale=PRINTED_DPI / 72).to_pil())]
    document.close()

    own = provinces.holder.get(f"/api/v1/me/certificates/{licence}/seal-code").expect(200)["seal_code"]
    assert own in codes
    assert "signature.good" in {check["code"] for check in look_at_home(provinces, own)["verdict"]["checks"]}


def test_a_scanner_reads_the_codes_on_the_holders_pages(provinces: Provinces, licence: str, tmp_path: Path) -> None:
    form = "&".join(f"grain.{name}={grain}" for name, grain in SHOWN.items()).encode()
    kind = "application/x-www-form-urlencoded"

    presented = raw(provinces.holder, "POST", f"/my/{licence}/present", form, Content_Type=kind)
    printed = raw(provinces.holder, "POST", f"/my/{licence}/seal-code", b"", Content_Type=kind)

    assert (presented.status, printed.status) == (200, 200)
    (code,) = shown_code(presented.content, tmp_path)
    assert code.startswith("HZP1:330000:")
    assert code.encode() in presented.content  # the text under the picture is the same
    assert look_at_home(provinces, code)["verdict"]["outcome"] == "valid"
    (seal_code,) = shown_code(printed.content, tmp_path)
    assert seal_code.startswith("HZ1:")


def test_the_api_describes_every_address_in_valid_openapi(provinces: Provinces) -> None:
    answer = anonymous("GET", f"{provinces.zhejiang.url}/api/schema")
    assert answer.status == 200
    schema: dict[str, Any] = yaml.safe_load(answer.content)

    validate_schema(schema)

    described = {re.sub(r"\{\w+\}", "{}", path) for path in schema["paths"]}
    routes = {"/" + re.sub(r"<[^>]*>", "{}", route) for route in machine_addresses()}
    assert routes - described == {"/api/schema"}  # the description does not describe itself
    assert described <= routes


def test_a_status_list_and_a_checkpoint_are_of_their_media_types(provinces: Provinces) -> None:
    found = anonymous("GET", f"{provinces.zhejiang.url}/status-lists/1")
    assert found.headers["Content-Type"] == "application/statuslist+jwt"
    assert "max-age" in found.headers["Cache-Control"]
    again = anonymous(
        "GET", f"{provinces.zhejiang.url}/status-lists/1", b"", **{"If-None-Match": found.headers["ETag"]}
    )
    assert again.status in {200, 304}  # a new version may have been signed meanwhile
    note = anonymous("GET", f"{provinces.zhejiang.url}/log/checkpoint")
    assert note.headers["Content-Type"].startswith("text/plain")
    assert note.content.startswith(b"huzheng.cn/330000\n")
