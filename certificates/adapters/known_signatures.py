"""What this process remembers of signatures that held; every web process has its own, and it is gone with the process."""

from typing import Final

from certificates.core.signature_facts import KnownSignatures

KNOWN_SIGNATURES: Final = KnownSignatures()
