"""The credential of a licence of this node, cut to grains, verified under the node's own keys before anybody sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from certificates.adapters.known_signatures import KNOWN_SIGNATURES
from certificates.core.errors import CredentialError
from certificates.core.grains import Grain
from certificates.core.licence_types import LicenceTypeDefinition, Sensitivity
from certificates.core.sd_jwt_format import CredentialHeader, Shown
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.signing.suite import TrustedKey, kid_of
from certificates.services.disclose_credential import disclose_credential
from verification.core.x509_path import spki_of_leaf
from verification.queries.own_agency_keys import own_agency_key


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCredential:
    """This will hold a disclosed credential and what it shows."""

    sd_jwt: str = field(repr=False)
    shown: Mapping[str, Shown] = field(repr=False)


def read_own_credential(*, certificate_id: UUID, grains: Mapping[str, Grain], at: datetime) -> OwnCredential:
    """This will give the credential at the grains; it changes nothing, its caller MUST record the look.

    Raises IssueError `issue.not_released`, CipherError `cipher.erased`, CredentialError for stored bytes that were altered.
    """
    disclosed = disclose_credential(certificate_id=certificate_id, grains=grains)

    def resolve(header: CredentialHeader) -> TrustedKey:
        found = own_agency_key(kid=kid_of(spki_of_leaf(header.x5c[0])))
        if found is None:
            raise CredentialError("key.unknown", "no agency of this node has this key")
        return found.key

    shown = verify_credential(disclosed.sd_jwt, resolve_key=resolve, known=KNOWN_SIGNATURES).shown
    return OwnCredential(sd_jwt=disclosed.sd_jwt, shown=shown)


def masked_grains(definition: LicenceTypeDefinition) -> dict[str, Grain]:
    """This will choose how a holder first sees the own licence: what is sensitive or personal masked, where it can be."""
    return {
        item.name: Grain.MASKED if _is_masked(item.sensitivity, item.grains) else _most(item.grains)
        for item in definition.fields
    }


def full_grains(definition: LicenceTypeDefinition) -> dict[str, Grain]:
    """This will choose the most that each field can show."""
    return {item.name: _most(item.grains) for item in definition.fields}


def _is_masked(sensitivity: Sensitivity, grains: frozenset[Grain]) -> bool:
    return Grain.MASKED in grains and sensitivity in {Sensitivity.PERSONAL, Sensitivity.SENSITIVE}


def _most(grains: frozenset[Grain]) -> Grain:
    return next((grain for grain in (Grain.FULL, Grain.MASKED, Grain.FACT) if grain in grains), Grain.WITHHELD)
