"""One row of the table of threats: its number, what is sent, and the stable code that must refuse it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from certificates.core.sd_jwt_verify import verify_credential
from tests.unit.certificates.credential_parts import trusted_key
from tests.unit.suite_in_use import suite_in_use


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A bad input and its refusal; `run` is called only by the test, so that building a table costs nothing."""

    number: str
    name: str
    run: Callable[[], Any]
    code: str
    sm2_code: str | None = None  # where SM2 has another reason than ES256

    def expected(self) -> str:
        """The refusal under a key of the suite in use."""
        return (self.sm2_code or self.code) if suite_in_use().name == "SM2" else self.code

    @property
    def id(self) -> str:
        return f"{self.number}-{self.name}"


def credential_case(number: str, name: str, make: Callable[[], str], code: str) -> Case:
    """A text that stands for a credential."""
    return Case(number=number, name=name, run=lambda: verify_credential(make(), key=trusted_key()), code=code)
