"""SM2-with-SM3: the standard's example, both engines against each other, threads, and openssl's command line both ways."""

import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from certificates.core.errors import CredentialError
from certificates.core.signing import sm2_engine
from certificates.core.signing.der_signature import der_of, raw_of
from certificates.core.signing.ec_keys_der import SM2_OID, PrivateParts, pkcs8, spki
from certificates.core.signing.gmssl_sm2 import load_gmssl
from certificates.core.signing.openssl_sm2 import load_openssl
from certificates.core.signing.sm2 import Sm2, Sm2PublicKey
from certificates.core.signing.sm2_curve import ORDER, A, B, P, halves_in_range, require_on_curve, signed_digest
from certificates.core.signing.sm2_engine import Sm2Engine
from tests.unit.certificates.sm2_example import E_DIGEST, MESSAGE, POINT, SCALAR, SIGNATURE

ID = ["distid:1234567812345678"]
LOADERS: list[Callable[[], Sm2Engine | None]] = [load_openssl, load_gmssl]


def suite_of(load: Callable[[], Sm2Engine | None]) -> Sm2:
    engine = load()
    assert engine is not None
    return Sm2(choose=lambda: engine)


@pytest.fixture(params=LOADERS, ids=["openssl", "gmssl"])
def sm2(request: pytest.FixtureRequest) -> Sm2:
    return suite_of(request.param)


def openssl(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], input=stdin, capture_output=True, check=False)


def test_the_digest_is_that_of_the_standards_example() -> None:
    assert signed_digest(point=POINT, data=MESSAGE).hex() == E_DIGEST


def test_takes_the_standards_signature_and_only_over_its_message(sm2: Sm2) -> None:
    public = sm2.load_public_key(spki(curve=SM2_OID, point=POINT))
    sm2.verify(public, SIGNATURE, MESSAGE)
    for signature, message in ((SIGNATURE, b"message digesT"), (SIGNATURE[32:] + SIGNATURE[:32], MESSAGE)):
        with pytest.raises(CredentialError, match=r"signature\.invalid"):
            sm2.verify(public, signature, message)


def test_the_standards_private_key_has_its_public_key(sm2: Sm2) -> None:
    der = pkcs8(curve=SM2_OID, parts=PrivateParts(scalar=SCALAR, point=POINT))
    private = sm2.private_from_pkcs8(der)
    assert sm2.public_of(private).point == POINT
    assert sm2.pkcs8_of(private) == der


def test_the_twin_with_the_other_s_is_no_signature(sm2: Sm2) -> None:
    """ECDSA's second form of a signature does not exist for SM2, so there is no low-s rule."""
    public = sm2.load_public_key(spki(curve=SM2_OID, point=POINT))
    s = int.from_bytes(SIGNATURE[32:])
    with pytest.raises(CredentialError, match=r"signature\.invalid"):
        sm2.verify(public, SIGNATURE[:32] + (ORDER - s).to_bytes(32), MESSAGE)


def test_refuses_r_plus_s_equal_to_n(sm2: Sm2) -> None:
    public = sm2.load_public_key(spki(curve=SM2_OID, point=POINT))
    r = int.from_bytes(SIGNATURE[:32])
    with pytest.raises(CredentialError, match=r"signature\.invalid"):
        sm2.verify(public, SIGNATURE[:32] + (ORDER - r).to_bytes(32), MESSAGE)


def test_refuses_points_off_the_curve_before_an_engine_sees_them(sm2: Sm2) -> None:
    """GmSSL itself keeps any 64 bytes for a key."""
    x, y = int.from_bytes(POINT[1:33]), int.from_bytes(POINT[33:])
    for bad in ((x, y ^ 1), (x ^ 1, y), (0, 0), (P, y), (x, P), (x, P + y % 2**32), (2**256 - 1, 2**256 - 1)):
        point = b"\4" + bad[0].to_bytes(32) + bad[1].to_bytes(32)
        with pytest.raises(CredentialError, match=r"key\.algorithm"):
            require_on_curve(point)
        with pytest.raises(CredentialError, match=r"key\.algorithm"):
            sm2.load_public_key(spki(curve=SM2_OID, point=point))
    require_on_curve(POINT)
    with pytest.raises(CredentialError, match=r"key\.algorithm"):
        require_on_curve(POINT + b"\0")


