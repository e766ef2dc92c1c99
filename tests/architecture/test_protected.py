"""What opens a person's values, a private key or the log is used by named modules only: a new one stops here and is discussed."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.architecture.source_tree import APPS, imported, importers, module_of, python_files, tree

A, S = "certificates.adapters", "certificates.services"

# module, name (None: anything of the module) -> who may import it.
OPENERS: Mapping[tuple[str, str | None], frozenset[str]] = {
    (f"{A}.key_store", None): frozenset({f"{A}.issue_keys", f"{A}.node_keys", f"{A}.region_ca"}),
    (f"{A}.key_vault", "subject_key"): frozenset(
        {
            f"{A}.field_cipher",
            f"{A}.blind_index",
            "verification.services.record_lookup",
            "verification.services.audit_lookups",  # for the tags of an entry
        }
    ),
    (f"{A}.field_cipher", "decrypt"): frozenset(
        {
            f"{A}.document_store",
            f"{S}.prepare_certificate",
            f"{S}.sign_certificate",
            f"{S}.licence_pdf",  # what it prints
            f"{S}.sign_document",  # the draft that it signs
            f"{S}.complete_document",  # the signed file that waits for timestamps
            f"{S}.copy_rows",  # what a copy was made for, and its statement
            f"{S}.reserve_copy",  # does the licence have what was chosen?
            f"{S}.sign_copy_statement",  # the disclosures that it picks from
            f"{S}.disclose_credential",
            f"{S}.reveal_seal_code",
            "verification.services.lookup_openings",
            "verification.services.asked",  # an answer given earlier, for a repeat of the same request
            "verification.services.record_release",  # the same between provinces
        }
    ),
    # Nobody signs a licence but who was granted a token for stored bytes; a preview, a reprint or a shell has none.
    (f"{A}.issue_keys", "issue_signer"): frozenset({f"{S}.sign_certificate"}),
    (f"{A}.issue_keys", "document_signer"): frozenset({f"{S}.sign_document"}),
    (f"{A}.issue_keys", "seal_signer"): frozenset({f"{S}.sign_document"}),
    (f"{A}.issue_keys", "IssueSigner"): frozenset(),
    (f"{A}.issue_keys", "request_signer"): frozenset({f"{S}.request_issuer_certificate"}),
    (f"{A}.issue_keys", None): frozenset(
        {
            f"{S}.sign_certificate",
            f"{S}.sign_document",
            f"{S}.create_issuer_key",
            f"{S}.request_issuer_certificate",  # a key signs the request for its own certificate without a token
        }
    ),
    (f"{A}.issue_token_row", None): frozenset({f"{A}.issue_keys"}),
    ("certificates.core.issue_token", "token_for"): frozenset({f"{S}.grant_issue_token"}),
    (f"{S}.grant_issue_token", None): frozenset(
        {
            f"{S}.prepare_certificate",
            f"{S}.sign_certificate",
            f"{S}.render_document",
            f"{S}.sign_document",
            f"{S}.sign_copy_statement",
        }
    ),
    (f"{A}.document_store", "read_file"): frozenset({f"{S}.read_document", f"{S}.read_copy", f"{S}.renew_timestamps"}),
}
# Whoever shows a value goes through verification, where the look is recorded.
SHOWERS = (f"{S}.disclose_credential", f"{S}.reveal_seal_code", f"{S}.read_document", f"{S}.read_copy")

# model -> the services that may add its rows; nobody changes or removes rows of the append-only ones.
WRITERS: Mapping[str, frozenset[str]] = {
    "Lookup": frozenset({"record_lookup"}),
    "LookupDetail": frozenset({"record_lookup"}),
    "LookupSubject": frozenset({"record_lookup"}),
    "LogEntry": frozenset({"record_lookup", "waiting_entries", "close_journal_hours"}),
    "PendingEntry": frozenset({"record_lookup", "close_journal_hours"}),
    "LogLeaf": frozenset({"publish_log"}),
    "LogTile": frozenset({"publish_log"}),
    "Checkpoint": frozenset({"publish_log"}),
    "Cosignature": frozenset({"collect_cosignatures"}),
    "CertificateEvent": frozenset({"store_certificate", "apply_act", "revoke_all"}),
}
APPEND_ONLY = ("LogEntry", "LogLeaf", "Checkpoint", "Cosignature", "Lookup", "CertificateHolder")
_ADDING = {"create", "acreate", "bulk_create", "abulk_create", "get_or_create", "update_or_create", "raw"}
_CHANGING = {"update", "aupdate", "bulk_update", "delete", "adelete", "_raw_delete"}


@pytest.mark.parametrize("opener", OPENERS, ids=lambda opener: ".".join(part or "*" for part in opener))
def test_openers_are_used_by_named_modules_only(opener: tuple[str, str | None]) -> None:
    module, name = opener
    assert importers(module, name, folders=(*APPS, "config")) - OPENERS[opener] == set()


@pytest.mark.parametrize("module", SHOWERS)
def test_values_are_shown_through_verification_only(module: str) -> None:
    used_by = importers(module, folders=(*APPS, "config"))
    assert {one for one in used_by if not one.startswith("verification.services.")} == set()


def test_only_services_use_adapters() -> None:
    outside = [path for path in python_files(*APPS) if not {"services", "adapters"} & set(path.parts)]
    used = {(module_of(path), source) for path in outside for source, _ in imported(path) if ".adapters" in source}
    assert used == set()


def _calls(path: Path) -> Iterator[tuple[str, str]]:
    """This will give (model, method) for each `Model.objects...method(...)`, (model, "create") for `Model(...)`, `CompiledInsert(Model)`."""
    models = {item for source, item in imported(path) if source.endswith(".models")}
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        root: ast.expr = node.func
        if isinstance(root, ast.Name) and root.id == "CompiledInsert":
            yield from ((one.id, "create") for one in node.args if isinstance(one, ast.Name))
        if isinstance(root, ast.Name) and root.id in models:
            yield root.id, "create"
        method = root.attr if isinstance(root, ast.Attribute) else ""
        while isinstance(root, ast.Attribute | ast.Call):
            root = root.value if isinstance(root, ast.Attribute) else root.func
        if isinstance(root, ast.Name) and root.id in models:
            yield root.id, method


@pytest.mark.parametrize("model", WRITERS)
def test_rows_of_the_record_are_added_by_their_writer_only(model: str) -> None:
    writers = {
        path.stem
        for path in python_files(*APPS, "config", "demo")
        for name, method in _calls(path)
        if name == model and method in _ADDING
    }
    assert writers, "the scan no longer sees the writer"
    assert writers - WRITERS[model] == set()


@pytest.mark.parametrize("model", APPEND_ONLY)
def test_nobody_changes_or_removes_rows_of_the_log(model: str) -> None:
    changers = {
        module_of(path)
        for path in python_files(*APPS, "config", "demo")
        for name, method in _calls(path)
        if name == model and method in _CHANGING
    }
    assert changers == set()


def test_triggers_are_lifted_by_no_code_of_the_node() -> None:
    files = [path for path in python_files(*APPS, "config") if path.name != "triggers.py"]
    assert [module_of(path) for path in files if "lifted_triggers" in path.read_text("utf-8")] == []


def test_the_scan_sees_every_way_of_importing() -> None:
    assert "verification.services.lookup_openings" in importers(f"{A}.field_cipher", "decrypt")
    assert f"{A}.issue_keys" in importers(f"{A}.key_store")
