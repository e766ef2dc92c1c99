"""What one printed licence says, as plain values: the layout reads nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """This will hold one labelled line; several values (co-owners, items) print one below the other.

    `wide` keeps the row on a full line where a crowded licence pairs short rows two and two.
    """

    label: str
    values: tuple[str, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """This will hold one file embedded in the PDF, such as the credential (`application/dc+sd-jwt`)."""

    name: str
    mime: str
    data: bytes


CREDENTIAL_NAME = "credential.sd-jwt"
SEAL_CODE_NAME = "seal-code.txt"
LICENCE_TYPE_NAME = "licence-type.json"
LICENCE_TYPE_MIME = "application/json"
CREDENTIAL_MIME = "application/dc+sd-jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentContent:
    """This will hold everything that a licence's page prints and carries.

    `agency_code` is the seal's 13-digit number or the agency's USCC; `seal_code` the text of the printed QR ("HZ1:...");
    `metadata` maps the national short names (GB/T 36903: ZZMC ... KZ_*) to text; `sample` prints a watermark and
    makes the seal say 样例.
    """

    title_zh: str
    title_en: str = ""
    subtitle: str = ""
    number_label: str
    number: str
    rows: tuple[Row, ...]
    identifier: str
    agency_name: str
    agency_code: str
    issue_date: date
    validity: str = ""
    seal_code: str
    notes: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    sample: bool = False

    def texts(self) -> tuple[str, ...]:
        """This will list every text of the page that comes from data, for the glyph check before rendering."""
        rows = tuple(text for row in self.rows for text in (row.label, *row.values))
        return (
            self.title_zh,
            self.title_en,
            self.subtitle,
            self.number_label,
            self.number,
            *rows,
            self.identifier,
            self.agency_name,
            self.agency_code,
            self.validity,
            *self.notes,
        )
