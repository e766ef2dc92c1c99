"""Every key in a real token: made there, used there, never out of it; and what happens when the token is not to be had."""

import json
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from pkcs11.exceptions import AttributeSensitive, PKCS11Error

from certificates.adapters.issue_keys import create_issue_key
from certificates.adapters.kek import ensure_kek, read_wrapped_file
from certificates.adapters.key_backends import pkcs11 as backend
from certificates.adapters.key_backends import pkcs11_session
from certificates.adapters.key_store import create_key
from certificates.adapters.node_keys import create_node_key, node_signer
from certificates.core.canonical import b64url
from certificates.core.errors import CertificatesError, CipherError, KeyUnavailableError
from certificates.core.grains import Grain
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.signing.es256 import GROUP_ORDER
from certificates.core.signing.registry import ES256
from certificates.models import Certificate, Document, IssueIntent, IssuerKey, NodeKey, RegionCa
from certificates.services.disclose_credential import disclose_credential
from certificates.services.finish_intents import finish_intents
from certificates.services.initialise_node import initialise_node
from certificates.services.issue_certificate import issue_certificate
from certificates.services.render_document import render_document
from certificates.services.rotate_issuer_key import rotate_issuer_key
from certificates.services.sign_certificate import trusted_key
from tests.integration.factories import AT, make_node, release
from tests.integration.softhsm import LABEL, PIN, SoftHsm, softhsm
from verification.core.trust_list import read_region
from verification.services.describe_node import describe_node
from verification.services.publish_log import publish_log

CREDENTIAL = b64url(b'{"typ":"dc+sd-jwt"}').encode() + b".e30"
STATUS = b64url(b'{"typ":"statuslist+jwt"}').encode() + b".e30"
LATER = AT + timedelta(days=1)

pytestmark = pytest.mark.international  # SoftHSM signs with ES256 only


@pytest.fixture
def hsm(node_folder: Path, settings: Any) -> SoftHsm:
    """A node that makes its keys in the token."""
    token = softhsm()
    pin_file = node_folder / "pkcs11_pin"
    pin_file.write_text(PIN + "\n")
    settings.NODE = replace(
        settings.NODE,
        key_backend="pkcs11",
        pkcs11_module=token.module,
        pkcs11_token=LABEL,
        pkcs11_pin_file=pin_file,
    )
    return token


@pytest.fixture
def kek(hsm: SoftHsm) -> None:
    ensure_kek()


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(CertificatesError) as refused:
        call()
    return refused.value.code


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
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"pkcs11_module": "/nowhere/libhsm.so"}, "HUZHENG_PKCS11_MODULE"),
        ({"pkcs11_module": ""}, "HUZHENG_PKCS11_MODULE"),
        ({"pkcs11_token": ""}, "HUZHENG_PKCS11_TOKEN"),
        ({"pkcs11_token": "another token"}, "HUZHENG_PKCS11_TOKEN"),
        ({"pkcs11_pin_file": Path("/nowhere/pin")}, "HUZHENG_PKCS11_PIN_FILE"),
    ],
)
def test_a_token_that_cannot_be_reached_is_named_with_the_setting_to_look_at(
    settings: Any, change: dict[str, Any], named: str
) -> None:
    settings.NODE = replace(settings.NODE, **change)
    with pytest.raises(KeyUnavailableError) as refused:
        create_node_key(purpose="status")
    assert refused.value.code == "key.backend_unavailable"
    assert named in refused.value.message
    assert "nowhere" not in refused.value.message


@pytest.mark.usefixtures("kek")
def test_a_refused_pin_is_not_tried_again_until_its_file_changes(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin_file = tmp_path / "wrong_pin"
    pin_file.write_text("000000")
    settings.NODE = replace(settings.NODE, pkcs11_pin_file=pin_file)
    _close_all()  # a token that is logged in already would not ask for a PIN
    tries: list[str] = []
    real = pkcs11.lib
    monkeypatch.setattr(pkcs11_session.pkcs11, "lib", lambda module: tries.append(module) or real(module))

    for _ in range(3):
        assert refusal(lambda: create_node_key(purpose="status")) == "key.backend_unavailable"
    assert len(tries) == 1

    pin_file.write_text(PIN)
    os.utime(pin_file, (1, 1))
    assert create_node_key(purpose="status").backend == "pkcs11"


@pytest.mark.usefixtures("kek")
def test_a_lost_session_is_named_and_the_next_call_opens_another() -> None:
    key = create_node_key(purpose="status")
    signer = node_signer(purpose="status", kid=key.kid)
    signer.sign(STATUS)
    _close_all()

    assert refusal(lambda: signer.sign(STATUS)) == "key.backend_unavailable"
    assert len(signer.sign(STATUS)) == 64


@pytest.mark.usefixtures("kek")
def test_a_token_that_does_not_answer_in_time_is_given_up_and_refused_at_once_while_it_hangs(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.NODE = replace(settings.NODE, pkcs11_timeout_seconds=0.2, pkcs11_token="slow one")
    released = threading.Event()

    def hang(module: str) -> None:
        released.wait(20)
        raise PKCS11Error(module)

    monkeypatch.setattr(pkcs11_session.pkcs11, "lib", hang)
    began = time.monotonic()

    codes = {refusal(lambda: create_node_key(purpose="status")) for _ in range(20)}

    assert codes == {"key.backend_unavailable"}
    assert time.monotonic() - began < 2
    released.set()


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


@pytest.mark.usefixtures("kek")
def test_a_forked_child_opens_a_session_of_its_own() -> None:
    kid = create_node_key(purpose="status").kid
    signer = node_signer(purpose="status", kid=kid)
    signer.sign(STATUS)
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if len(signer.sign(STATUS)) == 64 else 1)
        finally:
            os._exit(2)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(signer.sign(STATUS)) == 64


@pytest.mark.django_db
def test_an_intent_waits_for_its_token_and_is_finished_under_the_same_key(hsm: SoftHsm, settings: Any) -> None:
    node = make_node()
    reachable = settings.NODE
    settings.NODE = replace(reachable, pkcs11_module="/nowhere/libhsm.so")
    with pytest.raises(KeyUnavailableError):
        issue_certificate(caller=node.officer, request=node.request(), idempotency_key="k1", at=AT)
    row = Certificate.objects.get()
    assert IssueIntent.objects.get().stage == IssueIntent.Stage.PREPARED
    assert (row.state, row.issuer_key.kid) == ("intent", node.kid)

    settings.NODE = reachable
    assert finish_intents(at=AT + timedelta(minutes=2)) == 1

    release(row.pk)
    row.refresh_from_db()
    assert (row.state, row.issuer_key.kid) == ("valid", node.kid)
    assert IssuerKey.objects.filter(use="credential").count() == 1


def _close_all() -> None:
    """End every session with the token behind the node's back, as a reset of the device does."""
    for known in list(pkcs11_session._sessions.values()):
        session = known._session
        if session is not None:
            with suppress(PKCS11Error):  # one of an earlier test, closed there
                session.close()
