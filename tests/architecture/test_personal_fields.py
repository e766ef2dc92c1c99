"""No table keeps anything personal in the clear: every column that could hold text or bytes was looked at and stands here.

`open`: public or technical words. `key`: hashes, tags and keyed indexes, useless without the node's key. `sealed`: ciphertext.
`named`: names an officer, a peer or a reader by account, number or region, never a holder by name or code.
A new column fails until it is judged and entered.
"""

from collections.abc import Iterator, Mapping

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.source_tree import APPS

REVIEWED: Mapping[str, Mapping[str, str]] = {
    "open": {
        "accounts.Agency": "uscc name_zh name_en region_code seal_number seal_image",
        "accounts.Holder": "kind code_type",
        "accounts.Membership": "capacity",
        "accounts.User": "role post unit",
        "accounts.ApiClient": "client_id scopes",
        "accounts.ApiClientKey": "kid suite public_jwk",
        "accounts.AccessToken": "scopes",
        "certificates.LicenceType": "code definition digest template",
        "certificates.IssuerKey": "kid suite backend spki use chain_der licence_types state stop_code",
        "certificates.AgencySeal": "made_for number maker_kid seal_der",
        "certificates.NodeKey": "purpose kid suite backend spki certificate_der state",
        "certificates.RegionCa": "kid suite backend spki certificate_der crl_der state",
        "certificates.Certificate": "serial identifier state credential_jwt",
        "certificates.IssueIntent": "stage failure_code idempotency_key",
        "certificates.CertificateEvent": "kind reason_code",
        "certificates.MassRevocation": "selection reason_code state",
        "certificates.MassRevocationDecision": "wanted outcome",
        "certificates.StatusList": "purpose packed decoys",
        "certificates.StatusEntry": "purpose",
        "certificates.StatusToken": "token cwt",
        "certificates.Document": "kind state level held_code stamped_with stored_name",
        "certificates.Presentation": "grains audience",
        "certificates.PurposeCopy": "number maker maker_agency grains stage",
        "verification.LoadedTrustList": "document",
        "verification.Matter": "code agency_uscc name_zh name_en case_pattern case_example",
        "verification.UsageRule": "type_code relying_region agency_uscc matter_code fields",
        "verification.RecognitionRule": "type_code issuing_region matter_code required",
        "verification.PurposeRules": "rules",
        "verification.Lookup": "side outcome code",
        "verification.LookupDetail": "key_subject",
        "verification.StoredAnswer": "key_subject idempotency_key",
        "verification.SpentNonce": "keyid nonce",
        "verification.JournalHour": "counts",
        "verification.Checkpoint": "note",
        "verification.Cosignature": "witness line",
        "verification.WitnessedLog": "origin note",
        "verification.FetchedStatusList": "region_code uri token",
        "verification.FetchedAgencyKeys": "region_code bundle",
        "verification.AgencyKeyBundle": "bundle content_digest",
    },
    "key": {
        "accounts.User": "password",
        "accounts.Holder": "code_index",
        "accounts.UsedAssertion": "jti",
        "accounts.AccessToken": "digest",
        "accounts.RateCount": "bucket",
        "certificates.Certificate": "number_index seal_code_digest",
        "certificates.MassRevocation": "set_digest",
        "certificates.IssueIntent": "request_digest token_digest",
        "certificates.CertificateEvent": "leaf",
        "certificates.Document": "digest token_digest",
        "certificates.Presentation": "token_digest spent_digest",
        "certificates.PurposeCopy": "request_key request_digest token_digest credential_digest seal_code_digest",
        "verification.Lookup": "purpose_index case_index",
        "verification.StoredAnswer": "request_digest",
        "verification.LogEntry": "leaf leaf_hash",
        "verification.LogLeaf": "leaf_hash",
        "verification.LogTile": "hashes",
        "verification.Checkpoint": "root",
        "verification.WitnessedLog": "root",
    },
    "sealed": {
        "accounts.Holder": "sealed_code sealed_name",
        "certificates.Certificate": "sealed_values sealed_photo sealed_disclosures sealed_seal_code",
        "certificates.IssueIntent": "sealed_bytes",
        "certificates.Document": "sealed_draft sealed_signed",
        "certificates.PurposeCopy": "sealed_terms sealed_bytes sealed_credential sealed_seal_code",
        "verification.LookupDetail": "sealed_openings",
        "verification.StoredAnswer": "sealed_answer",
    },
    "named": {
        "accounts.User": "username staff_number",
        "certificates.IssueIntent": "scope",
        "certificates.CertificateEvent": "actor",
        "certificates.Presentation": "spent_by",
        "verification.Lookup": "caller",
        "verification.StoredAnswer": "scope",
    },
}
# Kinds of column that cannot hold a name, a code or an address; every other kind must be judged.
_HARMLESS = (
    models.AutoField, models.IntegerField, models.BooleanField, models.DateField, models.UUIDField, models.ForeignKey,
    models.OneToOneField, models.FloatField, models.DurationField,
)  # fmt: skip
WORDS_OF_PEOPLE = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "mobile",
    "address",
    "id_number",
    "citizen",
    "birth",
    "ip",
)


def _columns() -> Iterator[tuple[type[models.Model], models.Field]]:  # type: ignore[type-arg]
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            yield from ((model, field) for field in model._meta.local_concrete_fields)


def _judged() -> dict[str, str]:
    return {
        f"{model}.{name}": kind
        for kind, tables in REVIEWED.items()
        for model, names in tables.items()
        for name in names.split()
    }


def test_every_column_that_could_hold_something_personal_was_judged() -> None:
    present = {f"{model._meta.label}.{field.name}" for model, field in _columns() if not isinstance(field, _HARMLESS)}
    assert present - set(_judged()) == set(), "judge the new columns and enter them above"
    assert set(_judged()) - present == set(), "these columns are gone: take them out above"


def test_a_column_is_judged_once() -> None:
    names = [f"{m}.{n}" for tables in REVIEWED.values() for m, ns in tables.items() for n in ns.split()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("column", "kind"), sorted(_judged().items()))
def test_sealed_columns_are_bytes_and_bear_the_name_and_no_other_column_does(column: str, kind: str) -> None:
    label, _, name = column.rpartition(".")
    field = apps.get_model(label)._meta.get_field(name)
    assert name.startswith("sealed_") == (kind == "sealed")
    if kind == "sealed" or name.endswith("_index"):
        assert isinstance(field, models.BinaryField)
        assert not field.editable


def test_no_column_is_named_like_something_personal() -> None:
    for model, field in _columns():
        parts = field.name.split("_")
        assert not [word for word in WORDS_OF_PEOPLE if word == field.name or word in parts], (
            model._meta.label,
            field.name,
        )
