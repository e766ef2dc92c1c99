"""A token out of reach, locked, lost or silent: named, given up in time, and tried again when something has changed."""

import os
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from pkcs11.exceptions import PKCS11Error

from certificates.adapters.key_backends import pkcs11_session
from certificates.adapters.node_keys import create_node_key, node_signer
from certificates.core.errors import KeyUnavailableError
from certificates.models import Certificate, IssueIntent, IssuerKey
from certificates.services.finish_intents import finish_intents
from certificates.services.issue_certificate import issue_certificate
from tests.integration.factories import AT, make_node, release
from tests.integration.keys import STATUS
from tests.integration.refusals import refusal
from tests.integration.softhsm import PIN, SoftHsm

pytestmark = pytest.mark.international  # SoftHSM signs with ES256 only


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
