"""Steps shared by the tests of a credential at a counter: one as its holder hands it over, and a look at it."""

from typing import Any
from uuid import UUID

from certificates.services.disclose_credential import disclose_credential
from tests.integration.factories import AT
from tests.integration.recognition_steps import PURPOSE, WANTED, asked, counter
from verification.services.asked import VerificationAnswer
from verification.services.verify_presentation import verify_presentation


def disclosed(certificate_id: UUID) -> str:
    return disclose_credential(certificate_id=certificate_id, grains=WANTED).sd_jwt


def look(presentation: str, *, key: str, at: Any = AT) -> VerificationAnswer:
    return verify_presentation(
        caller=counter(),
        request=asked(presentation, purpose=f"{PURPOSE}，{key}"),
        idempotency_key=f"statement-{key}",
        at=at,
    )
