"""Credentials and printed codes signed with a stolen agency key that name the status index of somebody's live licence."""

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from certificates.core.facts import shanghai_date
from certificates.core.grains import Grain
from certificates.core.issued_values import credential_content
from certificates.core.sd_jwt import finish, prepare, present
from certificates.core.sd_jwt_format import CredentialClaims
from certificates.core.seal_code import build_seal_code
from certificates.core.seal_content import seal_content
from certificates.core.status_list import StatusReference
from certificates.models import Certificate, IssuerKey, StatusEntry
from certificates.queries.licence_types import licence_type_definition
from certificates.queries.status_lists import status_list_uri
from certificates.services.disclose_credential import disclose_credential
from certificates.services.reveal_seal_code import reveal_seal_code
from certificates.services.rotate_issuer_key import rotate_issuer_key
from certificates.services.sign_copy_statement import sign_copy_statement
from tests.integration.copy_steps import ordered, row_of
from tests.integration.factories import AT, CONSTRUCTOR, Node, holder_caller, owner_of
from tests.integration.keys import StolenKey
from tests.integration.recognition_steps import World, asked, counter, outcomes, values
from verification.services.asked import VerificationAnswer
from verification.services.my_lookups import my_lookups
from verification.services.verify_presentation import verify_presentation

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(seconds=100)
FORGED = {"holder_name": "贾造", "holder_code": "330106199003070014"}
SHOWN = {"holder_name": Grain.FULL}


def look(presentation: str, *, key: str = "look-0001", at: datetime = LATER) -> VerificationAnswer:
    request = asked(presentation, fields=SHOWN)
    return verify_presentation(caller=counter(), request=request, idempotency_key=key, at=at)


def reference(certificate_id: UUID, purpose: str) -> StatusReference:
    entry = StatusEntry.objects.get(certificate=certificate_id, purpose=purpose)
    return StatusReference(uri=status_list_uri(status_list_id=entry.status_list_id), index=entry.index)


def forged_credential(node: Node, status: StatusReference, *, at: datetime, end: int) -> str:
    """What a thief of the agency's key signs: other values, and the status index of a licence that is live."""
    definition = licence_type_definition(code=CONSTRUCTOR)
    content = credential_content(definition, {**node.request().values, **FORGED}, at=shanghai_date(at))
    iat = int(at.timestamp())
    prepared = prepare(
        values=content.values,
        masked=content.masked,
        facts=content.facts,
        totals=content.totals,
        claims=CredentialClaims(
            iss="http://127.0.0.1:8000",
            vct=definition.vct,
            region="330000",
            iat=iat,
            nbf=iat,
            exp=iat + end,
            status=status,
        ),
        x5c=tuple(base64.b64decode(der) for der in IssuerKey.objects.get(kid=node.kid).chain_der),
        signer=StolenKey(kid=node.kid),
        random=secrets.token_bytes,
    )
    jwt = finish(prepared, StolenKey(kid=node.kid).sign(prepared.signing_input)).jwt
    return present(
        jwt,
        tuple(
            text
            for name, text in prepared.disclosures.items()
            if name.field == "holder_name" and name.grain is Grain.FULL
        ),
    )


def forged_seal_code(node: Node, status: StatusReference, *, at: datetime) -> str:
    content: Any = seal_content(
        licence_type_definition(code=CONSTRUCTOR),
        {**node.request().values, **FORGED},
        region="330000",
        status=status,
        issued_at=int(at.timestamp()),
        expires_at=int(at.timestamp()) + 86_400,
    )
    return build_seal_code(content, signer=StolenKey(kid=node.kid))


def refused(answer: VerificationAnswer, certificate_id: UUID) -> None:
    assert answer.body["verdict"]["outcome"] == "invalid"
    assert outcomes(answer.body)[5] == ("failed", "status.other_credential")
    assert values(answer.body) == {}
    assert my_lookups(caller=holder_caller(owner_of(certificate_id)), at=LATER) == ()


def test_the_licence_that_was_issued_is_known_by_its_index(world: World, issued: UUID) -> None:
    told = look(disclose_credential(certificate_id=issued, grains=SHOWN).sd_jwt)
    printed = look(reveal_seal_code(certificate_id=issued), key="look-0002")

    for answer in (told, printed):
        assert outcomes(answer.body)[5] == ("passed", "status.valid")
    assert len(my_lookups(caller=holder_caller(owner_of(issued)), at=LATER)) == 2


@pytest.mark.parametrize("purpose", ["credential", "seal"])
def test_refuses_a_credential_that_borrows_anothers_status_index(world: World, issued: UUID, purpose: str) -> None:
    forged = forged_credential(world.node, reference(issued, purpose), at=AT, end=86_400)
    answer = look(forged)

    assert outcomes(answer.body)[2] == ("passed", "signature.good")
    refused(answer, issued)


def test_refuses_a_credential_signed_after_the_compromise_with_a_logged_index(world: World, issued: UUID) -> None:
    rotate_issuer_key(agency_uscc=world.node.agency.uscc, at=AT + timedelta(seconds=50), compromised=True)
    forged = forged_credential(world.node, reference(issued, "credential"), at=AT, end=86_400)
    answer = look(forged)

    # It states a time before the compromise, and the log does not vouch for that.
    assert outcomes(answer.body)[3] == ("undetermined", "issuer.issue_time_unproven")
    refused(answer, issued)
    genuine = look(disclose_credential(certificate_id=issued, grains=SHOWN).sd_jwt, key="look-0002")
    assert outcomes(genuine.body)[3] == ("passed", "issuer.authorised")


@pytest.mark.parametrize("is_signed", [False, True])
def test_refuses_what_borrows_a_copys_status_index(world: World, issued: UUID, is_signed: bool) -> None:
    made = ordered(issued)
    if is_signed:
        assert sign_copy_statement(copy_id=row_of(made).pk, at=AT)
    copys = reference(issued, "copy")
    forged = (
        forged_credential(world.node, copys, at=AT, end=86_400),
        forged_seal_code(world.node, copys, at=AT),
    )
    for number, text in enumerate(forged):
        answer = look(text, key=f"look-{number:04}")
        assert answer.body["verdict"]["outcome"] == "invalid"
        assert outcomes(answer.body)[5] == ("failed", "status.other_credential")


@pytest.mark.parametrize("purpose", ["credential", "seal"])
def test_refuses_a_seal_code_that_borrows_anothers_status_index(world: World, issued: UUID, purpose: str) -> None:
    answer = look(forged_seal_code(world.node, reference(issued, purpose), at=AT))

    assert outcomes(answer.body)[2] == ("passed", "signature.good")
    refused(answer, issued)


def test_refuses_a_seal_code_signed_after_the_compromise_with_a_logged_index(world: World, issued: UUID) -> None:
    rotate_issuer_key(agency_uscc=world.node.agency.uscc, at=AT + timedelta(seconds=50), compromised=True)
    answer = look(forged_seal_code(world.node, reference(issued, "seal"), at=AT))

    assert outcomes(answer.body)[3] == ("undetermined", "issuer.issue_time_unproven")
    refused(answer, issued)


def test_a_printed_code_without_a_kept_digest_is_not_believed(world: World, issued: UUID) -> None:
    text = reveal_seal_code(certificate_id=issued)
    Certificate.objects.update(seal_code_digest=None)

    refused(look(text), issued)
