"""Steps shared by the tests of another province's licences: a look at our counter at a code of Sichuan."""

from typing import Any

from tests.integration import recognition_steps
from verification.services.asked import VerificationAnswer

CODE = "HZP1:510000:ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def look(presentation: str = CODE, **changes: Any) -> VerificationAnswer:
    return recognition_steps.look(presentation, **changes)


def verdict_of(answer: VerificationAnswer) -> str:
    return str(answer.body["verdict"]["outcome"])
