"""The body of a refusal that was recorded: a problem document (RFC 9457) with the look-up's id and receipt."""

from typing import Any, Final

from verification.core.reasons import reason

REFUSED_STATUS: Final = 403


def refusal_body(*, code: str, lookup_id: str, receipt: str) -> dict[str, Any]:
    """This will give the members of the problem document; its title says what to do, never what was sent."""
    sentence = reason(code)
    return {
        "type": f"urn:huzheng:error:{code}",
        "title": sentence.en,
        "title_zh": sentence.zh,
        "status": REFUSED_STATUS,
        "code": code,
        "lookup_id": lookup_id,
        "receipt": receipt,
    }
