"""Sichuan on loopback: it signs, verifies, releases and lists with the same core, and can misbehave."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from certificates.core.facts import shanghai_date
from certificates.core.grains import Grain
from certificates.core.issued_values import credential_content
from certificates.core.licence_types import parse_licence_type
from certificates.core.sd_jwt import build_credential, present
from certificates.core.sd_jwt_format import CredentialClaims, DisclosureKey
from certificates.core.seal_code import build_seal_code
from certificates.core.seal_content import seal_content
from certificates.core.status_bits import BITS
from certificates.core.status_list import Status, StatusReference, build_status_token, encode
from tests.integration.factories import AT, CONSTRUCTOR, sample, type_data
from tests.integration.recognition_steps import SICHUAN, ZHEJIANG, World
from tests.unit.verification.province import SINCE
from verification.core.agency_keys import KeyState, agency_key, build_agency_keys
from verification.core.errors import MessageError
from verification.core.message_signature import MessageRequest, MessageResponse, sign_response, verify_request
from verification.core.recognition_message import (
    LOOKUPS_PATH,
    AnswerOutcome,
    RecognitionAnswer,
    RecognitionAsk,
    read_ask,
    write_answer,
)
from verification.core.release import build_release
from verification.core.trust_keys import Purpose
from verification.core.trust_list import TrustedRegion

INDEX = 4711
TTL = 60


@dataclass(kw_only=True)
class LoopbackProvince:
    """What the server says, and what it was asked; tests change the fields between calls."""

    world: World
    zhejiang: TrustedRegion
    url: str = ""
    at: datetime = AT
    asks: list[RecognitionAsk] = field(default_factory=list)
    answers: dict[UUID, bytes] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    status: Status = Status.VALID
    status_iat: datetime = AT
    status_signer: Any = None
    status_token: str | None = None
    bundle_version: int = 1
    delays: list[float] = field(default_factory=list)
    answer: Callable[[RecognitionAsk, "LoopbackProvince"], RecognitionAnswer] | None = None
    sign_for: Callable[[MessageRequest], MessageRequest] = lambda request: request
    answer_signer: Any = None
    down: bool = False
    histories: list[str] = field(default_factory=list)
    history: Callable[["LoopbackProvince", int], tuple[int, str]] | None = None
    key_state: KeyState = KeyState.ACTIVE
    compromised_at: datetime | None = None

    @property
    def definition(self) -> Any:
        return parse_licence_type(type_data(CONSTRUCTOR))

    @property
    def values(self) -> dict[str, Any]:
        return dict(sample(CONSTRUCTOR)["values"])

    @property
    def status_uri(self) -> str:
        return f"{self.url}/status-lists/9"

    @property
    def leaf(self) -> bytes:
        if not hasattr(self, "_leaf"):
            self._leaf = self.world.sichuan.leaf(self.world.ca, licence_types=[CONSTRUCTOR])
        return self._leaf

    def credential(self, grains: Mapping[str, Grain], **claims: Any) -> str:
        """A licence of Sichuan, cut to the grains; `claims` may lie."""
        definition = self.definition
        content = credential_content(definition, self.values, at=shanghai_date(self.at))
        stated: dict[str, Any] = {
            "iss": self.url,
            "vct": definition.vct,
            "region": SICHUAN,
            "iat": int(AT.timestamp()) - 3600,
            "nbf": int(AT.timestamp()) - 3600,
            "exp": int(AT.timestamp()) + 86_400,
            "status": StatusReference(uri=self.status_uri, index=INDEX),
        } | claims
        issued = build_credential(
            values=content.values,
            masked=content.masked,
            facts=content.facts,
            totals=content.totals,
            claims=CredentialClaims(**stated),
            x5c=(self.leaf,),
            signer=self.world.sichuan.agency_signer(),
            random=secrets.token_bytes,
        )
        wanted = [DisclosureKey(name, grain) for name, grain in grains.items()]
        return present(issued.jwt, [issued.disclosures[key] for key in wanted if key in issued.disclosures])

    def seal_code(self) -> str:
        """The printed code of the same licence."""
        content = seal_content(
            self.definition,
            self.values,
            region=SICHUAN,
            status=StatusReference(uri=self.status_uri, index=INDEX),
            issued_at=int(AT.timestamp()) - 3600,
            expires_at=int(AT.timestamp()) + 10_000_000,
        )
        return build_seal_code(content, signer=self.world.sichuan.agency_signer())

    def released(self, ask: RecognitionAsk, **changes: Any) -> RecognitionAnswer:
        """An honest release of all that is asked; `changes` may lie in the release statement."""
        credential = self.credential(ask.fields)
        stated: dict[str, Any] = {
            "issuer_region": SICHUAN,
            "audience_region": ZHEJIANG,
            "lookup_id": str(ask.lookup_id),
            "presented": credential,
            "at": self.at,
            "signer": self.world.sichuan.signer(Purpose.RELEASE),
            "as_of": ask.as_of,
        } | changes
        return RecognitionAnswer(
            outcome=AnswerOutcome.RELEASED,
            lookup_id=ask.lookup_id,
            credential=credential,
            release=build_release(**stated),
            receipt="receipt",
        )

    def bundle(self) -> str:
        keys = [
            agency_key(
                suite=self.world.sichuan.agency_signer().suite,
                x5c=(self.leaf,),
                agency_uscc=self.world.sichuan.agency_uscc,
                agency_name_zh="四川省住房和城乡建设厅",
                agency_name_en="Sichuan Housing",
                licence_types=[CONSTRUCTOR],
                valid_from=SINCE,
                state=self.key_state,
                compromised_at=self.compromised_at,
            )
        ]
        return build_agency_keys(
            region_code=SICHUAN,
            version=self.bundle_version,
            issued_at=AT - timedelta(hours=1),
            expires_at=AT + timedelta(days=20),
            keys=keys,
            signer=self.world.sichuan.signer(Purpose.BUNDLE),
        )

    def list_token(self) -> str:
        if self.status_token is not None:
            return self.status_token
        iat = int(self.status_iat.timestamp())
        return build_status_token(
            uri=self.status_uri,
            lst=encode({INDEX: int(self.status)} if self.status else {}, size=2**17),
            bits=BITS,
            iat=iat,
            exp=iat + 10 * TTL,
            ttl=TTL,
            signer=self.status_signer or self.world.sichuan.signer(Purpose.STATUS),
        )

    def past_list(self, path: str, headers: tuple[tuple[str, str], ...]) -> tuple[int, bytes]:
        """Answer a signed request for a list of then; `status` is what it says, `history` may answer otherwise."""
        verify_request(
            MessageRequest(method="GET", target_uri=f"{self.url}{path}", headers=headers, body=b""),
            keys=self.zhejiang.keys_in_force(Purpose.REQUEST, at=self.at),
            at=self.at,
            expected_target_uri=f"{self.url}{path}",
            seen_nonce=lambda *_: False,
        )
        self.histories.append(path)
        moment = int(path.partition("time=")[2].partition("&")[0])
        status, text = (self.history or LoopbackProvince.honest_history)(self, moment)
        return status, text.encode("ascii")

    def past_answer(self, path: str, headers: tuple[tuple[str, str], ...]) -> tuple[int, dict[str, str], bytes]:
        if self.down:
            return 503, {}, b""
        try:
            status, body = self.past_list(path, headers)
        except MessageError as refused:
            return 401, {}, refused.code.encode()
        return status, {}, body

    @staticmethod
    def honest_history(province: "LoopbackProvince", moment: int) -> tuple[int, str]:
        return 200, province.list_at(moment)

    def list_at(self, moment: int, **changes: Any) -> str:
        stated: dict[str, Any] = {
            "uri": self.status_uri,
            "lst": encode({INDEX: int(self.status)} if self.status else {}, size=2**17),
            "bits": BITS,
            "iat": moment,
            "exp": moment + TTL,
            "ttl": TTL,
            "signer": self.status_signer or self.world.sichuan.signer(Purpose.STATUS),
        }
        return build_status_token(**(stated | changes))

    def recognise(self, message: MessageRequest) -> tuple[int, dict[str, str], bytes]:
        """Answer a recognition request as a node does: verified first, the same bytes for a repeat, signed for the request."""
        verify_request(
            message,
            keys=self.zhejiang.keys_in_force(Purpose.REQUEST, at=self.at),
            at=self.at,
            expected_target_uri=f"{self.url}{LOOKUPS_PATH}",
            seen_nonce=lambda *_: False,
        )
        ask = read_ask(message.body)
        self.asks.append(ask)
        if ask.lookup_id not in self.answers:
            self.answers[ask.lookup_id] = write_answer((self.answer or LoopbackProvince.honest)(ask, self))
        body = self.answers[ask.lookup_id]
        headers = sign_response(
            response=MessageResponse(status=200, headers=(), body=body),
            request=self.sign_for(message),
            signer=self.answer_signer or self.world.sichuan.signer(Purpose.ANSWER),
            created=self.at,
        )
        return 200, headers, body

    @staticmethod
    def honest(ask: RecognitionAsk, province: "LoopbackProvince") -> RecognitionAnswer:
        return province.released(ask)
