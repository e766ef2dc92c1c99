"""Steps shared by the tests of accounts: an agency, its system with a key, and the assertion it signs for a call."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from joserfc import jwt
from joserfc.jwk import ECKey

from accounts.models import Agency, Holder
from accounts.services.authenticate_agency_system import SignedCall
from accounts.services.create_agency import create_agency
from accounts.services.register_api_client import register_api_client

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
USCC = "11330000MB9900013T"
OTHER_USCC = "12330100MB9900048F"
CLIENT_ID = "zj-construction"
KEY = ECKey.generate_key("P-256")
OPERATOR = {"name": "0017", "post": "窗口受理", "unit": "行政审批处"}
CALL_PATH = "/api/v1/certificates"
BODY = b'{"type_code":"11100000000013338W001"}'


def agency(uscc: str = USCC, *, issues: bool = True, relies: bool = True) -> Agency:
    """This will give a new agency of Zhejiang."""
    number = create_agency(
        uscc=uscc,
        name_zh="浙江省住房和城乡建设厅（样例）",
        name_en="Zhejiang Department of Housing and Construction (sample)",
        region_code="330000",
        issues=issues,
        relies=relies,
    )
    return Agency.objects.get(pk=number)


def holder(kind: str = "citizen") -> Holder:
    """This will give a holder whose ciphertexts are placeholders: nothing here opens them."""
    return Holder.objects.create(
        kind=kind,
        code_type="111" if kind == "citizen" else "001",
        code_index=uuid4().bytes * 2,
        sealed_code=b"sealed",
        sealed_name=b"sealed",
        created_at=AT,
    )


def system(scopes: tuple[str, ...] = ("issue", "verify")) -> None:
    """This will enter the agency and its system with the public half of KEY."""
    agency()
    register_api_client(
        client_id=CLIENT_ID, agency_uscc=USCC, public_jwk=KEY.as_dict(private=False), scopes=scopes, at=AT
    )


def call(*, method: str = "POST", url: str | None = None, body: bytes = BODY) -> SignedCall:
    """This will give the call as the node received it."""
    return SignedCall(method=method, url=url or settings.NODE.node_url + CALL_PATH, body=body)


def claims(**changes: Any) -> dict[str, Any]:
    """This will give the claims for `call()`; a change to None takes a claim out."""
    now = int(AT.timestamp())
    full: dict[str, Any] = {
        "iss": CLIENT_ID,
        "aud": settings.NODE.node_url,
        "iat": now,
        "exp": now + 60,
        "jti": secrets.token_urlsafe(18),
        "htm": "POST",
        "htu": settings.NODE.node_url + CALL_PATH,
        "body_sha256": urlsafe_b64encode(hashlib.sha256(BODY).digest()).rstrip(b"=").decode(),
        "operator": OPERATOR,
        **changes,
    }
    return {name: value for name, value in full.items() if value is not None}


def assertion(
    payload: Mapping[str, Any] | None = None, *, key: ECKey = KEY, header: Mapping[str, Any] | None = None
) -> str:
    """This will sign claims as the system does."""
    head = {"alg": "ES256", "typ": "huzheng-client+jwt", "kid": CLIENT_ID, **(header or {})}
    return jwt.encode(head, dict(payload if payload is not None else claims()), key)
