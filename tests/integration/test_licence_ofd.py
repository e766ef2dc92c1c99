"""In the guomi profile each licence has an OFD beside its PDF, sealed by the agency with a seal that the node made once."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from certificates.adapters.issue_keys import document_signer, issue_signer, seal_signer
from certificates.adapters.node_keys import SEAL_PURPOSE, node_signer
from certificates.adapters.ofd.read import OfdFacts, read_ofd
from certificates.core.errors import CredentialError, DocumentError, IssueError
from certificates.core.issue_token import Grantor, Output
from certificates.core.sd_jwt_verify import verify_credential
from certificates.models import AgencySeal, Certificate, Document, IssuerKey, NodeKey
from certificates.services.document_kinds import kind_of
from certificates.services.grant_issue_token import new_token
from certificates.services.read_document import read_document
from certificates.services.render_document import render_document
from certificates.services.reveal_seal_code import reveal_seal_code
from certificates.services.rotate_issuer_key import rotate_issuer_key
from certificates.services.sign_certificate import trusted_key
from tests.integration.factories import AT, FOOD, REAL_ESTATE, Node, holder_caller, make_node, owner_of
from tests.unit.certificates.adapters.ofd.independent_reader import verify
from verification.models import Lookup
from verification.services.fetch_document import fetch_document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]


@pytest.fixture
def guomi(node_folder: Path, settings: Any) -> Node:
    """A node of the guomi profile with an issuing agency."""
    settings.NODE = replace(settings.NODE, profile="guomi")
    return make_node()


def ofd_of(certificate_id: UUID) -> Document:
    return Document.objects.get(certificate=certificate_id, kind="ofd")


def made(certificate_id: UUID) -> bytes:
    assert render_document(document_id=ofd_of(certificate_id).pk, at=AT)
    Certificate.objects.filter(pk=certificate_id).update(released_at=AT)
    return read_document(certificate_id=certificate_id, kind="ofd")


def facts_of(node: Node, code: str, number: str) -> OfdFacts:
    return read_ofd(made(node.issue(node.request(code), key=number)))


def test_a_licence_has_an_ofd_that_an_independent_reader_verifies(guomi: Node, tmp_path: Path) -> None:
    certificate_id = guomi.issue()
    data = made(certificate_id)

    facts = read_ofd(data)
    key = IssuerKey.objects.get(use="credential")
    shown = verify_credential(facts.credential or "", key=trusted_key(key))
    assert set(shown.shown) == set(guomi.request().values)
    assert facts.code == reveal_seal_code(certificate_id=certificate_id)
    assert facts.metadata["ZZBS"] == Certificate.objects.get(pk=certificate_id).identifier
    assert facts.printed["ZZBS"] == facts.metadata["ZZBS"]
    assert (facts.sealed_at, facts.in_force) == (AT.replace(microsecond=0), True)
    document = ofd_of(certificate_id)
    assert (document.state, document.level, document.sealed_draft) == (Document.State.READY, "", None)
    seen = verify(data, tmp_path)
    assert (seen.version, seen.signer) == (4, facts.signer)
    assert seen.metadata == dict(facts.metadata)


def test_licences_of_other_types_and_pages_have_theirs(guomi: Node) -> None:
    for code, number in ((FOOD, "k-food"), (REAL_ESTATE, "k-estate")):
        assert facts_of(guomi, code, number).printed["ZZMC"]


def test_the_seal_is_made_once_for_a_key(guomi: Node) -> None:
    first = read_ofd(made(guomi.issue()))
    second = read_ofd(made(guomi.issue(guomi.request(values={"certificate_number": "浙2332026202600002"}), key="k2")))
    (seal,) = AgencySeal.objects.all()
    assert seal.maker_kid == NodeKey.objects.get(purpose=SEAL_PURPOSE).kid
    assert first.maker == second.maker
    rotate_issuer_key(agency_uscc=guomi.agency.uscc, at=AT)
    third = read_ofd(made(guomi.issue(guomi.request(values={"certificate_number": "浙2332026202600003"}), key="k3")))
    assert AgencySeal.objects.count() == 2
    assert third.maker == first.maker  # its certificate is still good
    assert third.signer != first.signer


@pytest.mark.international
def test_the_other_profile_makes_none(node: Node) -> None:
    certificate_id = node.issue()
    assert set(Document.objects.filter(certificate=certificate_id).values_list("kind", flat=True)) == {"pdf"}
    with pytest.raises(DocumentError, match=r"ofd\.not_made"):
        read_document(certificate_id=certificate_id, kind="ofd")


def test_a_node_without_a_seal_maker_holds_the_file_and_not_the_licence(guomi: Node) -> None:
    NodeKey.objects.filter(purpose=SEAL_PURPOSE).delete()
    certificate_id = guomi.issue()
    assert render_document(document_id=ofd_of(certificate_id).pk, at=AT)
    assert ofd_of(certificate_id).held_code == "document.no_seal_maker"
    assert Certificate.objects.get(pk=certificate_id).state == "valid"


def test_the_agencys_key_seals_against_a_token_for_these_very_bytes_only(guomi: Node) -> None:
    document = ofd_of(guomi.issue())
    key = IssuerKey.objects.get(use="credential")
    kind = kind_of(document)
    to_sign = kind.to_sign(kind.compose(document, key, AT))
    token, columns = new_token(
        grantor=Grantor.DOCUMENT, row=document.pk, kid=key.kid, outputs={Output.SEAL: to_sign}, at=AT
    )
    handle = seal_signer(kid=key.kid)
    with pytest.raises(IssueError, match=r"issue\.token_unknown"):
        handle.sign({Output.SEAL: to_sign}, token=token, at=AT)  # nobody stored it
    Document.objects.filter(pk=document.pk).update(sealed_draft=b"x", **columns)
    with pytest.raises(IssueError, match=r"issue\.token_bytes"):
        handle.sign({Output.SEAL: to_sign + b"\0"}, token=token, at=AT)
    with pytest.raises(CredentialError, match=r"key\.purpose"):
        issue_signer(kid=key.kid).sign({Output.SEAL: to_sign}, token=token, at=AT)  # another handle of the same key
    handle.sign({Output.SEAL: to_sign}, token=token, at=AT)
    with pytest.raises(IssueError, match=r"issue\.token_spent"):
        handle.sign({Output.SEAL: to_sign}, token=token, at=AT)


@pytest.mark.parametrize("data", [b"eyJ0eXAiOiJkYytzZC1qd3QifQ.e30", b"\x84\x6aSignature1", b"1\x00", b"0\x00"])
def test_bytes_of_another_kind_are_not_sealed(data: bytes, guomi: Node) -> None:
    document = ofd_of(guomi.issue())
    for use, handle in (("credential", seal_signer), ("credential", issue_signer), ("document", document_signer)):
        kid = IssuerKey.objects.get(use=use).kid
        token, columns = new_token(
            grantor=Grantor.DOCUMENT, row=document.pk, kid=kid, outputs={Output.SEAL: data}, at=AT
        )
        Document.objects.filter(pk=document.pk).update(sealed_draft=b"x", **columns)
        with pytest.raises(CredentialError, match=r"key\.purpose"):
            handle(kid=kid).sign({Output.SEAL: data}, token=token, at=AT)


def test_the_maker_of_seals_signs_nothing_else(guomi: Node) -> None:
    maker = node_signer(purpose=SEAL_PURPOSE, kid=NodeKey.objects.get(purpose=SEAL_PURPOSE).kid)
    for data in (b"eyJ0eXAiOiJzdGF0dXNsaXN0K2p3dCJ9.e30", b"0\x00", b'"@signature-params": ;tag="huzheng-'):
        with pytest.raises(CredentialError, match=r"key\.purpose"):
            maker.sign(data)


def test_a_holder_downloads_it_and_the_look_is_recorded(guomi: Node) -> None:
    certificate_id = guomi.issue()
    data = made(certificate_id)
    caller = holder_caller(owner_of(certificate_id))
    file = fetch_document(caller=caller, certificate_id=certificate_id, session_key="s", at=AT, kind="ofd")
    assert file.data == data
    assert Lookup.objects.get().pk == file.lookup_id
