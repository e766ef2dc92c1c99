"""The examples that the draft of the Token Status List publishes, to the last one: read, written, verified."""

import base64
import json
import zlib
from datetime import UTC, datetime

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws as joserfc_jws
from joserfc.jwk import ECKey

from certificates.core import deterministic_cbor
from certificates.core.canonical import b64url, b64url_decode_strict
from certificates.core.errors import StatusListError
from certificates.core.signing.es256 import verify_any_s
from certificates.core.signing.suite import TrustedKey
from certificates.core.status_bits import StatusBits, compress, inflate, pack
from certificates.core.status_cwt import verify_status_cwt
from certificates.core.status_list import verify_status_token
from tests.published_vectors import needs
from tests.unit.certificates.status_vectors import DRAFT_KEY, FOLDER, coded, diagnosed, text

pytestmark = needs("status-list")

HIGHEST = 9  # the level at which the examples were made
IAT = datetime.fromtimestamp(1_686_920_170, UTC)
URI = "https://example.com/statuslists/1"
SIZES = {1: 2**20, 2: 2**20, 4: 2**20, 8: 2**20}
USED = {
    "referenced_token_cwt.md",
    "referenced_token_cwt_diag.md",
    "status_list_cwt.md",
    "status_list_cwt_diag.md",
    "status_list_jwt.md",
    "status_list_jwt_raw.md",
    "status_list_encoding_cbor_diag.md",
    "status_list_encoding2_cbor_diag.md",
}
JSON_FORMS = sorted(path.name for path in FOLDER.glob("status_list_encoding*_json.md"))
CBOR_FORMS = sorted(path.name for path in FOLDER.glob("status_list_encoding*_cbor.md"))


def draft_key() -> TrustedKey:
    x, y = (int.from_bytes(b64url_decode_strict(DRAFT_KEY[name]), "big") for name in ("x", "y"))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    return TrustedKey(kid="12", suite="ES256", public_key=public)


def rewritten(stream: bytes, bits: int) -> bytes:
    """The list read and written by us, at the examples' level."""
    read = inflate(stream, bits=bits, max_bytes=2**20)
    size = len(read.data) * 8 // bits
    assert pack(read.marked(), size=size, bits=bits) == read.data
    assert inflate(compress(read.data), bits=bits, max_bytes=2**20) == read
    return compress(read.data, level=HIGHEST)


def test_every_file_of_the_folder_is_used_here() -> None:
    assert {path.name for path in FOLDER.iterdir()} == USED | set(JSON_FORMS) | set(CBOR_FORMS)


@pytest.mark.parametrize("name", JSON_FORMS)
def test_reads_and_writes_the_lists_in_json(name: str) -> None:
    shown = coded(name)
    vector = json.loads(shown[shown.index("{") :])
    assert b64url(rewritten(b64url_decode_strict(vector["lst"]), vector["bits"])) == vector["lst"]


@pytest.mark.parametrize("name", CBOR_FORMS)
def test_reads_and_writes_the_lists_in_cbor(name: str) -> None:
    data = bytes.fromhex(coded(name))
    listed = cbor2.loads(data)
    stream = rewritten(listed["lst"], listed["bits"])
    # The examples' two members do not stand in the deterministic order of RFC 8949, in which ours do.
    assert cbor2.dumps({"bits": listed["bits"], "lst": stream}) == data
    assert deterministic_cbor.decode(deterministic_cbor.encode(listed)) == listed


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_both_forms_of_the_long_lists_are_the_same_entries(bits: int) -> None:
    long = "_long" if bits <= 2 else ""
    as_json = json.loads(text(f"status_list_encoding{bits}{long}_json.md"))
    as_cbor = cbor2.loads(bytes.fromhex(text(f"status_list_encoding{bits}{long}_cbor.md")))
    read = inflate(b64url_decode_strict(as_json["lst"]), bits=bits, max_bytes=2**20)
    assert read == inflate(as_cbor["lst"], bits=bits, max_bytes=2**20)
    assert len(read.data) * 8 // bits == SIZES[bits]
    assert read.marked()


