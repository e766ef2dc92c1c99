"""What is stored is sealed to its place, private keys stay out of the database, and destroyed keys stay destroyed."""

import json
import shutil
import stat
from base64 import b64decode, b64encode
from pathlib import Path
from uuid import UUID

import pytest
from asn1crypto.cms import CMSAttributes
from asn1crypto.keys import PrivateKeyInfo
from django.conf import settings
from django.db import connection

from certificates.adapters import key_store
from certificates.adapters.blind_index import blind_index
from certificates.adapters.field_cipher import decrypt, seal
from certificates.adapters.issue_keys import create_issue_key
from certificates.adapters.kek import create_wrapped_file, ensure_kek, read_wrapped_file
from certificates.adapters.key_backends.backend import MadeKey
from certificates.adapters.key_backends.software import SoftwareKeys
from certificates.adapters.key_store import create_key, kept_key
from certificates.adapters.key_vault import create_subject_key, destroy_subject_key, subject_key
from certificates.adapters.node_keys import ArchiveSigner, create_node_key, log_signer, node_signer
from certificates.core.canonical import b64url
from certificates.core.errors import CipherError, CredentialError
from certificates.core.grains import Grain
from certificates.models import Certificate
from certificates.services.disclose_credential import disclose_credential
from certificates.services.initialise_node import initialise_node
from tests.integration.factories import AT, REAL_ESTATE, Node
from tests.integration.refusals import refusal

PURPOSES = (
    *("issue", "document", "ca", "request", "answer", "receipt"),
    *("release", "bundle", "status", "log", "log_sm2", "witness", "archive", "seal_maker"),
)


@pytest.fixture
def vault(node_folder: Path) -> Path:
    """A folder with a key-encryption key and the keys of two subjects."""
    ensure_kek()
    for subject in ("holder-a", "holder-b"):
        create_subject_key(subject)
    return node_folder


def test_opens_what_was_sealed_for_the_same_place(vault: Path) -> None:
    sealed = seal("张三".encode(), subject="holder-a", place="Holder:1:sealed_name")

    assert decrypt(memoryview(sealed), subject="holder-a", place="Holder:1:sealed_name") == "张三".encode()
    assert "张三".encode() not in sealed
    assert seal(b"x", subject="holder-a", place="p") != seal(b"x", subject="holder-a", place="p")


@pytest.mark.parametrize("place", ["Holder:2:sealed_name", "Holder:1:sealed_code", "Certificate:1:sealed_name"])
def test_refuses_ciphertext_moved_to_another_row_or_column(vault: Path, place: str) -> None:
    sealed = seal(b"value", subject="holder-a", place="Holder:1:sealed_name")

    assert refusal(lambda: decrypt(sealed, subject="holder-a", place=place)) == "cipher.mismatch"


def test_refuses_ciphertext_of_another_subject(vault: Path) -> None:
    sealed = seal(b"value", subject="holder-a", place="p")

    assert refusal(lambda: decrypt(sealed, subject="holder-b", place="p")) == "cipher.mismatch"


@pytest.mark.parametrize("position", [0, 1, 2, 13, 14, -1])
def test_refuses_altered_ciphertext(vault: Path, position: int) -> None:
    sealed = bytearray(seal(b"value", subject="holder-a", place="p"))
    sealed[position] ^= 1

    assert refusal(lambda: decrypt(bytes(sealed), subject="holder-a", place="p")) == "cipher.mismatch"


@pytest.mark.parametrize("sealed", [b"", b"\x01\x01", b"\x01\x01" + bytes(27)])
def test_refuses_bytes_too_short_to_be_sealed(vault: Path, sealed: bytes) -> None:
    assert refusal(lambda: decrypt(sealed, subject="holder-a", place="p")) == "cipher.mismatch"


def test_tells_nothing_stored_from_tampering(vault: Path) -> None:
    assert refusal(lambda: decrypt(None, subject="holder-a", place="p")) == "cipher.empty"


