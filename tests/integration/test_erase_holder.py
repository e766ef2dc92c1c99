"""Erasure destroys keys: what was sealed is unreadable, and the record that a licence existed stays."""

from uuid import UUID, uuid4

import pytest

from accounts.models import Holder
from certificates.core.errors import CertificatesError, CipherError, IssueError
from certificates.core.grains import Grain
from certificates.models import Certificate, CertificateEvent
from certificates.queries.certificate_metadata import certificate_metadata
from certificates.services.disclose_credential import disclose_credential
from certificates.services.erase_holder import erase_holder
from certificates.services.prepare_certificate import stored_values
from certificates.services.register_holder import register_holder
from certificates.services.reveal_seal_code import reveal_seal_code
from certificates.services.revoke_certificate import revoke_certificate
from tests.integration.factories import AT, REAL_ESTATE, Node, owner_of


@pytest.mark.django_db
def test_values_of_an_erased_holder_are_unreadable(node: Node, issued: UUID) -> None:
    backup = Certificate.objects.get(pk=issued)
    assert stored_values(backup)["holder_name"] == "张䶮"

    assert erase_holder(holder_id=owner_of(issued), at=AT) == 1

    with pytest.raises(CipherError) as refused:
        stored_values(backup)
    assert refused.value.code == "cipher.erased"
    for read in (
        lambda: disclose_credential(certificate_id=issued, grains={"sex": Grain.FULL}),
        lambda: reveal_seal_code(certificate_id=issued),
    ):
        with pytest.raises(CertificatesError):
            read()


@pytest.mark.django_db
def test_the_record_that_a_licence_was_issued_stays(node: Node, issued: UUID) -> None:
    erase_holder(holder_id=owner_of(issued), at=AT)

    metadata = certificate_metadata(certificate_id=issued)
    assert metadata is not None
    assert metadata.state == "valid"
    assert CertificateEvent.objects.filter(certificate=issued).exists()
    revoke_certificate(caller=node.officer, certificate_id=issued, reason_code="holder_ceased", at=AT)


@pytest.mark.django_db
def test_an_erased_holder_is_not_found_by_code_again(node: Node, issued: UUID) -> None:
    holder_id = owner_of(issued)
    erase_holder(holder_id=holder_id, at=AT)

    again = register_holder(kind="citizen", code_type="111", code="330106198805123013", name="张䶮", at=AT)

    assert again != holder_id
    assert Holder.objects.count() == 2


@pytest.mark.django_db
def test_a_licence_with_another_owner_keeps_its_key(node: Node) -> None:
    certificate_id = node.issue(node.request(REAL_ESTATE))

    assert erase_holder(holder_id=owner_of(certificate_id), at=AT) == 0

    disclosed = disclose_credential(certificate_id=certificate_id, grains={"location": Grain.FULL})
    assert set(disclosed.offered) == {"location"}


@pytest.mark.django_db
def test_erasing_twice_is_no_error_and_a_stranger_is(node: Node, issued: UUID) -> None:
    holder_id = owner_of(issued)
    assert erase_holder(holder_id=holder_id, at=AT) == erase_holder(holder_id=holder_id, at=AT) == 1

    with pytest.raises(IssueError) as refused:
        erase_holder(holder_id=uuid4(), at=AT)
    assert refused.value.code == "issue.holder"
