"""A holder's own licences, and those of firms the holder acts for, without any value."""

from dataclasses import dataclass
from datetime import datetime

from accounts.core.caller import Caller
from accounts.core.errors import NotPermitted
from accounts.core.permissions import Action, require
from certificates.core.licence_types import LicenceTypeDefinition
from certificates.queries.certificate_metadata import CertificateMetadata, certificates_of_holder
from certificates.queries.licence_types import licence_type_definition


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCertificate:
    """This will hold one licence with its type; `acts_for_firm` where the holder is a firm the caller acts for."""

    metadata: CertificateMetadata
    definition: LicenceTypeDefinition
    acts_for_firm: bool


def list_own_certificates(*, caller: Caller, at: datetime) -> tuple[OwnCertificate, ...]:
    """This will list the caller's licences, newest first; writes nothing. Raises NotPermitted for anyone but a holder."""
    require(caller, Action.SEE_OWN)
    if caller.holder_id is None:
        raise NotPermitted
    return tuple(
        OwnCertificate(
            metadata=item,
            definition=licence_type_definition(code=item.type_code, version=item.type_version),
            acts_for_firm=caller.holder_id not in item.holder_ids,
        )
        for item in certificates_of_holder(holder_id=caller.holder_id, at=at)
    )