@pytest.mark.django_db
def test_refuses_a_credential_whose_row_was_swapped(node: Node) -> None:
    first = node.issue(key="k1")
    second = node.issue(node.request(REAL_ESTATE), key="k2")
    stolen = Certificate.objects.get(pk=second)
    Certificate.objects.filter(pk=first).update(
        sealed_disclosures=stolen.sealed_disclosures, credential_jwt=stolen.credential_jwt
    )

    assert refusal(lambda: disclose_credential(certificate_id=first, grains={"sex": Grain.FULL})) == "cipher.mismatch"


def test_a_destroyed_key_opens_nothing_and_never_comes_back(vault: Path) -> None:
    sealed = seal(b"value", subject="holder-a", place="p")
    assert subject_key("holder-a") == subject_key("holder-a")

    destroy_subject_key("holder-a")
    destroy_subject_key("holder-a")

    assert refusal(lambda: decrypt(sealed, subject="holder-a", place="p")) == "cipher.erased"
    assert refusal(lambda: create_subject_key("holder-a")) == "cipher.erased"
    assert subject_key("holder-b")


def test_a_key_that_another_process_destroyed_is_not_served_from_memory(vault: Path) -> None:
    subject_key("holder-a")
    next((vault / "vault").glob("*/holder-a.key")).unlink()

    assert refusal(lambda: subject_key("holder-a")) == "cipher.erased"


def test_refuses_a_key_file_under_another_subjects_name(vault: Path) -> None:
    files = {path.stem: path for path in (vault / "vault").glob("*/*.key")}
    files["holder-b"].write_bytes(files["holder-a"].read_bytes())

    assert refusal(lambda: subject_key("holder-b")) == "cipher.mismatch"


@pytest.mark.parametrize("subject", ["", "../kek", "a/b", "A", "a" * 81, "a\n"])
def test_refuses_subjects_that_could_leave_the_vault(vault: Path, subject: str) -> None:
    assert refusal(lambda: create_subject_key(subject)) == "cipher.subject"


def test_another_key_encryption_key_opens_nothing(vault: Path) -> None:
    other = vault / "other_kek"
    settings.NODE.kek_file.rename(vault / "old_kek")
    settings.NODE = type(settings.NODE)(
        **{name: getattr(settings.NODE, name) for name in settings.NODE.__slots__ if name != "kek_file"}, kek_file=other
    )
    ensure_kek()

    assert refusal(lambda: subject_key("holder-a")) == "cipher.mismatch"


@pytest.mark.django_db
def test_initialising_again_changes_nothing(node: Node, node_folder: Path) -> None:
    before = {path: path.read_bytes() for path in node_folder.rglob("*") if path.is_file()}

    assert initialise_node(at=AT) == ()

    assert {path: path.read_bytes() for path in node_folder.rglob("*") if path.is_file()} == before
    modes = {stat.S_IMODE(path.stat().st_mode) for path in node_folder.rglob("*") if path.is_file()}
    assert modes == {0o600}


@pytest.mark.django_db
def test_private_keys_are_never_in_the_database_nor_in_the_clear_on_disk(
    node: Node, issued: UUID, node_folder: Path
) -> None:
    secrets = [b"PRIVATE KEY"]
    for path in (node_folder / "keys").glob("*.key"):
        for purpose in PURPOSES:
            try:
                record = json.loads(read_wrapped_file(path, context=f"key:{purpose}:{path.stem}"))
            except CipherError:
                continue
            key = PrivateKeyInfo.load(b64decode(record["reference"]))["private_key"].parsed.native
            secrets.append(key["private_key"].to_bytes(32, "big") if isinstance(key, dict) else key)
    assert len(secrets) == 1 + len(list((node_folder / "keys").glob("*.key")))

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                cells = [bytes(cell) if isinstance(cell, memoryview) else str(cell).encode() for cell in row]
                for secret in secrets:
                    forms = (secret, secret.hex().encode(), b64url(secret).encode())
                    assert not any(form in cell for cell in cells for form in forms), table
    for path in node_folder.rglob("*.key"):
        assert not any(secret in path.read_bytes() for secret in secrets)


