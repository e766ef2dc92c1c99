"""The status lists as anybody fetches them: two forms, caches, and other people's libraries."""

import json
from uuid import UUID

import cbor2
import pytest
from django.conf import settings
from django.test import Client
from joserfc import jws as joserfc_jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS, InvalidJWSSignature

from certificates.core.signing.suite import TrustedKey
from certificates.core.status_cwt import verify_status_cwt
from certificates.core.status_list import Status, verify_status_token
from certificates.models import NodeKey, StatusEntry, StatusList
from certificates.services.revoke_certificate import revoke_certificate
from tests.integration.factories import AT, Node
from tests.integration.keys import jwk_of, trusted

pytestmark = pytest.mark.django_db
JWT, CWT = "application/statuslist+jwt", "application/statuslist+cwt"


@pytest.fixture
def entry(node: Node, issued: UUID) -> StatusEntry:
    revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="penalty", at=AT)
    return StatusEntry.objects.get(certificate=issued, purpose="credential")


def path_of(entry: StatusEntry) -> str:
    return f"/status-lists/{entry.status_list_id}"


def keys() -> dict[str, TrustedKey]:
    row = NodeKey.objects.get(purpose="status")
    return {row.kid: trusted(row)}


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, JWT),
        ("*/*", JWT),
        (JWT, JWT),
        (CWT, CWT),
        (f"{CWT}, {JWT};q=0.5", CWT),
        (f"{CWT};q=0.5, {JWT}", JWT),
        ("application/*", JWT),
    ],
)
def test_the_accept_header_chooses_the_form(client: Client, entry: StatusEntry, accept: str | None, form: str) -> None:
    found = client.get(path_of(entry), headers={"Accept": accept} if accept else {})

    assert (found.status_code, found.headers["Content-Type"]) == (200, form)
    assert "Accept" in found.headers["Vary"].split(", ")
    assert found.headers["Cache-Control"] == f"public, max-age={settings.NODE.status_ttl}"
    assert found.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("accept", ["text/html", "application/json", f"{JWT};q=0"])
def test_refuses_a_form_that_there_is_none_of(client: Client, entry: StatusEntry, accept: str) -> None:
    assert client.get(path_of(entry), headers={"Accept": accept}).status_code == 406


def test_both_forms_say_the_same_of_every_entry(client: Client, entry: StatusEntry) -> None:
    uri = f"{settings.NODE.node_url}{path_of(entry)}"
    as_jwt = client.get(path_of(entry)).content.decode("ascii")
    as_cwt = client.get(path_of(entry), headers={"Accept": CWT}).content

    read = verify_status_token(as_jwt, uri=uri, keys=keys(), at=AT)

    assert read == verify_status_cwt(as_cwt, uri=uri, keys=keys(), at=AT)
    assert read.status(entry.index) is Status.INVALID
    assert len(read.bits.data) * 4 == 2**17


def test_etags_tell_versions_and_forms_apart_and_304_bears_no_list(client: Client, entry: StatusEntry) -> None:
    tags = {form: client.get(path_of(entry), headers={"Accept": form}).headers["ETag"] for form in (JWT, CWT)}
    assert tags[JWT] != tags[CWT]

    again = client.get(path_of(entry), headers={"Accept": CWT, "If-None-Match": f'"other", {tags[CWT]}'})
    other = client.get(path_of(entry), headers={"Accept": CWT, "If-None-Match": tags[JWT]})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tags[CWT])
    assert again.headers["Cache-Control"]
    assert other.status_code == 200


def test_the_aggregation_names_every_list_and_every_list_names_the_aggregation(
    client: Client, entry: StatusEntry
) -> None:
    found = client.get("/status-lists")

    named = json.loads(found.content)["status_lists"]
    assert found.headers["Content-Type"] == "application/json"
    assert named == [f"{settings.NODE.node_url}/status-lists/{row.pk}" for row in StatusList.objects.order_by("pk")]
    claims = cbor2.loads(cbor2.loads(client.get(path_of(entry), headers={"Accept": CWT}).content).value[2])
    assert claims[65533]["aggregation_uri"] == f"{settings.NODE.node_url}/status-lists"
    assert client.get(named[0].removeprefix(settings.NODE.node_url)).status_code == 200


@pytest.mark.international  # neither of the other libraries knows SM2
def test_two_independent_libraries_verify_a_list(client: Client, entry: StatusEntry) -> None:
    token = client.get(path_of(entry)).content.decode("ascii")
    jwk, other = (jwk_of(NodeKey.objects.get(purpose=purpose)) for purpose in ("status", "receipt"))

    by_joserfc = json.loads(joserfc_jws.deserialize_compact(token, ECKey.import_key(jwk), algorithms=["ES256"]).payload)
    by_jwcrypto = JWS()
    by_jwcrypto.deserialize(token, JWK(**jwk))

    assert by_joserfc == json.loads(by_jwcrypto.payload)
    assert by_joserfc["status_list"]["bits"] == 2
    with pytest.raises(BadSignatureError):
        joserfc_jws.deserialize_compact(token, ECKey.import_key(other), algorithms=["ES256"])
    with pytest.raises(InvalidJWSSignature):
        JWS().deserialize(token, JWK(**other))


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nobody_writes_to_a_list(client: Client, entry: StatusEntry, method: str) -> None:
    assert getattr(client, method)(path_of(entry)).status_code == 405
    assert client.get("/status-lists/999999999999999999").status_code == 404
