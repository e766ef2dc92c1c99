"""The node's own keys and CAs: prepared, listed for the anchor, then used; ended ones stay listed with from and to."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from certificates.core.canonical import b64url_decode_strict, strict_json_loads
from certificates.core.errors import CertificatesError, CipherError
from certificates.core.grains import Grain
from certificates.core.signing.registry import ES256
from certificates.models import IssuerKey, KeyState, NodeKey, RegionCa, StatusList
from certificates.services.disclose_credential import disclose_credential
from certificates.services.mark_key_compromised import mark_key_compromised
from certificates.services.prepare_node_key import prepare_node_key
from certificates.services.prepare_region_ca import prepare_region_ca
from certificates.services.publish_status_list import publish_status_list
from certificates.services.rotate_issuer_key import OVERLAP
from certificates.services.rotate_node_key import rotate_node_key
from certificates.services.rotate_region_ca import rotate_region_ca
from tests.integration.factories import AT, Node
from verification.core.trust_keys import NodeKeyEntry, Purpose
from verification.core.trust_list import TrustedRegion, read_region
from verification.core.x509_path import check_issuer_path
from verification.services.describe_node import describe_node
from verification.services.publish_log import publish_log
from verification.services.trusted_log_keys import trusted_log_keys

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(CertificatesError) as refused, transaction.atomic():
        call()
    return refused.value.code


def listed() -> TrustedRegion:
    return read_region(describe_node(at=AT))


def entries(purpose: Purpose) -> dict[str, NodeKeyEntry]:
    return {entry.kid: entry for entry in listed().keys[purpose]}


def signing_kid() -> str:
    """Which key signs a status list now."""
    token = publish_status_list(status_list_id=StatusList.objects.first().pk, at=AT).token  # type: ignore[union-attr]
    kid: str = strict_json_loads(b64url_decode_strict(token.split(".")[0]), max_bytes=4096)["kid"]
    return kid


def test_a_pending_key_is_listed_and_signs_nothing_until_it_is_rotated_to(node: Node) -> None:
    old = NodeKey.objects.get(purpose="status").kid
    new = prepare_node_key(purpose="status", from_at=AT + DAY, at=AT)

    assert entries(Purpose.STATUS)[new].valid_from == AT + DAY
    assert set(listed().keys_in_force(Purpose.STATUS, at=AT)) == {old}
    assert signing_kid() == old
    assert refusal(lambda: rotate_node_key(purpose="status", at=AT)) == "issue.key_state"

    assert rotate_node_key(purpose="status", at=AT + DAY) == new

    assert signing_kid() == new
    ended = entries(Purpose.STATUS)[old]
    assert (ended.valid_from, ended.valid_to) == (AT, AT + DAY + OVERLAP)


@pytest.mark.parametrize("purpose", ["request", "answer", "receipt", "release", "bundle", "status", "witness"])
def test_every_purpose_can_be_rotated_and_the_new_key_signs_that_purpose_only(node: Node, purpose: str) -> None:
    old = NodeKey.objects.get(purpose=purpose)
    kid = rotate_node_key(purpose=purpose, at=AT + DAY)
    new = NodeKey.objects.get(kid=kid)
    assert (new.purpose, new.suite, new.state) == (purpose, old.suite, "active")
    old.refresh_from_db()
    assert (old.state, old.to_at) == ("retired", AT + DAY + OVERLAP)


def test_heads_of_the_old_log_key_and_of_the_new_one_are_both_known(node: Node) -> None:
    node.issue()
    publish_log(at=AT)
    before = trusted_log_keys(at=AT)
    rotate_node_key(purpose="log", at=AT + DAY)
    node.issue(node.request(values={"certificate_number": "浙2332026202600002"}), key="k2", at=AT + DAY)
    publish_log(at=AT + DAY)
    assert set(before) < set(trusted_log_keys(at=AT + DAY))


def test_a_compromised_key_is_listed_with_the_end_of_its_trust(node: Node) -> None:
    kid = NodeKey.objects.get(purpose="receipt").kid
    mark_key_compromised(kid=kid, since=AT + timedelta(hours=1), at=AT + DAY)
    assert entries(Purpose.RECEIPT)[kid].valid_to == AT + timedelta(hours=1)
    new = rotate_node_key(purpose="receipt", at=AT + DAY)
    assert set(listed().keys_in_force(Purpose.RECEIPT, at=AT + DAY)) == {new}


def test_refuses_a_second_pending_key_a_past_beginning_and_an_unknown_purpose(node: Node) -> None:
    assert refusal(lambda: prepare_node_key(purpose="status", from_at=AT - DAY, at=AT)) == "issue.key_state"
    prepare_node_key(purpose="status", from_at=AT, at=AT)
    assert refusal(lambda: prepare_node_key(purpose="status", from_at=AT, at=AT)) == "issue.key_state"
    assert refusal(lambda: prepare_node_key(purpose="lottery", from_at=AT, at=AT)) == "cipher.no_key"
    assert refusal(lambda: rotate_node_key(purpose="lottery", at=AT)) == "issue.no_key"


def test_a_row_without_its_private_half_is_not_proposed_to_the_anchor(node: Node, node_folder: Path) -> None:
    private_key = ES256.generate()
    NodeKey.objects.create(
        purpose="receipt",
        kid="AAAAAAAAAAA",
        suite="ES256",
        backend="software",
        spki=b64encode(ES256.spki_of(ES256.public_of(private_key))).decode(),
        state=KeyState.RETIRED,
        from_at=AT - DAY,
        to_at=AT,
    )
    assert refusal(lambda: describe_node(at=AT)) == "cipher.no_key"


@pytest.mark.international
@pytest.mark.parametrize("model", [NodeKey, RegionCa], ids=lambda model: model.__name__)
def test_a_row_with_another_public_half_is_not_proposed_to_the_anchor(node: Node, model: type) -> None:
    row = model.objects.filter(suite="ES256").first()
    other = ES256.spki_of(ES256.public_of(ES256.generate()))
    model.objects.filter(pk=row.pk).update(spki=b64encode(other).decode())
    with pytest.raises(CipherError) as refused:
        describe_node(at=AT)
    assert refused.value.code == "cipher.mismatch"


def test_a_key_kept_for_another_purpose_is_not_proposed_to_the_anchor(node: Node) -> None:
    NodeKey.objects.filter(purpose="release").update(purpose="gone")
    NodeKey.objects.filter(purpose="status").update(purpose="release")
    assert refusal(lambda: describe_node(at=AT)) == "cipher.mismatch"


@pytest.mark.international
def test_a_ca_is_prepared_listed_and_rotated_with_every_agency_under_it(node: Node) -> None:
    licence = node.issue()
    old = RegionCa.objects.get()
    new_kid = prepare_region_ca(suite="ES256", from_at=AT + DAY, at=AT)
    assert [entry.valid_from for entry in listed().cas] == [AT, AT + DAY]
    assert refusal(lambda: prepare_region_ca(suite="ES256", from_at=AT + DAY, at=AT)) == "issue.key_state"
    assert refusal(lambda: rotate_region_ca(suite="ES256", at=AT)) == "issue.key_state"

    assert rotate_region_ca(suite="ES256", at=AT + DAY) == new_kid

    assert [(entry.valid_from, entry.valid_to) for entry in listed().cas] == [
        (AT, AT + DAY + OVERLAP),
        (AT + DAY, None),
    ]
    active = {row.use: row for row in IssuerKey.objects.filter(state="active")}
    assert set(active) == {"credential", "document"}
    assert set(IssuerKey.objects.filter(state="retired").values_list("use", flat=True)) == set(active)
    later = node.issue(node.request(values={"certificate_number": "浙2332026202600002"}), key="k2", at=AT + DAY)
    for kid, at in ((node.kid, AT), (active["credential"].kid, AT + 2 * DAY)):
        row = IssuerKey.objects.get(kid=kid)
        x5c = tuple(b64decode(der) for der in row.chain_der)
        check_issuer_path(
            x5c=x5c, region=listed(), agency_uscc=node.agency.uscc, type_code=row.licence_types[0], issued_at=at
        )
    for certificate_id in (licence, later):
        assert disclose_credential(certificate_id=certificate_id, grains={"sex": Grain.FULL}).sd_jwt
    old.refresh_from_db()
    assert old.state == "retired"


@pytest.mark.international
def test_refuses_to_rotate_a_ca_of_a_suite_that_the_region_has_not(node: Node) -> None:
    assert refusal(lambda: rotate_region_ca(suite="SM2", at=AT)) == "issue.no_key"
    assert refusal(lambda: prepare_region_ca(suite="SM2", from_at=AT - DAY, at=AT)) == "issue.key_state"
    assert refusal(lambda: prepare_region_ca(suite="RS256", from_at=AT, at=AT)) == "key.algorithm"
