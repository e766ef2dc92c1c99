"""The closed table of signing suites: what is not named here does not exist."""

from collections.abc import Mapping
from types import MappingProxyType

from certificates.core.errors import CredentialError
from certificates.core.signing.es256 import Es256
from certificates.core.signing.sm2 import Sm2
from certificates.core.signing.suite import Suite

ES256: Suite = Es256()
SM2: Suite = Sm2()

SUITES: Mapping[str, Suite] = MappingProxyType({ES256.name: ES256, SM2.name: SM2})


def suite(name: str) -> Suite:
    """This will give the suite of that exact name; raises CredentialError `key.algorithm` for any other name."""
    found = SUITES.get(name)
    if found is None:
        raise CredentialError("key.algorithm", "no signing suite has this name")
    return found
