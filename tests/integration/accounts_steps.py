"""Steps shared by the tests of accounts: an agency, its system with a key, its assertions, its tokens."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import http_sf
from django.conf import settings
from http_sf import DisplayString
from joserfc import jwt
from joserfc.jwk import ECKey

from accounts.models import Agency, Holder
from accounts.services.create_agency import create_agency
from accounts.services.issue_access_token import TokenRequest, issue_access_token
from accounts.services.register_api_client import register_api_client

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
USCC = "11330000MB9900013T"
OTHER_USCC = "12330100MB9900048F"
CLIENT_ID = "zj-construction"
KEY = ECKey.generate_key("P-256")
OPERATOR = {"name": "0017", "post": "窗口受理", "unit": "行政审批处"}
TOKEN_PATH = "/oauth/token"


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


def system(scopes: tuple[str, ...] = ("certificates:issue", "verifications:write")) -> None:
    """This will enter the agency and its system with the public half of KEY."""
    agency()
    register_api_client(client_id=CLIENT_ID, agency_uscc=USCC, keys=KEY.as_dict(private=False), scopes=scopes, at=AT)


def claims(at: datetime = AT, **changes: Any) -> dict[str, Any]:
    """This will give the claims of a good assertion; a change to None takes a claim out."""
    now = int(at.timestamp())
    full: dict[str, Any] = {
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "aud": settings.NODE.node_url + TOKEN_PATH,
        "iat": now,
        "exp": now + 60,
        "jti": secrets.token_urlsafe(18),
        **changes,
    }
    return {name: value for name, value in full.items() if value is not None}


def assertion(
    payload: Mapping[str, Any] | None = None, *, key: ECKey = KEY, header: Mapping[str, Any] | None = None
) -> str:
    """This will sign claims with a library of JWTs, as a system does."""
    head = {"alg": "ES256", "typ": "JWT", "kid": key.thumbprint(), **(header or {})}
    return jwt.encode(head, dict(payload if payload is not None else claims()), key)


def token_form(signed: str | None = None, **changes: str) -> dict[str, str]:
    """This will give the form that asks for a token."""
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion() if signed is None else signed,
        **changes,
    }


def token(*, at: datetime = AT, key: ECKey = KEY, scope: str = "", client_id: str = CLIENT_ID) -> str:
    """This will give a token by the service."""
    signed = assertion(claims(at, iss=client_id, sub=client_id), key=key)
    return issue_access_token(request=TokenRequest(**token_form(signed, scope=scope)), at=at).text


def call_headers(*, at: datetime = AT, scope: str = "", operator: Mapping[str, str] | None = None) -> dict[str, str]:
    """This will give the headers of a system's call: a new token, and who acts."""
    return {"Authorization": f"Bearer {token(at=at, scope=scope)}", "Operator": operator_header(operator or OPERATOR)}


def operator_header(operator: Mapping[str, str]) -> str:
    """This will write the header with a library of structured fields."""
    return str(http_sf.ser({name: DisplayString(text) for name, text in operator.items()}))
