"""Asking a witness over HTTP: short patience, a small answer, no redirect, no proxy or password from the environment."""

from dataclasses import dataclass
from typing import Final

import requests

from verification.core.errors import LogError

MAX_ANSWER_BYTES: Final = 16 * 1024  # a cosignature line is a few hundred bytes
_CONNECT_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessReply:
    """This will hold what a witness answered; nothing in it is trusted yet."""

    status: int
    text: str


def ask_witness(*, node_url: str, body: bytes, timeout_seconds: float) -> WitnessReply:
    """This will post an add-checkpoint request to a node of the trust list.

    Raises LogError `log.witness.unreachable`, or `log.witness.malformed` for an answer too long or not UTF-8.
    """
    with requests.Session() as session:
        session.trust_env = False
        try:
            with session.post(
                f"{node_url}/log/add-checkpoint",
                data=body,
                headers={"Content-Type": "text/plain; charset=utf-8"},
                timeout=(_CONNECT_SECONDS, timeout_seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                content = response.raw.read(MAX_ANSWER_BYTES + 1, decode_content=False)
                return WitnessReply(status=response.status_code, text=_text(content))
        except (requests.RequestException, OSError) as error:
            raise LogError("log.witness.unreachable", "The witness did not answer.") from error


def _text(content: bytes) -> str:
    if len(content) > MAX_ANSWER_BYTES:
        raise LogError("log.witness.malformed", "The witness's answer is too long.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LogError("log.witness.malformed", "The witness's answer is not text.") from error
