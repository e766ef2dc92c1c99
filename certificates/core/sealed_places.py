"""The names under which stored values are sealed: whose vault key, and which row and column."""

from uuid import UUID


def holder_subject(holder_id: UUID) -> str:
    """This will name the vault key of a holder."""
    return f"holder-{holder_id}"


def certificate_subject(certificate_id: UUID) -> str:
    """This will name the vault key of a certificate."""
    return f"certificate-{certificate_id}"


def place(model: str, row: UUID | int, column: str) -> str:
    """This will name one column of one row, such as "Certificate:<id>:sealed_values"."""
    return f"{model}:{row}:{column}"
