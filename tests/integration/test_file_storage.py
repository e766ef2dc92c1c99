"""Signed files in a folder or in an S3-compatible store: sealed, whole or not at all, and none that no row names."""

import hashlib
import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.storage import Storage, default_storage, storages
from django.utils import timezone
from pytest_django import Settings

from certificates.adapters import document_store
from certificates.adapters.document_store import keep_file
from certificates.core.errors import CipherError, DocumentError
from certificates.core.sealed_places import certificate_subject, place
from certificates.models import Document
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from certificates.services.sweep_files import GRACE, sweep_files
from config.file_storage import file_storage
from tests.integration.crashes.balance import files_are_documents
from tests.integration.factories import AT, Node
from tests.integration.s3_server import ACCOUNT, BUCKET, s3_server

SOON = AT + timedelta(seconds=5)
LATER = SOON + timedelta(minutes=2)
SMALL = 4096  # bytes: less than any document

pytestmark = [pytest.mark.django_db, pytest.mark.real_network]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files in a folder of this test."""
    found = tmp_path / "files"
    use(file_storage("", folder=found), monkeypatch)
    return found


@pytest.fixture
def bucket(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Files in an S3-compatible store; gives the folder where that server keeps them."""
    for name, value in ACCOUNT.items():
        monkeypatch.setenv(name, value)
    kept = tmp_path_factory.mktemp("s3") / "data"
    with s3_server(kept) as url:
        use(file_storage(f"s3://{BUCKET}/node-330000?endpoint={url}&region=us-east-1", folder=kept), monkeypatch)
        yield kept / BUCKET / "node-330000" / "documents"


