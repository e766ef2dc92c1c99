"""Remembered signatures spare the curve for the very same JWT under the very same key, and nothing else."""

import gc
import threading
import tracemalloc
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.core.errors import CredentialError
from certificates.core.grains import Grain
from certificates.core.sd_jwt import present
from certificates.core.sd_jwt_format import CredentialHeader
from certificates.core.sd_jwt_verify import verify_credential
from certificates.core.signature_facts import KnownSignatures
from certificates.core.signing.registry import SUITES
from certificates.core.signing.suite import TrustedKey, kid_of
from tests.unit.certificates.credential_parts import (
    counting_random,
    digest,
    disclosure,
    issue,
    payload,
    shown,
    signed,
    signer,
    trusted_key,
)
from tests.unit.suite_in_use import suite_in_use

ISSUED = issue()
PRESENTATION = shown(ISSUED, ("holder_name", Grain.MASKED), ("licence_number", Grain.FULL), ("age_over_18", Grain.FACT))
OTHER = shown(ISSUED, ("holder_name", Grain.FULL))
SALT = "c2FsdHNhbHRzYWx0c2FsdA"


def token_digest(presentation: str) -> bytes:
    return sha256(presentation.partition("~")[0].encode()).digest()


def warmed(*presentations: str) -> KnownSignatures:
    known = KnownSignatures()
    for text in presentations or (PRESENTATION,):
        verify_credential(text, key=trusted_key(), known=known)
    return known


def refused(text: str, known: KnownSignatures, key: TrustedKey | None = None) -> str:
    with pytest.raises(CredentialError) as caught:
        verify_credential(text, key=key or trusted_key(), known=known)
    return caught.value.code


def test_a_known_signature_gives_the_same_as_an_unknown_one() -> None:
    known = warmed()
    assert verify_credential(PRESENTATION, key=trusted_key(), known=known) == verify_credential(
        PRESENTATION, key=trusted_key()
    )
    # Another choice of disclosures is the same JWT.
    assert verify_credential(OTHER, key=trusted_key(), known=known) == verify_credential(OTHER, key=trusted_key())
    assert len(known) == 1


def test_what_is_remembered_stands_for_the_signature() -> None:
    """Only `verify_credential` may remember, and only after everything about the JWT held: this is what it would spare."""
    known = warmed()
    facts = known.get(token_digest(PRESENTATION))
    head, _, rest = PRESENTATION.partition("~")
    forged = f"{head[:-4]}AAAA~{rest}"
    assert refused(forged, known) == "signature.invalid"
    known.remember(token_digest(forged), facts)
    assert verify_credential(forged, key=trusted_key(), known=known).shown


def test_a_signature_that_does_not_hold_is_not_remembered() -> None:
    known = KnownSignatures()
    head, _, rest = PRESENTATION.partition("~")
    assert refused(f"{head[:-4]}AAAA~{rest}", known) == "signature.invalid"
    assert refused(signed(payload(iat="soon")), known) == "credential.time"
    assert len(known) == 0


@settings(max_examples=200, deadline=None)
@given(
    at=st.integers(0, len(PRESENTATION) - 1),
    to=st.characters(codec="ascii") | st.sampled_from(["", "~", ".", "=", "A", "_"]),
)
def test_no_changed_character_hits(at: int, to: str) -> None:
    mutated = PRESENTATION[:at] + to + PRESENTATION[at + 1 :]
    if mutated == PRESENTATION:
        return
    known = warmed()
    with pytest.raises(CredentialError) as anew:
        verify_credential(mutated, key=trusted_key())
    assert refused(mutated, known) == anew.value.code


def test_a_changed_disclosure_of_a_known_token_is_refused() -> None:
    known = warmed()
    made_up = disclosure(SALT, "holder_name", "另一个人")
    assert refused(present(ISSUED.jwt, [made_up]), known) == "credential.disclosure_unreferenced"
    one = ISSUED.disclosures[next(iter(ISSUED.disclosures))]
    assert refused(present(ISSUED.jwt, [one, one]), known) == "credential.disclosure_repeated"


def test_two_grains_of_one_field_of_a_known_token_are_refused() -> None:
    both = shown(ISSUED, ("holder_name", Grain.MASKED), ("holder_name", Grain.FULL))
    assert refused(both, warmed()) == "credential.two_grains"


@pytest.mark.parametrize("name", sorted(SUITES))
def test_a_planted_key_of_the_same_key_id_does_not_hit(name: str) -> None:
    chosen = SUITES[name]
    planted = TrustedKey(kid=trusted_key().kid, suite=name, public_key=chosen.public_of(chosen.generate()))
    code = refused(PRESENTATION, warmed(), planted)
    assert code == ("signature.invalid" if name == suite_in_use().name else "key.algorithm")


