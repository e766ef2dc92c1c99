"""All that this app keeps in the database; Django finds it here, whoever reads it, in the file of its concept."""

from certificates.models.certificates import (
    LIVE_STATES,
    Certificate,
    CertificateEvent,
    CertificateHolder,
    CertificateState,
)
from certificates.models.copies import PurposeCopy
from certificates.models.documents import Document
from certificates.models.issuing import IssueIntent
from certificates.models.keys import EXTERNAL, IssuerKey, KeptKey, KeyState, KeyUse, NodeKey, RegionCa
from certificates.models.licence_types import LicenceType
from certificates.models.mass_revocations import MassRevocation, MassRevocationDecision, MassRevocationItem
from certificates.models.presentations import Presentation
from certificates.models.seals import AgencySeal
from certificates.models.status_lists import StatusChange, StatusEntry, StatusList, StatusToken

__all__ = [
    "EXTERNAL",
    "LIVE_STATES",
    "AgencySeal",
    "Certificate",
    "CertificateEvent",
    "CertificateHolder",
    "CertificateState",
    "Document",
    "IssueIntent",
    "IssuerKey",
    "KeptKey",
    "KeyState",
    "KeyUse",
    "LicenceType",
    "MassRevocation",
    "MassRevocationDecision",
    "MassRevocationItem",
    "NodeKey",
    "Presentation",
    "PurposeCopy",
    "RegionCa",
    "StatusChange",
    "StatusEntry",
    "StatusList",
    "StatusToken",
]
