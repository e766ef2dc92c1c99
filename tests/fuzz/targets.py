"""Every kind of input that comes from outside, in every suite."""

from certificates.core.signing.registry import SUITES
from tests.fuzz.callers import caller_targets
from tests.fuzz.certificates import certificate_targets
from tests.fuzz.codes import coding_targets, presentation_code_target, seal_code_target
from tests.fuzz.credentials import credential_target
from tests.fuzz.data_files import data_targets
from tests.fuzz.documents import document_target
from tests.fuzz.logs import log_targets, receipt_target
from tests.fuzz.messages import body_targets, message_targets
from tests.fuzz.sealed_documents import sealed_document_target
from tests.fuzz.statements import statement_targets, trust_list_target
from tests.fuzz.target import Target
from tests.fuzz.verdicts import verdict_targets


def all_targets(*, documents: bool = True) -> list[Target]:
    """This will make the good inputs and what goes with them; drawing a document takes a second or two."""
    found = [*coding_targets(), presentation_code_target(), *body_targets(), *log_targets(), trust_list_target()]
    found += [*data_targets(), *caller_targets(), *verdict_targets(), *([document_target()] if documents else [])]
    found.append(sealed_document_target())
    for suite in SUITES:
        found += [credential_target(suite), seal_code_target(suite), receipt_target(suite)]
        found += [*statement_targets(suite), *message_targets(suite), *certificate_targets(suite)]
    return found
