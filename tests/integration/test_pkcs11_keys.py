"""Every key in a real token: made there, used there, never out of it; and what happens when the token is not to be had."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from pkcs11.exceptions import AttributeSensitive

from certificates.adapters.issue_keys import create_issue_key
from certificates.adapters.kek import read_wrapped_file
from certificates.adapters.key_backends import pkcs11 as backend
from certificates.adapters.key_store import create_key
from certificates.adapters.node_keys import create_node_key, node_signer
from certificates.core.canonical import b64url
from certificates.core.errors import CipherError, KeyUnavailableError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.signing.es256 import GROUP_ORDER
from certificates.core.signing.registry import ES256
from certificates.models import Document, IssuerKey, NodeKey, RegionCa
from certificates.services.disclose_credential import disclose_credential
from certificates.services.initialise_node import initialise_node
from certificates.services.render_document import render_document
from certificates.services.rotate_issuer_key import rotate_issuer_key
from certificates.services.sign_certificate import trusted_key
from tests.integration.factories import AT, make_node
from tests.integration.keys import STATUS
from tests.integration.refusals import refusal
from tests.integration.softhsm import SoftHsm
from verification.core.trust_list import read_region
from verification.services.describe_node import describe_node
from verification.services.publish_log import publish_log

CREDENTIAL = b64url(b'{"typ":"dc+sd-jwt"}').encode() + b".e30"
LATER = AT + timedelta(days=1)


pytestmark = pytest.mark.international  # SoftHSM signs with ES256 only


@pytest.mark.django_db
def test_a_node_issues_states_and_rotates_with_every_key_in_the_token(hsm: SoftHsm, node_folder: Path) -> None:
    node = make_node()
    first = node.issue()
    render_document(document_id=Document.objects.get(kind="pdf").pk, at=AT)
    new_kid = rotate_issuer_key(agency_uscc=node.agency.uscc, at=LATER)
    second = node.issue(node.request(values={"certificate_number": "浙2332026202600002"}), key="k2", at=LATER)
    publish_log(at=LATER)

    for model in (IssuerKey, NodeKey, RegionCa):
        assert set(model.objects.values_list("backend", flat=True)) == {"pkcs11"}
    for certificate_id, kid in ((first, node.kid), (second, new_kid)):
        sd_jwt = disclose_credential(certificate_id=certificate_id, grains={"sex": Grain.FULL}).sd_jwt
        verify_credential(sd_jwt, key=trusted_key(IssuerKey.objects.get(kid=kid)))
    assert Document.objects.get(certificate=first, kind="pdf").state == "ready"
    assert read_region(describe_node(at=LATER)).code == "330000"
    labels = {key.label for key in hsm.private_keys()}
    kids = {kid for model in (IssuerKey, NodeKey, RegionCa) for kid in model.objects.values_list("kid", flat=True)}
    assert kids <= labels


@pytest.mark.usefixtures("kek")
def test_no_private_key_leaves_the_token(hsm: SoftHsm, node_folder: Path) -> None:
    kid = create_issue_key(use="credential").kid
    create_node_key(purpose="log")

    for key in hsm.private_keys():
        assert key[pkcs11.Attribute.SENSITIVE]
        assert key[pkcs11.Attribute.ALWAYS_SENSITIVE]
        assert key[pkcs11.Attribute.NEVER_EXTRACTABLE]
        assert not key[pkcs11.Attribute.EXTRACTABLE]
        with pytest.raises(AttributeSensitive):
            key[pkcs11.Attribute.VALUE]
    record = json.loads(read_wrapped_file(node_folder / "keys" / f"{kid}.key", context=f"key:issue:{kid}"))
    assert record["backend"] == "pkcs11"
    assert len(record["reference"]) < 100


@pytest.mark.usefixtures("kek")
@pytest.mark.parametrize(
    "template", [{pkcs11.Attribute.EXTRACTABLE: True}, {pkcs11.Attribute.SENSITIVE: False}], ids=str
)
def test_a_key_that_could_leave_the_token_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, node_folder: Path, template: dict[pkcs11.Attribute, bool]
) -> None:
    monkeypatch.setattr(backend, "_PRIVATE", template)
    assert refusal(lambda: create_node_key(purpose="status")) == "key.backend_unavailable"
    assert not list((node_folder / "keys").glob("*.key"))


@pytest.mark.usefixtures("kek")
def test_signatures_of_the_token_have_the_low_s_and_verify() -> None:
    key = create_node_key(purpose="status")
    signer = node_signer(purpose="status", kid=key.kid)
    public_key = ES256.load_public_key(key.spki)
    for _ in range(12):
        signature = signer.sign(STATUS)
        assert int.from_bytes(signature[32:], "big") <= GROUP_ORDER // 2
        ES256.verify(public_key, signature, STATUS)
    assert refusal(lambda: signer.sign(CREDENTIAL)) == "key.purpose"


@pytest.mark.usefixtures("kek")
def test_refuses_a_key_that_the_token_cannot_do_and_puts_it_nowhere_else(settings: Any, node_folder: Path) -> None:
    assert refusal(lambda: create_key(purpose="issue", suite="SM2")) == "key.backend"
    assert not list((node_folder / "keys").glob("*.key"))

    settings.NODE = replace(settings.NODE, software_suites=("SM2",))
    assert create_key(purpose="issue", suite="SM2").backend == "software"
    assert create_key(purpose="document", suite="ES256").backend == "pkcs11"


@pytest.mark.django_db
def test_a_guomi_node_is_not_made_in_a_token_without_sm2_unless_its_operator_says_so(
    hsm: SoftHsm, settings: Any
) -> None:
    settings.NODE = replace(settings.NODE, profile="guomi")
    assert refusal(lambda: initialise_node(at=AT)) == "key.backend"
    assert not NodeKey.objects.exists()

    settings.NODE = replace(settings.NODE, software_suites=("SM2",))
    initialise_node(at=AT)

    backends = dict(NodeKey.objects.values_list("suite", "backend"))
    assert backends == {"SM2": "software", "Ed25519": "pkcs11", "ES256": "pkcs11"}


@pytest.mark.usefixtures("kek")
def test_refuses_a_backend_that_does_not_exist(settings: Any) -> None:
    settings.NODE = replace(settings.NODE, key_backend="cloud")
    assert refusal(lambda: create_node_key(purpose="status")) == "key.backend"


@pytest.mark.usefixtures("kek")
def test_a_key_that_was_removed_from_the_token_is_no_key(hsm: SoftHsm) -> None:
    kid = create_node_key(purpose="status").kid
    for key in hsm.private_keys():
        if key.label == kid:
            key.destroy()
    with pytest.raises(CipherError) as refused:
        node_signer(purpose="status", kid=kid).sign(STATUS)
    assert refused.value.code == "cipher.no_key"


@pytest.mark.usefixtures("kek")
def test_another_key_under_the_same_label_signs_nothing(hsm: SoftHsm) -> None:
    first, second = (create_node_key(purpose="status").kid for _ in range(2))
    kept = {key.label: key for key in hsm.private_keys()}
    kept[first][pkcs11.Attribute.LABEL] = "aside"
    kept[second][pkcs11.Attribute.LABEL] = first

    with pytest.raises(KeyUnavailableError) as refused:
        node_signer(purpose="status", kid=first).sign(STATUS)
    assert refused.value.code == "key.backend_unavailable"