def use(made: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    storage: Storage = storages.create_storage(made)
    monkeypatch.setattr(default_storage, "_wrapped", storage)


def document_of(certificate_id: UUID) -> Document:
    return Document.objects.get(certificate=certificate_id, kind="pdf")


def test_an_s3_store_keeps_sealed_files_and_gives_them_back(bucket: Path, node: Node, issued: UUID) -> None:
    assert render_document(document_id=document_of(issued).pk, at=SOON)

    assert read_document(certificate_id=issued).startswith(b"%PDF")
    files_are_documents()
    (stored,) = [path for path in bucket.iterdir() if path.is_file()]
    assert b"%PDF" not in stored.read_bytes()
    assert f"documents/{stored.name}" == document_of(issued).stored_name


def test_an_s3_store_out_of_reach_lets_documents_wait(
    bucket: Path, node: Node, issued: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = default_storage._wrapped
    with monkeypatch.context() as patched:
        use(file_storage(f"s3://{BUCKET}/x?endpoint=http://127.0.0.1:9&region=us-east-1", folder=bucket), patched)
        assert not render_document(document_id=document_of(issued).pk, at=SOON)
        assert sweep_files(at=LATER) == 0
    assert default_storage._wrapped is there
    waiting = document_of(issued)
    assert (waiting.state, waiting.held_code, waiting.attempts) == ("pending", "document.storage", 0)

    assert render_document(document_id=waiting.pk, at=LATER)

    files_are_documents()
    assert document_of(issued).held_code == ""


def test_the_sweep_of_files_reads_an_s3_store(bucket: Path, node: Node, issued: UUID) -> None:
    render_document(document_id=document_of(issued).pk, at=SOON)
    document_store.keep_file(b"left", name="documents/left.sealed", subject=certificate_subject(issued), place="none")
    now = timezone.now()

    assert sweep_files(at=now) == 0  # it may be that its row is about to name it
    assert sweep_files(at=now + GRACE + timedelta(minutes=1)) == 1

    files_are_documents()


def test_a_disk_that_is_full_leaves_no_part_of_a_file(
    folder: Path, node: Node, issued: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel really refuses the write behind the first bytes (threat I18)."""
    save = default_storage.save
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def on_a_full_disk(*data: object) -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, before[1]))
        try:
            return save(*data)  # type: ignore[arg-type]
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    with monkeypatch.context() as patched:
        patched.setattr(default_storage._wrapped, "save", on_a_full_disk)
        assert not render_document(document_id=document_of(issued).pk, at=SOON)
    waiting = document_of(issued)
    assert (waiting.state, waiting.held_code) == ("pending", "document.storage")
    with pytest.raises(DocumentError) as refused:
        read_document(certificate_id=issued)
    assert refused.value.code == "document.not_ready"
    assert list((folder / "documents").iterdir()) == []

    assert render_document(document_id=waiting.pk, at=LATER)

    files_are_documents()


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-1], lambda data: data[:0], lambda data: data[:40] + b"\0" + data[41:]]
)
def test_a_file_that_is_not_whole_is_not_served(folder: Path, node: Node, issued: UUID, spoil: object) -> None:
    render_document(document_id=document_of(issued).pk, at=SOON)
    path = folder / document_of(issued).stored_name
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]

    with pytest.raises(CipherError) as refused:
        read_document(certificate_id=issued)
    assert refused.value.code == "cipher.mismatch"


def test_a_file_that_is_gone_is_no_error_page(folder: Path, node: Node, issued: UUID) -> None:
    render_document(document_id=document_of(issued).pk, at=SOON)
    (folder / document_of(issued).stored_name).unlink()

    with pytest.raises(DocumentError) as refused:
        read_document(certificate_id=issued)
    assert refused.value.code == "document.file_missing"


@pytest.mark.parametrize("name", ["../kek", "documents/../../kek", "/etc/passwd"])
def test_a_name_that_leads_out_of_the_folder_opens_nothing(folder: Path, node: Node, issued: UUID, name: str) -> None:
    render_document(document_id=document_of(issued).pk, at=SOON)
    Document.objects.update(stored_name=name)

    with pytest.raises(DocumentError) as refused:
        read_document(certificate_id=issued)
    assert refused.value.code == "document.file_missing"


def test_a_file_of_another_document_is_not_served(folder: Path, node: Node, issued: UUID) -> None:
    """A copy's file, sealed under the same licence's key: the place that it was sealed for is another."""
    render_document(document_id=document_of(issued).pk, at=SOON)
    row = document_of(issued)
    keep_file(
        b"%PDF-1.7 of a copy",
        name="documents/another.sealed",
        subject=certificate_subject(issued),
        place=place("Document", row.pk + 1, "file"),
    )
    digest = hashlib.sha256(b"%PDF-1.7 of a copy").hexdigest()
    Document.objects.filter(pk=row.pk).update(stored_name="documents/another.sealed", digest=digest)

    with pytest.raises(CipherError) as refused:
        read_document(certificate_id=issued)
    assert refused.value.code == "cipher.mismatch"


def test_a_name_is_never_given_twice(folder: Path, node: Node, issued: UUID) -> None:
    given = {"name": "documents/one.sealed", "subject": certificate_subject(issued), "place": "here"}
    keep_file(b"first", **given)
    with pytest.raises(FileExistsError):
        keep_file(b"second", **given)
    digest = hashlib.sha256(b"first").hexdigest()
    assert document_store.read_file(given["name"], digest=digest, subject=given["subject"], place="here") == b"first"
    assert [path.name for path in (folder / "documents").iterdir()] == ["one.sealed"]


def test_an_earlier_file_put_back_is_not_served(folder: Path, node: Node, issued: UUID) -> None:
    """It opens, for it was sealed for this very document; its digest stands in the row."""
    render_document(document_id=document_of(issued).pk, at=SOON)
    Document.objects.update(digest="0" * 64)

    with pytest.raises(DocumentError) as refused:
        read_document(certificate_id=issued)
    assert refused.value.code == "document.altered"


def test_a_node_with_a_folder_loads_no_library_of_the_store(settings: Settings) -> None:
    assert settings.NODE.files == ""
    code = (
        "import sys, django; django.setup(); import certificates.adapters.document_store; "
        "sys.exit('botocore' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
