"""A second reading of RFC 9901 section 7.1, of any shape and with the standard's own leniency, to hold the product's reader against.

It knows nothing of our profile: nested objects, array elements, plain claims beside hidden ones. It verifies no signature.
"""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes


class NotAnSdJwt(Exception):  # noqa: N818 - reads as the sentence it is
    """This text breaks a MUST of section 7.1."""


def read_sd_jwt(text: str) -> dict[str, Any]:
    """This will give the processed payload (section 7.1, step 3) of an SD-JWT without looking at signatures."""
    jwt, *disclosures = text.split("~")
    payload = json.loads(_decoded(jwt.split(".")[1]))
    name = payload.pop("_sd_alg", "sha-256")
    if name not in {"sha-256", "sm3"}:
        raise NotAnSdJwt("an unknown digest algorithm")
    reader = _Reader({_digest(item, name): json.loads(_decoded(item)) for item in disclosures[:-1]})
    if len(reader.by_digest) != len(disclosures) - 1:
        raise NotAnSdJwt("a disclosure is repeated")
    processed: dict[str, Any] = reader.read(payload)
    if reader.used != reader.by_digest.keys():
        raise NotAnSdJwt("a disclosure is not referenced")
    return processed


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _digest(disclosure: str, name: str) -> str:
    of = hashes.Hash(hashes.SHA256() if name == "sha-256" else hashes.SM3())
    of.update(disclosure.encode())
    return base64.urlsafe_b64encode(of.finalize()).decode().rstrip("=")


class _Reader:
    def __init__(self, by_digest: dict[str, list[Any]]) -> None:
        self.by_digest = by_digest
        self.seen: set[str] = set()
        self.used: set[str] = set()

    def read(self, value: Any) -> Any:
        if isinstance(value, list):
            return [shown for item in value for shown in self._item(item)]
        return self._object(value) if isinstance(value, dict) else value

    def _item(self, item: Any) -> list[Any]:
        if not isinstance(item, dict) or item.keys() != {"..."}:
            return [self.read(item)]
        found = self._found(item["..."])
        if found is None:
            return []
        if len(found) != 2:
            raise NotAnSdJwt("an array element's disclosure has not two items")
        return [self.read(found[1])]

    def _object(self, value: dict[str, Any]) -> dict[str, Any]:
        shown = {name: self.read(item) for name, item in value.items() if name != "_sd"}
        if "..." in shown:
            raise NotAnSdJwt("a reserved name stands in the clear")
        for digest in value.get("_sd", []):
            found = self._found(digest)
            if found is None:
                continue
            if len(found) != 3 or not isinstance(found[1], str) or found[1] in {"_sd", "..."} or found[1] in shown:
                raise NotAnSdJwt("an object's disclosure has not three items, or a name that it may not have")
            shown[found[1]] = self.read(found[2])
        return shown

    def _found(self, digest: Any) -> list[Any] | None:
        if not isinstance(digest, str) or digest in self.seen:
            raise NotAnSdJwt("a digest is no text or occurs twice")
        self.seen.add(digest)
        if digest not in self.by_digest:
            return None
        self.used.add(digest)
        return self.by_digest[digest]
