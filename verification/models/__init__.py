"""All that this app keeps in the database; Django finds it here, whoever reads it, in the file of its concept."""

from verification.models.log import Checkpoint, Cosignature, LogEntry, LogLeaf, LogTile, PendingEntry, WitnessedLog
from verification.models.lookups import JournalHour, Lookup, LookupDetail, LookupSubject, SpentNonce, StoredAnswer
from verification.models.policies import Matter, PurposeRules, RecognitionRule, UsageRule
from verification.models.trust import AgencyKeyBundle, FetchedAgencyKeys, FetchedStatusList, LoadedTrustList

__all__ = [
    "AgencyKeyBundle",
    "Checkpoint",
    "Cosignature",
    "FetchedAgencyKeys",
    "FetchedStatusList",
    "JournalHour",
    "LoadedTrustList",
    "LogEntry",
    "LogLeaf",
    "LogTile",
    "Lookup",
    "LookupDetail",
    "LookupSubject",
    "Matter",
    "PendingEntry",
    "PurposeRules",
    "RecognitionRule",
    "SpentNonce",
    "StoredAnswer",
    "UsageRule",
    "WitnessedLog",
]
