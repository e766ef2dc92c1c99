"""What a call is refused with."""

from collections.abc import Callable

import pytest

from certificates.core.errors import CertificatesError


def refusal(call: Callable[[], object]) -> str:
    """The code of the error that the call ends with; fails where it goes through."""
    with pytest.raises(CertificatesError) as refused:
        call()
    return refused.value.code
