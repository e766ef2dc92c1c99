"""A node keeps the crypto profile it was made with; what it stores is of that profile, and says so."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from certificates.adapters.blind_index import blind_index
from certificates.adapters.field_cipher import decrypt, seal
from certificates.adapters.kek import ensure_kek, read_wrapped_file
from certificates.adapters.key_vault import create_subject_key, subject_key
from certificates.core.errors import CertificatesError, CipherError
from certificates.models import NodeKey
from certificates.services.initialise_node import initialise_node
from tests.integration.factories import AT, Node
from verification.checks import crypto_profile_is_kept

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
