"""The API's JSON parser: one reading of every body."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from certificates.core.canonical import strict_json_loads
from certificates.core.errors import CanonicalError

MAX_BODY_BYTES = 256 * 1024  # a licence of fifty fields takes 10 KiB; an SD-JWT with all disclosures 16 KiB


class StrictJsonParser(BaseParser):
    """Refuses repeated members, NaN, byte order marks and deep nesting, which Django's own parser takes."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """This will parse the body; raises ParseError with the canonical parser's code."""
        data = stream.read(MAX_BODY_BYTES + 1)
        try:
            return strict_json_loads(data, max_bytes=MAX_BODY_BYTES)
        except CanonicalError as refused:
            raise ParseError(detail=str(refused), code=refused.code) from refused
