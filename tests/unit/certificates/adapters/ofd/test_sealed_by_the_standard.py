"""Another reading of the standards verifies what is made here, and what is made elsewhere is verified here."""

from pathlib import Path

import pytest

from certificates.adapters.ofd.container_read import read_container
from certificates.adapters.ofd.read import read_ofd
from certificates.adapters.ofd.sealed import read_sealed
from certificates.core.errors import DocumentError
from certificates.core.ses_make import Version
from certificates.core.ses_verify import in_force_when_sealed
from tests.published_vectors import FOLDER, needs
from tests.unit.certificates.adapters.ofd.independent_reader import verify
from tests.unit.certificates.ofd_parts import AT, Sealers, sealed_ofd


def sample(name: str) -> bytes:
    return (FOLDER / "ofd" / name).read_bytes()


@pytest.mark.parametrize("version", [4, 5])
def test_an_independent_reader_verifies_what_is_sealed_here(version: Version, sealers: Sealers, tmp_path: Path) -> None:
    seen = verify(sealed_ofd(sealers, version=version), tmp_path)
    assert (seen.version, seen.signer) == (version, sealers.leaf)
    assert seen.metadata == {"ZZMC": "居民身份证", "CZZT": "张三"}
    assert seen.picture == ("PNG", b"\x89PNG", 44, 44)
    assert seen.checked == 10


@pytest.mark.parametrize("version", [4, 5])
def test_our_reader_gives_what_was_sealed(version: Version, sealers: Sealers) -> None:
    facts = read_ofd(sealed_ofd(sealers, version=version))
    assert (facts.version, facts.sealed_at, facts.signer, facts.maker) == (version, AT, sealers.leaf, sealers.maker)
    assert facts.in_force
    assert facts.credential == "eyJ~"
    assert facts.metadata == {"ZZMC": "居民身份证", "CZZT": "张三"}
    assert facts.printed == {"CZZT": "张三"}


@needs("ofd", "v4signed.ofd")
@pytest.mark.parametrize(("name", "in_force"), [("v4signed.ofd", True), ("SESV4SignDoc.ofd", False)])
def test_sealed_samples_of_other_makers_verify(name: str, in_force: bool, tmp_path: Path) -> None:
    found = read_sealed(read_container(sample(name))).sealed
    assert found.version == 4
    assert found.sealed_at is not None
    # One of them was sealed years after its seal had ended.
    assert in_force_when_sealed(found, at=found.sealed_at) is in_force
    assert verify(sample(name), tmp_path).version == 4


@needs("ofd", "v4signed.ofd")
@pytest.mark.parametrize("name", ["v4signed.ofd", "SESV4SignDoc.ofd"])
def test_a_sample_with_one_byte_changed_or_one_entry_added_is_refused(name: str) -> None:
    data = sample(name)
    files = dict(read_container(data))
    for path in files.keys() - {
        "Doc_0/Signs/Signatures.xml"
    }:  # the list of seals, which none of them covers: `ofd.form` pins ours
        for at in {0, len(files[path]) // 2, len(files[path]) - 1}:
            changed = bytearray(files[path])
            changed[at] ^= 1
            with pytest.raises(DocumentError):
                read_sealed({**files, path: bytes(changed)})
    for path in ("Doc_0/Pages/Page_1/Content.xml", "Doc_0/Signs/Sign_1/Signature.xml", "x"):
        with pytest.raises(DocumentError, match=r"ofd\.coverage"):
            read_sealed({**files, path: b"<x/>"})
    with pytest.raises(DocumentError, match=r"ofd\.form"):
        read_ofd(data)  # deflated, as others write: bits of it mean nothing


@needs("ofd", "helloworld.ofd")
@pytest.mark.parametrize(("name", "code"), [("helloworld.ofd", "ofd.unsigned"), ("DigitalSign.ofd", "ofd.signatures")])
def test_a_sample_without_a_seal_is_refused(name: str, code: str) -> None:
    with pytest.raises(DocumentError, match=code):
        read_ofd(sample(name))