def test_a_key_is_served_for_the_purpose_it_was_made_for_only(vault: Path) -> None:
    kid = create_issue_key(use="credential").kid

    assert refusal(lambda: kept_key(kid=kid, purpose="document")) == "cipher.mismatch"
    assert refusal(lambda: kept_key(kid=kid, purpose="status")) == "cipher.mismatch"
    assert refusal(lambda: kept_key(kid="absent", purpose="status")) == "cipher.no_key"


def test_a_kept_key_is_never_replaced(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = create_issue_key(use="credential")
    file = vault / "keys" / f"{first.kid}.key"
    before = file.read_bytes()
    monkeypatch.setattr(SoftwareKeys, "make", lambda *_, **__: MadeKey(spki=first.spki, reference=b"other"))

    assert refusal(lambda: create_key(purpose="issue", suite="ES256")) == "cipher.key_exists"
    assert file.read_bytes() == before


def test_refuses_a_key_that_is_not_the_private_half_of_what_it_is_kept_for(vault: Path) -> None:
    first, second = (create_issue_key(use="credential") for _ in range(2))
    other = json.loads(read_wrapped_file(vault / "keys" / f"{second.kid}.key", context=f"key:issue:{second.kid}"))
    for record in (other, {**other, "spki": b64encode(first.spki).decode()}):
        file = vault / "keys" / f"{first.kid}.key"
        file.unlink()
        create_wrapped_file(file, json.dumps(record).encode(), context=f"key:issue:{first.kid}")
        key_store._loaded.clear()
        assert refusal(lambda: kept_key(kid=first.kid, purpose="issue")) == "cipher.no_key"


def test_refuses_a_key_file_under_another_keys_name(vault: Path) -> None:
    first, second = (create_issue_key(use="credential").kid for _ in range(2))
    shutil.copy(vault / "keys" / f"{first}.key", vault / "keys" / f"{second}.key")
    key_store._loaded.clear()

    assert refusal(lambda: kept_key(kid=second, purpose="issue")) == "cipher.mismatch"


def file_attributes(content_type: str) -> bytes:
    """The signed attributes of a CMS signature over content of a type."""
    given = (
        ("content_type", content_type),
        ("message_digest", bytes(32)),
        ("signing_certificate_v2", {"certs": [{"cert_hash": bytes(32)}]}),
    )
    return bytes(CMSAttributes([{"type": name, "values": [value]} for name, value in given]).dump())


def test_keys_sign_their_own_kind_of_statement_only(vault: Path) -> None:
    kids = (create_node_key(purpose=one).kid for one in ("status", "answer", "log", "archive"))
    status_kid, answer_kid, log_kid, archive_kid = kids
    status_input = b64url(b'{"typ":"statuslist+jwt"}').encode() + b".e30"
    message = b'"@method": GET\n"@signature-params": ("@method");tag="huzheng-recognition"'
    signers = {
        "status": (node_signer(purpose="status", kid=status_kid).sign, status_input),
        "answer": (node_signer(purpose="answer", kid=answer_kid).sign, message),
        "log": (log_signer(kid=log_kid).sign, b"huzheng.cn/330000\n1\nAA==\n"),
        "archive": (ArchiveSigner(kid=archive_kid).sign, file_attributes("data")),
        "timestamps, which nobody here signs": (None, file_attributes("tst_info")),
    }

    for name, (sign, own) in signers.items():
        if sign is None:
            continue
        assert sign(own)
        for other, (_, data) in signers.items():
            if other != name:
                with pytest.raises(CredentialError) as refused:
                    sign(data)
                assert refused.value.code == "key.purpose", (name, other)


def test_blind_indices_tell_purposes_apart_and_hide_values(vault: Path) -> None:
    create_subject_key("node-index")

    index = blind_index(purpose="holder-code", value="330106198805123013")

    assert index == blind_index(purpose="holder-code", value="330106198805123013")
    assert index != blind_index(purpose="licence-number", value="330106198805123013")
    assert len(index) == 32
