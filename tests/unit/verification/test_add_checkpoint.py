"""C2SP tlog-witness requests: one form, read back as written."""

from base64 import b64encode

import pytest

from verification.core.add_checkpoint import MAX_PROOF_LINES, build_add_checkpoint, parse_add_checkpoint, stated_size
from verification.core.errors import LogError

NOTE = b"example.com/log\n20\ncm9vdA==\n\n\xe2\x80\x94 example.com/log c2ln\n"
HASHES = (bytes(32), b"\xff" * 32)


@pytest.mark.parametrize(("old_size", "proof"), [(0, ()), (7, HASHES), (2**63 - 1, HASHES[:1]), (20, ())])
def test_a_request_reads_back_as_it_was_written(old_size: int, proof: tuple[bytes, ...]) -> None:
    request = parse_add_checkpoint(build_add_checkpoint(old_size=old_size, proof=proof, note=NOTE))
    assert (request.old_size, request.proof, request.note) == (old_size, proof, NOTE)


def test_the_form_is_that_of_the_specification() -> None:
    line = b64encode(HASHES[1]).decode()
    assert build_add_checkpoint(old_size=7, proof=HASHES[1:], note=NOTE) == f"old 7\n{line}\n\n".encode() + NOTE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 7",
        b"old 7\n" + NOTE.replace(b"\n\n", b"\n"),
        b"old 07\n\n" + NOTE,
        b"old +7\n\n" + NOTE,
        b"old 7 \n\n" + NOTE,
        b"OLD 7\n\n" + NOTE,
        "old \u0667\n\n".encode() + NOTE,
        b"old 9223372036854775808\n\n" + NOTE,
        b"old 7\r\n\n" + NOTE,
        b"old 7\n" + b64encode(bytes(31)) + b"\n\n" + NOTE,
        b"old 7\n" + b64encode(bytes(32)).rstrip(b"=") + b"\n\n" + NOTE,
        b"old 7\n" + b64encode(bytes(32))[:-2] + b"B=\n\n" + NOTE,
        b"old 0\n" + b64encode(bytes(32)) + b"\n\n" + NOTE,
        b"old 7\n" + (b64encode(bytes(32)) + b"\n") * (MAX_PROOF_LINES + 1) + b"\n" + NOTE,
        b"old 7\n\n" + b"x" * 100_000,
    ],
)
def test_refuses_a_request_in_any_other_form(body: bytes) -> None:
    with pytest.raises(LogError) as refused:
        parse_add_checkpoint(body)
    assert refused.value.code == "log.witness.malformed"


@pytest.mark.parametrize("text", ["", "\n", "7\n\n", "-1", "1.0", " 7", "٧", "x", "1" * 20, "0x7"])
def test_refuses_a_stated_size_that_is_no_plain_number(text: str) -> None:
    assert stated_size("7\n") == stated_size("7") == 7
    with pytest.raises(LogError) as caught:
        stated_size(text)
    assert caught.value.code == "log.witness.malformed"