def test_a_key_that_is_loaded_again_hits() -> None:
    chosen = suite_in_use()
    spki = chosen.spki_of(trusted_key().public_key)
    again = TrustedKey(kid=kid_of(spki), suite=chosen.name, public_key=chosen.load_public_key(spki))
    known = warmed()
    facts = known.get(token_digest(PRESENTATION))
    verify_credential(PRESENTATION, key=again, known=known)
    assert known.get(token_digest(PRESENTATION)) is facts


def test_the_resolver_is_asked_every_time_and_its_refusal_holds_at_once() -> None:
    known = warmed()

    def refuse(_: CredentialHeader) -> TrustedKey:
        raise CredentialError("key.unknown", "no longer listed")

    with pytest.raises(CredentialError) as caught:
        verify_credential(PRESENTATION, resolve_key=refuse, known=known)
    assert caught.value.code == "key.unknown"
    with pytest.raises(CredentialError):
        verify_credential(PRESENTATION, known=known)


def test_neither_disclosures_nor_values_are_remembered() -> None:
    known = warmed(PRESENTATION, OTHER)
    held = reachable(known)
    secret = {*PRESENTATION.split("~")[1:-1], *OTHER.split("~")[1:-1], "浙A-001", "张三丰", "张**", "holder_name"}
    assert not held & (secret | {text.encode() for text in secret})
    assert ISSUED.jwt not in held


def reachable(start: object) -> set[str | bytes]:
    """Every text and byte string that hangs on an object, not following into modules and classes."""
    found: set[str | bytes] = set()
    seen, waiting = {id(start)}, [start]
    while waiting:
        for item in gc.get_referents(waiting.pop()):
            if id(item) in seen or isinstance(item, type | type(gc)):
                continue
            seen.add(id(item))
            waiting.append(item)
            if isinstance(item, str | bytes):
                found.add(item)
    return found


def test_the_least_used_goes_first_and_the_bound_holds() -> None:
    tokens = [shown(issue(random=lambda size, at=at: counting_random(size + 64 * at)[-size:])) for at in range(6)]
    known = KnownSignatures(max_bytes=4 * 5_200)  # a token of 20 digests counts 5,132
    for text in tokens[:4]:
        verify_credential(text, key=trusted_key(), known=known)
    verify_credential(tokens[0], key=trusted_key(), known=known)
    for text in tokens[4:]:
        verify_credential(text, key=trusted_key(), known=known)
    assert len(known) == 4
    assert [known.get(token_digest(text)) is not None for text in tokens] == [True, False, False, True, True, True]


def test_what_is_counted_is_no_less_than_what_it_takes() -> None:
    tokens = [shown(issue(random=lambda size, at=at: counting_random(size + 64 * at)[-size:])) for at in range(60)]
    known = KnownSignatures()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for text in tokens:
        verify_credential(text, key=trusted_key(), known=known)
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(known) == len(tokens)
    assert taken < known._bytes < 3 * taken


def test_one_token_under_two_keys_counts_once() -> None:
    known = warmed()
    facts = known.get(token_digest(PRESENTATION))
    for _ in range(10_000):
        known.remember(token_digest(PRESENTATION), facts)
    assert known.get(token_digest(PRESENTATION)) is facts


@pytest.mark.parametrize("odd", ["A" * 42, "A" * 42 + "B", "A" * 42 + "=", "é" * 43])
def test_a_credential_with_a_digest_in_another_form_is_verified_every_time(odd: str) -> None:
    name = disclosure(SALT, "holder_name", "张三丰")
    text = signed(payload(_sd=[digest(name), odd] + (["A" * 44] if len(odd) == 42 else [])), [name])
    known = KnownSignatures()
    for _ in range(2):
        assert verify_credential(text, key=trusted_key(), known=known).shown["holder_name"].value == "张三丰"
    assert len(known) == 0


def test_threads_share_it() -> None:
    tokens = [shown(issue(random=lambda size, at=at: counting_random(size + 64 * at)[-size:])) for at in range(12)]
    known = KnownSignatures(max_bytes=5 * 5_200)
    failures: list[str] = []

    def work(start: int) -> None:
        for turn in range(60):
            text = tokens[(start + turn) % len(tokens)]
            if verify_credential(text, key=trusted_key(), known=known).jwt != text.partition("~")[0]:
                failures.append(text)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(known) == 5


@pytest.mark.parametrize("name", sorted(SUITES))
def test_every_suite(name: str) -> None:
    chosen = SUITES[name]
    private = chosen.generate()
    spki = chosen.spki_of(chosen.public_of(private))
    own = signer()
    issued = issue(signer=type(own)(kid=kid_of(spki), suite=name, private_key=private))
    text = shown(issued, ("licence_number", Grain.FULL))
    known = KnownSignatures()
    key = TrustedKey(kid=kid_of(spki), suite=name, public_key=chosen.load_public_key(spki))
    first, second = (verify_credential(text, key=key, known=known) for _ in range(2))
    assert first == second
    assert len(known) == 1
