"""A node keeps the crypto profile it was made with; what it stores is of that profile, and says so."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Agency
from certificates.adapters.blind_index import blind_index
from certificates.adapters.field_cipher import decrypt, seal
from certificates.adapters.kek import ensure_kek, read_wrapped_file
from certificates.adapters.key_vault import create_subject_key, subject_key
from certificates.core.errors import CertificatesError, CipherError
from certificates.models import IssuerKey, NodeKey, RegionCa
from certificates.services.initialise_node import initialise_node
from certificates.services.prepare_node_key import prepare_node_key
from certificates.services.prepare_region_ca import prepare_region_ca
from certificates.services.request_issuer_certificate import request_issuer_certificate
from certificates.services.rotate_issuer_key import rotate_issuer_key
from certificates.services.rotate_node_key import rotate_node_key
from tests.integration.factories import AT, Node
from verification.checks import crypto_profile_is_kept
from verification.services.describe_node import describe_node

PROFILES = ("international", "guomi")


@pytest.fixture
def vault(node_folder: Path) -> Path:
    """A folder with a key-encryption key, and nothing wrapped yet."""
    ensure_kek()
    return node_folder


def use(settings: Any, profile: str) -> None:
    settings.NODE = replace(settings.NODE, profile=profile)


@pytest.mark.parametrize(("profile", "form"), [("international", 1), ("guomi", 2)])
def test_stored_values_and_wrapped_keys_begin_with_the_form_of_the_profile(
    vault: Path, settings: Any, profile: str, form: int
) -> None:
    use(settings, profile)
    create_subject_key("holder-a")
    sealed = seal("张三".encode(), subject="holder-a", place="p")

    assert sealed[0] == form == next((vault / "vault").glob("*/holder-a.key")).read_bytes()[0]
    assert decrypt(sealed, subject="holder-a", place="p") == "张三".encode()
    for position in (0, 1, 2, 20, -1):
        altered = bytearray(sealed)
        altered[position] ^= 3
        with pytest.raises(CipherError) as refused:
            decrypt(bytes(altered), subject="holder-a", place="p")
        assert refused.value.code == "cipher.mismatch"


@pytest.mark.parametrize("profile", PROFILES)
def test_rows_of_either_form_stay_readable(vault: Path, settings: Any, profile: str) -> None:
    sealed, names = {}, dict(zip(PROFILES, ("holder-a", "holder-b"), strict=True))
    for one, subject in names.items():
        use(settings, one)
        create_subject_key(subject)
        sealed[subject] = seal(b"value", subject=subject, place="p")

    use(settings, profile)

    assert {decrypt(data, subject=subject, place="p") for subject, data in sealed.items()} == {b"value"}


def test_the_two_profiles_give_a_value_different_indices(vault: Path, settings: Any) -> None:
    create_subject_key("node-index")
    indices = set()
    for profile in PROFILES:
        use(settings, profile)
        indices.add(blind_index(purpose="holder-code", value="330106198805123013"))
    assert {len(index) for index in indices} == {32}
    assert len(indices) == 2


@pytest.mark.international
@pytest.mark.django_db
def test_refuses_to_go_on_under_another_profile(node: Node, settings: Any) -> None:
    assert crypto_profile_is_kept(None, databases=["default"]) == []
    use(settings, "guomi")
    before = NodeKey.objects.count()

    with pytest.raises(CertificatesError) as refused:
        initialise_node(at=AT)

    assert refused.value.code == "issue.profile"
    assert NodeKey.objects.count() == before
    assert [message.id for message in crypto_profile_is_kept(None, databases=["default"])] == ["huzheng.E005"]


def _keys() -> set[tuple[Any, ...]]:
    rows = [set(model.objects.values_list("kid", "state")) for model in (NodeKey, RegionCa, IssuerKey)]
    return set().union(*rows)


MAKERS: dict[str, Callable[[Agency], Any]] = {
    "rotate": lambda _: rotate_node_key(purpose="release", at=AT),
    "prepare": lambda _: prepare_node_key(purpose="release", from_at=AT, at=AT),
    "prepare-ca": lambda _: prepare_region_ca(suite="ES256", from_at=AT, at=AT),
    "issuer": lambda agency: rotate_issuer_key(agency_uscc=agency.uscc, at=AT),
    "csr": lambda agency: request_issuer_certificate(agency_uscc=agency.uscc, use="credential", licence_types=("x",)),
    "init": lambda _: initialise_node(at=AT),
    "run": lambda _: call_command("run_node"),
    "describe": lambda _: describe_node(at=AT),
}


@pytest.mark.international
@pytest.mark.django_db
@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("other", [{"profile": "guomi"}, {"region": "510000"}], ids=["profile", "region"])
def test_refuses_to_make_keys_or_run_under_the_settings_of_another_node(
    node: Node, settings: Any, maker: str, other: dict[str, str]
) -> None:
    before = _keys()
    settings.NODE = replace(settings.NODE, **other)

    with pytest.raises((CertificatesError, CommandError)) as refused:
        MAKERS[maker](node.agency)

    assert f"issue.{next(iter(other))}" in (getattr(refused.value, "code", ""), str(refused.value).split(":")[0])
    assert _keys() == before


@pytest.mark.international
@pytest.mark.django_db
def test_a_later_key_of_another_suite_does_not_shut_the_node_out_of_its_own_profile(node: Node) -> None:
    NodeKey.objects.filter(purpose="release").update(suite="SM2")  # as a node that was damaged before
    first = NodeKey.objects.order_by("pk").first()
    assert first is not None
    assert first.purpose != "release"

    initialise_node(at=AT)
    rotate_node_key(purpose="release", at=AT)

    assert NodeKey.objects.get(purpose="release", state="active").suite == "ES256"


@pytest.mark.django_db
def test_refuses_a_profile_that_does_not_exist(node_folder: Path, settings: Any) -> None:
    use(settings, "american")
    with pytest.raises(CertificatesError) as refused:
        initialise_node(at=AT)
    assert refused.value.code == "key.profile"
    assert not (node_folder / "kek").exists()


def test_a_wrapped_key_of_another_node_opens_nothing(vault: Path, settings: Any) -> None:
    create_subject_key("holder-a")
    file = next((vault / "vault").glob("*/holder-a.key"))
    settings.NODE = replace(settings.NODE, kek_file=vault / "kek_of_another")
    ensure_kek()

    with pytest.raises(CipherError) as refused:
        read_wrapped_file(file, context="vault:holder-a")
    assert refused.value.code == "cipher.mismatch"
    with pytest.raises(CipherError):
        subject_key("holder-a")
