"""T1 to T12, T32: digests, disclosures and claims that a holder, or an issuer gone wrong, might show."""

import json

from certificates.core.sd_jwt_format import MAX_DIGESTS
from tests.unit.certificates.credential_parts import IAT, decoy, digest, disclosure, header, payload, signed
from tests.unit.certificates.threats.case import Case, credential_case

SALT = "c2FsdHNhbHRzYWx0c2FsdA"
NAME = disclosure(SALT, "holder_name", "张三丰")


def _with(*texts: str) -> str:
    """A credential that references the given disclosures at the top level and shows them."""
    return signed(payload(_sd=[digest(text) for text in texts]), texts)


def _claims(**changes: object) -> str:
    return signed(payload(**changes))


def _number(text: bytes) -> str:
    return signed(json.dumps(payload()).encode().replace(str(payload()["exp"]).encode(), text))


def _hidden(name: str) -> str:
    return _with(disclosure(SALT, name, "x"))


_SECURITY_CLAIMS = ("exp", "nbf", "iss", "status", "cnf", "vct", "iat", "region", "aud")
_row = credential_case

CASES: tuple[Case, ...] = (
    _row("T1", "digest-twice", lambda: _claims(_sd=[decoy(1), decoy(1)]), "credential.digest_repeated"),
    _row("T2", "masked-repeats", lambda: _claims(masked={"_sd": [decoy(1)]}), "credential.digest_repeated"),
    _row("T2", "facts-repeat", lambda: _claims(facts={"_sd": [decoy(3)]}), "credential.digest_repeated"),
    _row("T2", "array-item", lambda: _claims(_sd=[decoy(1), {"...": decoy(1)}]), "credential.digests"),
    _row("T2", "nested-deeper", lambda: _claims(masked={"_sd": [], "a": {"_sd": [decoy(1)]}}), "credential.digests"),
    _row("T3", "plain-claim", lambda: _hidden("region"), "credential.claim_name"),
    _row("T3", "plain-field", lambda: signed(payload(holder_name="x"), [NAME]), "credential.claims"),
    _row("T4", "two-values", lambda: _with(NAME, disclosure(SALT, "holder_name", "李四")), "credential.name_repeated"),
    _row(
        "T4",
        "two-grains",
        lambda: signed(
            payload(_sd=[digest(NAME)], masked={"_sd": [digest(disclosure(SALT, "holder_name", "张**"))]}),
            [NAME, disclosure(SALT, "holder_name", "张**")],
        ),
        "credential.two_grains",
    ),
    *(_row("T5", name, lambda name=name: _hidden(name), "credential.claim_name") for name in ("_sd", "...", "_sd_alg")),
    _row("T6", "unreferenced", lambda: signed(payload(), [NAME]), "credential.disclosure_unreferenced"),
    _row("T7", "two-items", lambda: _with(disclosure(SALT, "x")), "credential.disclosure"),
    _row("T7", "four-items", lambda: _with(disclosure(SALT, "a", "x", "y")), "credential.disclosure"),
    _row("T7", "nested-arrays", lambda: _with(disclosure(SALT, "a", [["x"]])), "credential.value"),
    _row("T7", "array-digest", lambda: _with(disclosure(SALT, "a", [{"...": decoy(1)}])), "credential.value"),
    _row("T7", "name-no-text", lambda: _with(disclosure(SALT, 1, "x")), "credential.claim_name"),
    _row("T7", "salt-no-text", lambda: _with(disclosure(1, "a", "x")), "credential.disclosure"),
    _row("T7", "salt-short", lambda: _with(disclosure(SALT[:21], "a", "x")), "credential.disclosure"),
    _row("T7", "salt-long", lambda: _with(disclosure("s" * 65, "a", "x")), "credential.disclosure"),
    _row("T7", "salt-megabyte", lambda: _with(disclosure("s" * 2**20, "a", "x")), "limit.credential"),
    _row("T8", "sent-twice", lambda: _with(NAME) + NAME + "~", "credential.disclosure_repeated"),
    *(_row("T9", f"hidden-{n}", lambda n=n: _hidden(n), "credential.claim_name") for n in _SECURITY_CLAIMS),
    *(
        _row("T9", f"missing-{name}", lambda name=name: _claims(**{name: None}), "credential.claims")
        for name in ("exp", "nbf", "iat", "iss", "status", "vct", "region")
    ),
    _row("T9", "cnf-in-the-clear", lambda: _claims(cnf={"jwk": {"kty": "EC"}}), "credential.claims"),
    *(
        _row("T10", f"exp-{text.decode()}", lambda text=text: _number(text), "credential.payload")
        for text in (b"NaN", b"1e999", b"Infinity")
    ),
    *(
        _row("T10", f"exp-{value!r}", lambda value=value: _claims(exp=value), "credential.time")
        for value in ("1790000000", -1, 2**63, 1.79e9, True, IAT - 1, IAT)
    ),
    _row("T10", "nbf-after-exp", lambda: _claims(nbf=payload()["exp"]), "credential.time"),
    _row("T10", "lives-for-ever", lambda: _claims(exp=253_402_300_799), "credential.time"),
    *(
        _row("T11", f"alg-{value}", lambda value=value: _claims(_sd_alg=value), "credential.sd_alg")
        for value in ("md5", "sha-512", "SHA-256", "", ["sha-256"])
    ),
    _row("T11", "alg-missing", lambda: _claims(_sd_alg=None), "credential.claims"),
    _row("T11", "sha-512-digests", lambda: _claims(_sd=["A" * 86]), "credential.digests"),
    _row("T12", "one-above", lambda: _claims(_sd=[decoy(n) for n in range(10, MAX_DIGESTS + 9)]), "limit.digests"),
    _row("T12", "ten-thousand", lambda: _claims(_sd=[decoy(n) for n in range(10_000)]), "limit.credential"),
    *(
        _row("T32", f"typ-{typ}", lambda typ=typ: signed(payload(), head=header(typ=typ)), "jws.typ")
        for typ in ("at+jwt", "kb+jwt", "JWT", "vc+sd-jwt", "statuslist+jwt", "huzheng-receipt+jwt", "DC+SD-JWT")
    ),
)
