"""A system uploads a document of the size that is promised."""

import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from accounts.services.register_api_client import register_api_client
from tests.integration.accounts_steps import AT, CLIENT_ID, KEY, call_headers
from tests.integration.factories import Node

PATH = "/api/v1/verifications/document"
TEN_MEBIBYTES = 10 * 1024 * 1024


@pytest.fixture(autouse=True)
def _registered_system(node: Node) -> None:
    public = KEY.as_dict(private=False)
    register_api_client(
        client_id=CLIENT_ID, agency_uscc=node.agency.uscc, keys=public, scopes=["verifications:write"], at=AT
    )


def sent(size: int) -> HttpResponse:
    """An upload of a document of `size` bytes, which is no PDF."""
    form = {
        "document": SimpleUploadedFile("licence.pdf", b"%PDF-1.7\n".ljust(size, b"a"), "application/pdf"),
        "matter_code": "12330100MB9900048F3330117001001",
        "case_number": "HZZB202600001",
        "purpose": "核验项目负责人注册资格",
        "fields": json.dumps({"holder_name": "full"}),
    }
    return Client().generic(  # type: ignore[return-value]
        "POST",
        PATH,
        encode_multipart(BOUNDARY, form),
        content_type=MULTIPART_CONTENT,
        headers={**call_headers(at=datetime.now(tz=UTC)), "Idempotency-Key": "upload-000001"},
    )


def test_a_system_may_send_ten_mebibytes() -> None:
    answer = sent(TEN_MEBIBYTES)
    # Read, and believed to be the system's: what is refused is the matter, which this node does not know.
    assert (answer.status_code, json.loads(answer.content)["code"]) == (403, "matter.unknown")


def test_refuses_a_document_over_ten_mebibytes() -> None:
    answer = sent(TEN_MEBIBYTES + 1)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (413, "request.too_large")