def test_a_coordinate_of_p_or_more_is_refused_although_it_solves_the_equation() -> None:
    """p + x stands for x in the equation: the same point, under another key id."""
    x = next(x for x in range(1, 100) if _root(x) is not None)
    y = _root(x)
    assert y is not None
    require_on_curve(b"\4" + x.to_bytes(32) + y.to_bytes(32))
    with pytest.raises(CredentialError, match=r"key\.algorithm"):
        require_on_curve(b"\4" + (x + P).to_bytes(32) + y.to_bytes(32))


def _root(x: int) -> int | None:
    square = (x**3 + A * x + B) % P
    y = pow(square, (P + 1) // 4, P)
    return y if y * y % P == square else None


@pytest.mark.parametrize(
    ("r", "s", "good"),
    [(1, 1, True), (ORDER - 1, 2, True), (0, 1, False), (1, 0, False), (ORDER, 1, False), (1, ORDER, False)],
)
def test_both_numbers_of_a_signature_lie_in_their_range(r: int, s: int, good: bool) -> None:
    assert halves_in_range(r.to_bytes(32) + s.to_bytes(32)) is good
    assert not halves_in_range(r.to_bytes(32) + ((ORDER - r) % ORDER).to_bytes(32))


def test_each_engine_takes_the_others_keys_and_signatures() -> None:
    one, two = (suite_of(load) for load in LOADERS)
    for _ in range(20):
        for ours, theirs in ((one, two), (two, one)):
            private = ours.generate()
            same = theirs.private_from_pkcs8(ours.pkcs8_of(private))
            der = ours.spki_of(ours.public_of(private))
            assert theirs.spki_of(theirs.public_of(same)) == der
            theirs.verify(theirs.load_public_key(der), ours.sign(private, MESSAGE), MESSAGE)
            ours.verify(ours.load_public_key(der), theirs.sign(same, MESSAGE), MESSAGE)


def test_signatures_are_never_repeated(sm2: Sm2) -> None:
    """Two signatures with one nonce would give the private key away."""
    private = sm2.generate()
    assert len({sm2.sign(private, MESSAGE)[:32] for _ in range(50)}) == 50


def test_refuses_a_private_key_beside_another_ones_public_half(sm2: Sm2) -> None:
    point = sm2.public_of(sm2.generate()).point
    with pytest.raises(CredentialError, match=r"key\.algorithm"):
        sm2.private_from_pkcs8(pkcs8(curve=SM2_OID, parts=PrivateParts(scalar=SCALAR, point=point)))


def test_gmssl_asks_for_the_public_half_that_it_cannot_compute() -> None:
    sm2 = suite_of(load_gmssl)
    with pytest.raises(CredentialError, match=r"key\.algorithm"):
        sm2.private_from_pkcs8(pkcs8(curve=SM2_OID, parts=PrivateParts(scalar=SCALAR, point=None)))


def test_keys_never_show_themselves(sm2: Sm2) -> None:
    private = sm2.private_from_pkcs8(pkcs8(curve=SM2_OID, parts=PrivateParts(scalar=SCALAR, point=POINT)))
    assert SCALAR.hex() not in repr(private) + repr(private.handle) + repr(PrivateParts(scalar=SCALAR, point=POINT))
    assert str(SCALAR) not in repr(private) + repr(private.handle) + repr(PrivateParts(scalar=SCALAR, point=POINT))
    assert sm2.public_of(private) != Sm2PublicKey(point=b"", handle=None, engine=private.engine)
    assert sm2.public_of(private) != POINT


def test_one_key_serves_several_threads(sm2: Sm2) -> None:
    private = sm2.generate()
    public = sm2.public_of(private)
    failures: list[str] = []

    def work(number: int) -> None:
        for at in range(60):
            data = bytes([number, at])
            signature = sm2.sign(private, data)
            sm2.verify(public, signature, data)
            try:
                sm2.verify(public, signature, data + b"!")
            except CredentialError:
                continue
            failures.append("a wrong text was taken")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_the_engine_is_chosen_by_a_known_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        def __init__(self, inner: Sm2Engine, answer: bool) -> None:
            self._inner, self._answer = inner, answer

        def __getattr__(self, name: str) -> object:
            return getattr(self._inner, name)

        def verify(self, handle: object, signature: bytes, data: bytes) -> bool:
            return self._answer

    openssl_engine, gmssl_engine = load_openssl(), load_gmssl()
    assert openssl_engine is not None
    assert gmssl_engine is not None
    for answer in (True, False):
        assert not sm2_engine.works(Wrong(openssl_engine, answer))  # type: ignore[arg-type]
        monkeypatch.setattr(sm2_engine, "load_openssl", lambda answer=answer: Wrong(openssl_engine, answer))
        sm2_engine.engine.cache_clear()
        assert sm2_engine.engine().name == "gmssl"
    monkeypatch.setattr(sm2_engine, "load_openssl", lambda: None)
    monkeypatch.setattr(sm2_engine, "load_gmssl", lambda: None)
    sm2_engine.engine.cache_clear()
    with pytest.raises(CredentialError, match=r"key\.unavailable"):
        sm2_engine.engine()
    monkeypatch.undo()
    sm2_engine.engine.cache_clear()
    assert sm2_engine.engine().name == "openssl"


def test_openssl_verifies_our_signatures(sm2: Sm2, tmp_path: Path) -> None:
    private = sm2.generate()
    public_file, data_file, signature_file = tmp_path / "p.der", tmp_path / "data", tmp_path / "sig"
    public_file.write_bytes(sm2.spki_of(sm2.public_of(private)))
    data_file.write_bytes(MESSAGE)
    signature_file.write_bytes(der_of(sm2.sign(private, MESSAGE)))
    done = openssl(
        *("pkeyutl", "-verify", "-pubin", "-inkey", public_file, "-keyform", "DER", "-rawin", "-digest", "sm3"),
        *("-pkeyopt", *ID, "-in", data_file, "-sigfile", signature_file),
    )
    assert (done.returncode, b"Verified Successfully" in done.stdout) == (0, True), done.stderr
    converted = openssl("pkey", "-pubin", "-inform", "DER", "-in", public_file, "-out", tmp_path / "p.pem")
    assert converted.returncode == 0
    options = ["-sigopt", *ID]
    digested = openssl("dgst", "-sm3", *options, "-verify", tmp_path / "p.pem", "-signature", signature_file, data_file)
    assert digested.stdout == b"Verified OK\n"
    data_file.write_bytes(MESSAGE + b"!")
    digested = openssl("dgst", "-sm3", *options, "-verify", tmp_path / "p.pem", "-signature", signature_file, data_file)
    assert digested.returncode != 0


def test_we_verify_openssls_signatures_with_its_own_keys(sm2: Sm2, tmp_path: Path) -> None:
    pem, der = tmp_path / "k.pem", tmp_path / "k.der"
    assert openssl("genpkey", "-algorithm", "SM2", "-out", pem).returncode == 0
    assert openssl("pkcs8", "-topk8", "-nocrypt", "-in", pem, "-outform", "DER", "-out", der).returncode == 0
    public = openssl("pkey", "-in", pem, "-pubout", "-outform", "DER").stdout
    assert sm2.spki_of(sm2.public_of(sm2.private_from_pkcs8(der.read_bytes()))) == public
    assert sm2.pkcs8_of(sm2.private_from_pkcs8(der.read_bytes())) == der.read_bytes()
    (tmp_path / "data").write_bytes(MESSAGE)
    signed = openssl("dgst", "-sm3", "-sigopt", *ID, "-sign", pem, tmp_path / "data")
    sm2.verify(sm2.load_public_key(public), raw_of(signed.stdout), MESSAGE)
    without_identity = openssl("dgst", "-sm3", "-sign", pem, tmp_path / "data")
    if openssl("version").stdout.startswith(b"OpenSSL 3.0"):  # later ones take the default identity by themselves
        with pytest.raises(CredentialError, match=r"signature\.invalid"):
            sm2.verify(sm2.load_public_key(public), raw_of(without_identity.stdout), MESSAGE)


def test_our_private_keys_open_in_openssl(sm2: Sm2, tmp_path: Path) -> None:
    private = sm2.generate()
    (tmp_path / "k.der").write_bytes(sm2.pkcs8_of(private))
    shown = openssl("pkey", "-inform", "DER", "-in", tmp_path / "k.der", "-pubout", "-outform", "DER")
    assert shown.stdout == sm2.spki_of(sm2.public_of(private))
