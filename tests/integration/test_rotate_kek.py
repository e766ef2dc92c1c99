"""The key-encryption key is changed under load, cut off anywhere, and never opens the wrong thing."""

import os
import threading
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from certificates.adapters import kek_rotation, key_store
from certificates.adapters.field_cipher import decrypt, seal
from certificates.adapters.kek import ensure_kek, unwrap, wrap, wrapped_version, wrapping
from certificates.adapters.key_vault import (
    create_subject_key,
    destroy_subject_key,
    has_subject_key,
    subject_key,
    was_destroyed,
)
from certificates.adapters.node_keys import create_node_key, node_signer
from certificates.adapters.secret_files import create_secret_file
from certificates.core.errors import CipherError
from certificates.core.signing.registry import suite
from certificates.services.rotate_kek import rotate_kek
from tests.integration.keys import STATUS
from tests.integration.refusals import refusal

SUBJECTS = ("holder-a", "holder-b", "holder-c")


@pytest.fixture
def folder(node_folder: Path) -> Path:
    """Three subjects' keys under version 1."""
    ensure_kek()
    for subject in SUBJECTS:
        create_subject_key(subject)
    return node_folder


def versions(folder: Path) -> set[int]:
    """The versions that the key files name."""
    files = (*(folder / "keys").glob("*.key"), *(folder / "vault").glob("*/*.key"))
    return {wrapped_version(path.read_bytes()) for path in files}


def forget() -> None:
    """What was loaded before would hide a file that cannot be opened any more."""
    key_store._loaded.clear()


def test_every_key_is_wrapped_anew_and_is_the_same_key(folder: Path) -> None:
    made = create_node_key(purpose="status")
    before = {subject: subject_key(subject) for subject in SUBJECTS}
    sealed = seal(b"value", subject="holder-a", place="p")

    rotated = rotate_kek()

    forget()
    assert (rotated.version, rotated.files, rotated.dropped) == (2, 4, (1,))
    assert versions(folder) == {2}
    assert {subject: subject_key(subject) for subject in SUBJECTS} == before
    assert decrypt(sealed, subject="holder-a", place="p") == b"value"
    signature = node_signer(purpose="status", kid=made.kid).sign(STATUS)
    own = suite(made.suite)
    own.verify(own.load_public_key(made.spki), signature, STATUS)  # SM2 draws a new nonce for each signature
    assert rotate_kek().version == 3


def test_a_file_under_a_dropped_version_is_refused_by_name(folder: Path) -> None:
    file = next((folder / "vault").glob("*/holder-a.key"))
    old = file.read_bytes()
    rotate_kek()
    file.write_bytes(old)

    assert refusal(lambda: subject_key("holder-a")) == "cipher.kek_version"


def test_a_file_that_names_another_version_gives_an_error_and_no_key(folder: Path) -> None:
    rotated = wrap(b"s" * 32, context="vault:holder-a")
    kek_rotation.add_version()
    as_if_newer = rotated[:1] + (2).to_bytes(2, "big") + rotated[3:]

    assert unwrap(rotated, context="vault:holder-a") == b"s" * 32
    assert refusal(lambda: unwrap(as_if_newer, context="vault:holder-a")) == "cipher.mismatch"
    assert refusal(lambda: unwrap(rotated, context="vault:holder-b")) == "cipher.mismatch"
    for position in (0, 3, 5, 20, -1):
        altered = bytearray(rotated)
        altered[position] ^= 1
        assert refusal(lambda data=bytes(altered): unwrap(data, context="vault:holder-a")) == "cipher.mismatch"
    assert refusal(lambda: unwrap(b"", context="vault:holder-a")) == "cipher.mismatch"


@pytest.mark.parametrize("survived", range(6))
def test_a_rotation_killed_between_any_two_files_is_taken_up_again(folder: Path, survived: int) -> None:
    kid = create_node_key(purpose="status").kid
    before = {subject: subject_key(subject) for subject in SUBJECTS}
    child = os.fork()
    if child == 0:
        _die_after(survived)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    forget()
    assert {subject: subject_key(subject) for subject in SUBJECTS} == before
    assert node_signer(purpose="status", kid=kid).sign(STATUS)

    assert rotate_kek().version == 2

    forget()
    assert versions(folder) == {2}
    assert {subject: subject_key(subject) for subject in SUBJECTS} == before
    assert node_signer(purpose="status", kid=kid).sign(STATUS)


def _die_after(survived: int) -> None:
    """Rotate, and die before the next file (the key-encryption key's own among them) takes its place."""
    done = [0]
    real = Path.replace

    def replace_or_die(path: Path, target: Path) -> Path:
        if done[0] == survived:
            os._exit(9)
        done[0] += 1
        return real(path, target)

    try:
        Path.replace = replace_or_die  # type: ignore[method-assign,assignment]
        rotate_kek()
    finally:
        os._exit(1)


