"""Which check applies to which kind of input, and under which condition: one table, read by `verify` and by tests.

| input | 1 readable | 2 signature | 3 issuer | 4 validity | 5 status | 6 presented | 7 recognised | 8 document |
|---|---|---|---|---|---|---|---|---|
| code | always | always | always | always | always | always | always | never |
| SD-JWT | always | always | always | always | always | on demand | with a matter | never |
| seal code | always | always | always | always | always | on demand | with a matter | never |
| PDF | always | always | always | always | always | on demand | with a matter | always |
| OFD | always | always | always | always | always | on demand | with a matter | always |
| receipt | always | always | never | never | never | never | never | always (in the log) |
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from verification.core.evidence import InputKind


class Applicability(StrEnum):
    """This will say when a check applies: ON_DEMAND means where a rule wants the holder present or proof was given."""

    ALWAYS = "always"
    ON_DEMAND = "on_demand"
    WITH_MATTER = "with_matter"
    NEVER = "never"


_ALWAYS, _ON_DEMAND, _WITH_MATTER, _NEVER = Applicability


def _row(*cells: Applicability) -> Mapping[int, Applicability]:
    return MappingProxyType(dict(enumerate(cells, start=1)))


_STATEMENT = (_ALWAYS,) * 5
_DOCUMENT = _row(*_STATEMENT, _ON_DEMAND, _WITH_MATTER, _ALWAYS)

APPLIES: Final[Mapping[InputKind, Mapping[int, Applicability]]] = MappingProxyType(
    {
        InputKind.CODE: _row(*_STATEMENT, _ALWAYS, _ALWAYS, _NEVER),
        InputKind.SD_JWT: _row(*_STATEMENT, _ON_DEMAND, _WITH_MATTER, _NEVER),
        InputKind.SEAL_CODE: _row(*_STATEMENT, _ON_DEMAND, _WITH_MATTER, _NEVER),
        InputKind.PDF: _DOCUMENT,
        InputKind.OFD: _DOCUMENT,
        InputKind.RECEIPT: _row(_ALWAYS, _ALWAYS, *(_NEVER,) * 5, _ALWAYS),
    }
)
