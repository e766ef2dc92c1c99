"""Every refusal bears a stable dotted code of a known family, a sentence that cannot hold the input, and the right HTTP status."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from config.api_errors import STATUS_BY_CODE
from tests.architecture.source_tree import APPS, name_of, python_files, tree

CODE_FORM = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+){1,3}")
# error class -> the families of its codes; the class or the family stands in the app's core/errors.py.
FAMILIES: Mapping[str, str] = {
    "AuthenticationFailed": "auth",
    "IdentityCodeError": "identity",
    "TokenRefused": "oauth",
    "OperatorError": "operator",
    "RateLimited": "rate",
    "RecordError": "agency user api_client membership",
    "CanonicalError": "json base64 der",
    "CredentialError": "credential jws key limit signature",
    "SealCodeError": "seal_code limit",
    "X509Error": "issuer csr crl",
    "StatusListError": "status_list limit",
    "LicenceTypeError": "licence_type",
    "FieldError": "licence_type",
    "IdentifierError": "identifier",
    "IssueError": "issue idempotency",
    "PresentationError": "code presentation",
    "DocumentError": "pdf ofd document limit",
    "DocumentWaitsError": "document timestamp",
    "TimestampError": "timestamp",
    "PictureError": "image",
    "CopyError": "copy",
    "CipherError": "cipher",
    "KeyUnavailableError": "key",
    "TrustListError": "trust_list",
    "MessageError": "message idempotency request peer recognition",
    "LogError": "log",
    "ReceiptError": "receipt",
    "PolicyError": "agency policy matter case purpose recognition idempotency usage request session",
    "IssuerError": "issuer agency_keys",
    "ReleaseError": "release",
}
# These sentences name a key of a data file or a rule of ours, never a value that somebody sent.
NAMES_OUR_OWN_WORDS = {
    "certificates/core/field_parser.py",
    "certificates/core/data_table.py",
    "accounts/services/create_agency.py",
    "accounts/services/create_user.py",
    "accounts/services/require_good_password.py",
    "accounts/services/record_membership.py",
    "accounts/services/register_api_client.py",
}


def _raised() -> Iterator[tuple[Path, ast.Call, str]]:
    """This will give every construction of one of our errors."""
    for path in python_files(*APPS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FAMILIES:
                yield path, node, node.func.id


def _arguments(call: ast.Call) -> tuple[ast.expr | None, ast.expr | None]:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    code = call.args[0] if call.args else named.get("code")
    message = call.args[1] if len(call.args) > 1 else named.get("message")
    return code, message


def _codes() -> set[tuple[str, str, str]]:
    return {
        (kind, code.value, name_of(path))
        for path, call, kind in _raised()
        for code in (_arguments(call)[0],)
        if isinstance(code, ast.Constant) and isinstance(code.value, str)
    }


def test_every_code_has_the_known_form_and_belongs_to_its_class() -> None:
    codes = _codes()
    assert len(codes) > 150
    strange = {
        (kind, code, where)
        for kind, code, where in codes
        if CODE_FORM.fullmatch(code) is None or code.split(".")[0] not in FAMILIES[kind].split()
    }
    assert strange == set()


def test_every_error_class_of_the_apps_is_known_here() -> None:
    classes = {
        node.name
        for app in APPS
        for path in python_files(app)
        if name_of(path) == f"{app}/core/errors.py"
        for node in tree(path).body
        if isinstance(node, ast.ClassDef)
    }
    roots = {"AccountsError", "CertificatesError", "VerificationError", "NotPermitted"}
    assert classes - roots - set(FAMILIES) == set()


def _is_built(message: ast.expr | None) -> bool:
    """A number of ours (a constant in capitals) may stand in a sentence."""
    if not isinstance(message, ast.JoinedStr):
        return isinstance(message, ast.BinOp | ast.Call)
    held = [part.value for part in message.values if isinstance(part, ast.FormattedValue)]
    return not all(isinstance(one, ast.Name) and one.id.isupper() for one in held)


def test_no_sentence_is_built_from_the_input() -> None:
    built = {
        f"{name_of(path)}:{call.lineno}"
        for path, call, _ in _raised()
        if _is_built(_arguments(call)[1]) and name_of(path) not in NAMES_OUR_OWN_WORDS
    }
    assert built == set()


def test_roots_are_never_raised_themselves() -> None:
    roots = {"AccountsError", "CertificatesError", "VerificationError"}
    for path in python_files(*APPS):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
                assert node.exc.func.id not in roots, f"{name_of(path)}:{node.lineno}"


@pytest.mark.parametrize("prefix", sorted(STATUS_BY_CODE))
def test_every_mapped_prefix_is_of_a_family_that_exists(prefix: str) -> None:
    families = {family for names in FAMILIES.values() for family in names.split()}
    assert prefix.split(".", maxsplit=1)[0] in families | {"permission", "scope"}


def test_nothing_is_caught_without_being_named() -> None:
    for path in python_files(*APPS, "config"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                names = ast.walk(node.type) if node.type else ()
                broad = {name.id for name in names if isinstance(name, ast.Name)} & {"Exception", "BaseException"}
                ends_in_raise = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                assert node.type is not None, f"{name_of(path)}:{node.lineno}"
                assert not broad or ends_in_raise, f"{name_of(path)}:{node.lineno}"