def test_keys_are_made_and_used_while_rotations_run(folder: Path) -> None:
    stop, errors = threading.Event(), []
    made: list[tuple[str, bytes]] = []

    def work(worker: int) -> None:
        number = 0
        while not stop.wait(0.01) and number < 60:
            subject = f"load-{worker}-{number}"
            try:
                create_subject_key(subject)
                made.append((subject, seal(b"value", subject=subject, place="p")))
                known, sealed = made[number // 2]
                assert decrypt(sealed, subject=known, place="p") == b"value"
            except (CipherError, AssertionError) as error:
                errors.append(error)
            number += 1

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        rotate_kek()
    for _ in range(60):  # a machine that is busy otherwise gets round to it
        if len(made) > 3:
            break
        rotate_kek()
    stop.set()
    for thread in threads:
        thread.join()

    assert errors == []
    assert len(made) > 3
    assert {decrypt(sealed, subject=subject, place="p") for subject, sealed in made} == {b"value"}
    rotate_kek()
    assert len(versions(folder)) == 1


def test_a_key_destroyed_during_a_rotation_does_not_come_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = kek_rotation.wrap_anew

    def destroy_first(wrapped: bytes) -> bytes:
        anew = real(wrapped)
        if b"holder-b" in wrapped:
            destroying.start()
            destroying.join(0.2)  # it waits for its turn
        return anew

    destroying = threading.Thread(target=destroy_subject_key, args=("holder-b",))
    monkeypatch.setattr(kek_rotation, "wrap_anew", destroy_first)

    rotate_kek()
    destroying.join()

    assert was_destroyed("holder-b")
    assert not has_subject_key("holder-b")
    assert refusal(lambda: subject_key("holder-b")) == "cipher.erased"
    assert not [path for path in (folder / "vault").rglob("*") if "holder-b" in path.name and path.suffix != ".erased"]


def test_what_a_killed_process_left_of_a_key_is_destroyed_with_it(folder: Path) -> None:
    file = next((folder / "vault").glob("*/holder-a.key"))
    os.link(file, file.with_name(".0123456789abcdef.draft"))
    create_secret_file(file.with_name(f".{file.name}.next"), file.read_bytes())

    destroy_subject_key("holder-a")

    assert {path.name for path in file.parent.iterdir()} <= {"holder-a.erased", ".turn"}


def test_a_version_is_added_only_once_every_started_key_file_is_there(folder: Path) -> None:
    added = threading.Event()

    def add() -> None:
        kek_rotation.add_version()
        added.set()

    with wrapping(exclusive=False), wrapping(exclusive=False):  # makers of key files share it
        adding = threading.Thread(target=add)
        adding.start()
        assert not added.wait(0.3)
    adding.join(5)
    assert added.is_set()


def test_a_version_that_a_file_still_names_is_not_dropped(folder: Path) -> None:
    old = next((folder / "vault").glob("*/holder-a.key"))
    wrapped = old.read_bytes()
    kek_rotation.add_version()
    kek_rotation.wrap_files_anew()
    old.write_bytes(wrapped)

    assert refusal(kek_rotation.drop_older_versions) == "cipher.kek_version"
    assert subject_key("holder-a")
    assert rotate_kek().files == 1


def test_refuses_a_version_beyond_the_last(folder: Path, settings: Any) -> None:
    key = settings.NODE.kek_file.read_text().split()[1]
    settings.NODE.kek_file.write_text(f"65535 {key}\n")
    assert refusal(kek_rotation.add_version) == "cipher.kek_version"


def test_refuses_a_second_rotation_at_once(folder: Path) -> None:
    with kek_rotation.kek_rotation():
        assert refusal(rotate_kek) == "cipher.rotation_taken"


def test_a_key_encryption_key_of_the_environment_is_rotated_by_its_operator(folder: Path, settings: Any) -> None:
    first, second = (b64encode(bytes([number]) * 32).decode() for number in (1, 2))
    settings.NODE = replace(settings.NODE, var=folder / "of_environment", kek_text=f"1 {first}")
    create_subject_key("holder-z")
    key = subject_key("holder-z")
    assert refusal(rotate_kek) == "cipher.kek_environment"

    settings.NODE = replace(settings.NODE, kek_text=f"1 {first}\n2 {second}")
    assert refusal(rotate_kek) == "cipher.kek_environment"
    assert versions(settings.NODE.var) == {2}

    settings.NODE = replace(settings.NODE, kek_text=f"2 {second}")
    assert subject_key("holder-z") == key
    assert first not in repr(settings.NODE)
    assert second not in repr(settings.NODE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kek",
        "1",
        f"0 {b64encode(bytes(32)).decode()}",
        f"1 {b64encode(bytes(31)).decode()}",
        "70000 AAAA",
        "1 ====",
    ],
)
def test_refuses_a_key_encryption_key_that_is_not_stated_in_its_one_form(
    folder: Path, settings: Any, text: str
) -> None:
    settings.NODE.kek_file.write_text(text)
    assert refusal(lambda: subject_key("holder-a")) == "cipher.no_kek"


def test_refuses_one_version_stated_twice(folder: Path, settings: Any) -> None:
    line = settings.NODE.kek_file.read_text()
    settings.NODE.kek_file.write_text(line + line)
    assert refusal(lambda: subject_key("holder-a")) == "cipher.no_kek"
