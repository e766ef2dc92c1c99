"""Every numbered bad input of the threat table is refused, by its code; what is tested elsewhere is named here."""

import ast
import time
from pathlib import Path

import pytest

from accounts.core.errors import AccountsError
from certificates.core.errors import CertificatesError
from tests.unit.certificates.threats import bound, codes, disclosed, json_texts, judged, tokens
from tests.unit.certificates.threats.case import Case
from verification.core.errors import VerificationError

CASES = [case for family in (disclosed, bound, tokens, json_texts, codes, judged) for case in family.CASES]
MOST_SECONDS = 1  # of processor time, for any one input
ELSEWHERE = {
    "T20": "tests/integration/test_spend_presentation.py::test_one_code_spent_by_twenty_at_once_goes_to_one",
    "T31": "tests/unit/certificates/test_es256.py::test_agrees_with_every_wycheproof_case",
    "Q14": "tests/integration/test_spend_presentation.py::test_refuses_an_expired_code",
}
NUMBERS = {f"T{number}" for number in range(1, 33)} | {f"Q{number}" for number in range(1, 17)}
NUMBERS |= {"S3", "S4", "S6", "S7", "S8", "S9"}
ROOT = Path(__file__).parents[3]


@pytest.mark.usefixtures("every_suite")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_refused(case: Case) -> None:
    started = time.process_time()
    try:
        answer = case.run()
    except (CertificatesError, VerificationError, AccountsError) as error:
        answer = error.code
    assert answer == case.expected()
    assert time.process_time() - started < MOST_SECONDS


def test_every_number_has_a_case_or_a_test_elsewhere() -> None:
    assert {case.number for case in CASES} | ELSEWHERE.keys() == NUMBERS
    for place in ELSEWHERE.values():
        path, _, name = place.partition("::")
        assert name in {
            node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.FunctionDef)
        }


def test_ids_are_told_apart() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


# A photo and a seal that an agency hands in are encoded anew; a leaked copy's picture is read in a confined process.
MAY_DECODE = frozenset(
    {
        "accounts/adapters/seal_raster.py",
        "certificates/adapters/photos.py",
        "certificates/adapters/pdf/pictures.py",
        "certificates/adapters/ofd/seal_picture.py",
        "certificates/adapters/mark_reader_picture.py",
        "certificates/adapters/mark_reader_apart.py",
    }
)


def test_no_picture_of_a_code_is_ever_decoded_by_a_node() -> None:
    """Q11: pictures of codes are read by the scanner or the browser; a node takes text only."""
    decoding = set()
    sources = [
        path for app in ("accounts", "certificates", "verification", "config") for path in (ROOT / app).rglob("*.py")
    ]
    assert len(sources) > 200
    for path in sources:
        imported = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        }
        assert not imported & {"zxingcpp", "cv2", "imageio"}, path
        if "PIL" in imported:
            decoding.add(path.relative_to(ROOT).as_posix())
    assert decoding == MAY_DECODE
