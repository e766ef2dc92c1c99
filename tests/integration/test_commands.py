"""The commands by which an operator runs a node: each calls one service and names refusals."""

import io
import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.core.permissions import Role
from accounts.models import User
from accounts.services.create_user import create_user
from certificates.models import Certificate, CertificateHolder, IssuerKey, LicenceType
from certificates.services.erase_holder import erase_holder
from tests.integration.factories import AT, Node, sample
from tests.integration.licensed_ca import LicensedCa, pem, request_in

PASSWORD = "correct horse battery"
TYPES = Path(__file__).parents[2] / "demo" / "licence_types"
CONSTRUCTOR = "11100000000013338W001"


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().strip()


@pytest.mark.django_db
def test_the_first_administrator_is_made_by_command_and_changes_the_password_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    run("create_user", "root.admin", "--role", "node_admin", "--password-stdin")

    user = User.objects.get(username="root.admin")
    assert (user.role, user.must_change_password, user.check_password(PASSWORD)) == ("node_admin", True, True)


@pytest.mark.django_db
def test_refuses_an_officer_of_no_agency_by_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    with pytest.raises(CommandError, match=r"user\.agency"):
        run("create_user", "lost", "--role", "counter_officer", "--password-stdin")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.django_db
def test_a_password_is_typed_twice_and_never_asked_for_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CommandError, match="--password-stdin"):
        run("create_user", "root.admin", "--role", "node_admin")
    typed = iter([PASSWORD, "corect horse battery", PASSWORD, PASSWORD])
    monkeypatch.setattr("sys.stdin", _Terminal())
    monkeypatch.setattr("accounts.management.commands.create_user.getpass", lambda _: next(typed))
    with pytest.raises(CommandError, match="not the same"):
        run("create_user", "root.admin", "--role", "node_admin")
    run("create_user", "root.admin", "--role", "node_admin")
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.django_db
def test_djangos_own_superuser_command_says_where_to_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match="create_user"):
        run("createsuperuser", "--noinput", "--username", "root", "--role", "node_admin")


def test_an_issuer_key_is_made_once_and_rotated(node: Node) -> None:
    with pytest.raises(CommandError, match=r"issue\.key_exists"):
        run("issuer_key", "create", node.agency.uscc, "--type", CONSTRUCTOR)
    kid = run("issuer_key", "rotate", node.agency.uscc)

    assert IssuerKey.objects.get(state="active", use="credential").kid == kid != node.kid
    with pytest.raises(CommandError, match="act"):
        run("issuer_key")
    listed = [line.split() for line in run("issuer_key", "list", node.agency.uscc).splitlines()]
    assert [(line[0], line[2], line[5]) for line in listed if line[2] == "credential"] == [
        (node.kid, "credential", "retired"),
        (kid, "credential", "active"),
    ]


def test_a_licensed_ca_certifies_a_key_by_request_and_certificate(node: Node, tmp_path: Path) -> None:
    ca = LicensedCa(at=AT)
    (tmp_path / "ca.pem").write_bytes(pem(ca.certificate))
    assert run("node_key", "add-ca", str(tmp_path / "ca.pem"))
    kid = run("issuer_key", "csr", node.agency.uscc, "-o", str(tmp_path / "request.pem"))
    request = (tmp_path / "request.pem").read_bytes()
    assert request.startswith(b"-----BEGIN CERTIFICATE REQUEST-----\n")
    (tmp_path / "leaf.pem").write_bytes(pem(ca.certify(request_in(request))))

    with pytest.raises(CommandError, match=r"issuer\."):
        run("issuer_key", "import", kid, str(tmp_path / "ca.pem"))
    assert run("issuer_key", "import", kid, str(tmp_path / "leaf.pem")) == f"{kid} active"

    assert IssuerKey.objects.get(state="active", use="credential").kid == kid
    with pytest.raises(CommandError, match=r"issue\.key_state"):
        run("issuer_key", "import", kid, str(tmp_path / "leaf.pem"))
    with pytest.raises(CommandError, match="cannot be read"):
        run("issuer_key", "import", kid, str(tmp_path / "none.pem"))


def test_a_key_of_the_node_is_prepared_listed_and_rotated(node: Node) -> None:
    pending = run("node_key", "prepare", "status")
    with pytest.raises(CommandError, match=r"issue\.key_state"):
        run("node_key", "prepare", "status")
    assert run("node_key", "rotate", "status") == pending
    with pytest.raises(CommandError, match=r"issue\.key_state"):
        run("node_key", "prepare", "status", "--from", "2020-01-01T00:00:00+08:00")
    with pytest.raises(CommandError, match="--from"):
        run("node_key", "prepare", "status", "--from", "tomorrow")
    with pytest.raises(CommandError, match=r"cipher\.no_key|issue\.no_key"):
        run("node_key", "rotate", "lottery")
    assert run("node_key", "compromise", pending) == pending
    ca = run("node_key", "rotate-ca", "ES256")
    assert run("node_key", "prepare-ca", "ES256")
    states = {line.split()[0]: line.split()[5] for line in run("node_key", "list").splitlines()}
    assert (states[pending], states[ca]) == ("compromised", "active")


def test_a_key_that_no_peer_can_know_is_rotated_with_a_warning(node: Node, capsys: pytest.CaptureFixture[str]) -> None:
    run("node_key", "prepare", "status")
    run("node_key", "rotate", "status")
    assert capsys.readouterr().err == ""
    run("node_key", "rotate", "status")
    assert "trust list" in capsys.readouterr().err


@pytest.mark.international
def test_a_node_is_not_made_anew_under_another_profile(node: Node, settings: Settings) -> None:
    settings.NODE = replace(settings.NODE, profile="guomi")
    with pytest.raises(CommandError, match=r"issue\.profile"):
        run("init_node")


def test_the_key_encryption_key_is_rotated_by_command(node: Node) -> None:
    assert run("rotate_kek").startswith("version 2, ")


@pytest.mark.django_db
def test_licence_types_are_loaded_from_files_once(node_folder: Path) -> None:
    files = [str(path) for path in sorted(TYPES.glob("*.toml"))]

    assert len(run("load_licence_types", *files).splitlines()) == len(files) == LicenceType.objects.count()
    assert run("load_licence_types", *files) == "nothing new"
    with pytest.raises(CommandError):
        run("load_licence_types", str(TYPES / "none.toml"))


def test_erasing_needs_the_word_that_it_is_meant(issued: UUID) -> None:
    holder = CertificateHolder.objects.get(certificate=issued).holder_id
    with pytest.raises(CommandError, match="--yes"):
        run("erase_holder", str(holder))
    assert run("erase_holder", str(holder), "--yes").startswith("1 ")
    assert erase_holder.__doc__


def test_a_licence_is_issued_from_a_file_once(node: Node, tmp_path: Path) -> None:
    create_user(
        username="desk",
        password=PASSWORD,
        role=Role.ISSUING_OFFICER,
        agency_uscc=node.agency.uscc,
        staff_number="DESK-1",
    )
    licence = sample(CONSTRUCTOR)
    body = {
        "type_code": CONSTRUCTOR,
        "values": licence["values"],
        "valid_from": licence["valid_from"],
        "valid_until": licence["valid_until"],
    }
    file = tmp_path / "licence.json"
    file.write_text(json.dumps(body), "utf-8")
    words = ("issue_certificate", str(file), "--officer", "desk", "--idempotency-key", "from-a-file-1")

    assert run(*words) == run(*words)
    assert Certificate.objects.count() == 1
    file.write_text("{", "utf-8")
    with pytest.raises(CommandError, match="not the JSON body"):
        run(*words)
