"""A credential cut to chosen grains. Protected: only verification's services call it, for they record who looked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from certificates.adapters.field_cipher import decrypt
from certificates.core.errors import IssueError
from certificates.core.grains import Grain
from certificates.core.licence_types import LicenceTypeDefinition
from certificates.core.sd_jwt import present
from certificates.core.sd_jwt_format import DisclosureKey
from certificates.core.sealed_places import certificate_subject, place
from certificates.core.stored_disclosures import unpack_disclosures
from certificates.models import Certificate
from certificates.queries.licence_types import known_from_row


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosedCredential:
    """This will hold the presentation and what it shows: `offered` by field, `facts` the names of the facts."""

    sd_jwt: str = field(repr=False)
    offered: Mapping[str, Grain]
    facts: tuple[str, ...]


def disclose_credential(*, certificate_id: UUID, grains: Mapping[str, Grain]) -> DisclosedCredential:
    """This will give the credential with the disclosures of the asked grains; it changes nothing.

    A fact is asked for by its own name, or with all facts of its field by the field's name at grain `fact`.
    What a licence does not have at the asked grain (a missing field, a fact that is not true) is left out of `offered`.
    Raises IssueError `issue.unknown|not_released`, CipherError.
    """
    certificate = Certificate.objects.select_related("licence_type").filter(pk=certificate_id).first()
    if certificate is None:
        raise IssueError("issue.unknown", "there is no such certificate")
    if certificate.released_at is None:
        raise IssueError("issue.not_released", "the certificate has no place in the log yet")
    stored = decrypt(
        certificate.sealed_disclosures,
        subject=certificate_subject(certificate.pk),
        place=place("Certificate", certificate.pk, "sealed_disclosures"),
    )
    disclosures = unpack_disclosures(stored)
    chosen: dict[DisclosureKey, str] = {}
    offered: dict[str, Grain] = {}
    for name, grain in grains.items():
        keys = _keys(known_from_row(certificate.licence_type).definition, name, grain)
        found = [key for key in keys if key in disclosures]
        if found:
            offered[name] = grain
            chosen |= {key: disclosures[key] for key in found}  # a fact asked for twice is disclosed once
    return DisclosedCredential(
        sd_jwt=present(certificate.credential_jwt, tuple(chosen.values())),
        offered=MappingProxyType(offered),
        facts=tuple(key.field for key in chosen if key.grain is Grain.FACT),
    )


def _keys(definition: LicenceTypeDefinition, name: str, grain: Grain) -> tuple[DisclosureKey, ...]:
    if grain is Grain.WITHHELD:
        return ()
    if grain is not Grain.FACT:
        return (DisclosureKey(name, grain),)
    return tuple(DisclosureKey(fact.name, Grain.FACT) for fact in definition.facts if name in {fact.name, fact.field})