@pytest.mark.parametrize("name", ["status_list_encoding", "status_list_encoding2"])
def test_the_diagnostic_form_is_the_same_bytes(name: str) -> None:
    assert diagnosed(f"{name}_cbor_diag.md") == bytes.fromhex(coded(f"{name}_cbor.md"))


def test_the_short_lists_hold_the_bytes_that_the_draft_names() -> None:
    one, two = (
        inflate(cbor2.loads(bytes.fromhex(coded(f"status_list_encoding{n}_cbor.md")))["lst"], bits=bits)
        for n, bits in (("", 1), ("2", 2))
    )
    assert (one.data, two.data) == (b"\xb9\xa3", b"\xc9\x44\xf9")
    assert [two.get(index) for index in range(12)] == [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]


def test_the_jwt_verifies_under_the_drafts_key_by_us_and_by_another_library() -> None:
    token = text("status_list_jwt_raw.md")
    head, body, signature = token.split(".")
    verify_any_s(draft_key().public_key, b64url_decode_strict(signature), f"{head}.{body}".encode())
    assert joserfc_jws.deserialize_compact(token, ECKey.import_key(DRAFT_KEY)).payload
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, body))
    assert header == {"alg": "ES256", "kid": "12", "typ": "statuslist+jwt"}
    shown = text("status_list_jwt.md")
    assert json.loads(shown[: shown.index("}.{") + 1]) == header
    assert {**json.loads(shown[shown.index("}.{") + 2 :]), "iss": "https://example.com"} == claims
    assert zlib.decompress(b64url_decode_strict(claims["status_list"]["lst"])) == b"\xb9\xa3"


def test_refuses_the_drafts_jwt_since_it_lives_for_nineteen_years_and_states_an_unknown_claim() -> None:
    with pytest.raises(StatusListError) as refused:
        verify_status_token(text("status_list_jwt_raw.md"), uri=URI, keys={"12": draft_key()}, at=IAT)
    assert refused.value.code in {"status_list.malformed", "status_list.signature"}


@pytest.mark.parametrize("name", ["status_list_cwt", "referenced_token_cwt"])
def test_the_cwts_verify_under_the_drafts_key(name: str) -> None:
    data = bytes.fromhex(text(f"{name}.md"))
    assert diagnosed(f"{name}_diag.md") == data
    assert data[0] == 0xD2
    protected, unprotected, payload, signature = deterministic_cbor.decode(data[1:])
    signed = deterministic_cbor.encode(["Signature1", protected, b"", payload])
    verify_any_s(draft_key().public_key, signature, signed)
    assert unprotected == {4: b"12"}
    if name == "status_list_cwt":
        assert deterministic_cbor.decode(protected) == {1: -7, 16: "application/statuslist+cwt"}


def test_the_claims_of_the_drafts_cwt_are_the_ones_we_write() -> None:
    data = bytes.fromhex(text("status_list_cwt.md"))
    claims = cbor2.loads(deterministic_cbor.decode(data[1:])[2])
    assert claims[2] == URI
    assert (claims[6], claims[4], claims[65534]) == (1_686_920_170, 2_291_720_170, 43_200)
    listed = claims[65533]
    assert inflate(listed["lst"], bits=listed["bits"]) == StatusBits(bits=1, data=b"\xb9\xa3")
    token = cbor2.loads(deterministic_cbor.decode(bytes.fromhex(text("referenced_token_cwt.md"))[1:])[2])
    assert token[65535] == {"status_list": {"idx": 0, "uri": URI}}


def test_refuses_the_drafts_cwt_since_its_key_id_is_not_signed() -> None:
    with pytest.raises(StatusListError) as refused:
        verify_status_cwt(bytes.fromhex(text("status_list_cwt.md")), uri=URI, keys={"12": draft_key()}, at=IAT)
    assert refused.value.code == "status_list.signature"
