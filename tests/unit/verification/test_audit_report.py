"""An audit's report: clean only with nothing found, and the lowest bad leaf is the one named."""

from verification.core.audit_report import AuditReport, Finding


def report(*findings: Finding) -> AuditReport:
    return AuditReport(size=9, checkpoints=1, cosignatures=0, findings=findings)


def test_nothing_found_is_clean() -> None:
    assert report().clean
    assert report().first_bad is None


def test_the_lowest_leaf_is_named_before_what_concerns_no_leaf() -> None:
    whole, late, early = (Finding(code="a", text="", index=index) for index in (None, 7, 0))
    assert report(whole, late, early).first_bad == early
    assert report(whole).first_bad == whole
    assert not report(whole).clean
