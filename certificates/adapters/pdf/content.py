"""What one printed licence says, as plain values: the layout reads nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from certificates.core.layout_kinds import FrameStyle, Paper, Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """This will hold one labelled line; several values (co-owners, items) print one below the other.

    `wide` keeps the row on a full line where a crowded licence pairs short rows two and two.
    """

    label: str
    values: tuple[str, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """This will hold one field as a template prints it, found there under the field's name."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyOverlay:
    """This will hold what is printed on a copy made for one purpose: `lines` across it, its visible number, its terms in words.

    `absent` stands in the place of a field that is not shown; `extra` is what the type's own page has no place for.
    """

    lines: tuple[str, ...]
    number: str
    recipient: str
    purpose: str
    made: str
    end: str
    absent: str
    extra: tuple[Row, ...] = ()

    def texts(self) -> tuple[str, ...]:
        """This will list its texts."""
        extra = (text for row in self.extra for text in (row.label, *row.values))
        return (*self.lines, self.number, self.recipient, self.purpose, self.made, self.end, self.absent, *extra)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """This will hold one file embedded in the PDF, such as the credential (`application/dc+sd-jwt`)."""

    name: str
    mime: str
    data: bytes


CREDENTIAL_NAME = "credential.sd-jwt"
RECEIPT_NAME = "receipt.json"  # of an archived receipt, with what opens its entry
OPENINGS_NAME = "openings.json"
SEAL_CODE_NAME = "seal-code.txt"
LICENCE_TYPE_NAME = "licence-type.json"
LICENCE_TYPE_MIME = "application/json"
CREDENTIAL_MIME = "application/dc+sd-jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentContent:
    """This will hold everything that a licence's page prints and carries. `date_lead` stands before the date in the seal.

    `agency_code` is the seal's 13-digit number or the agency's USCC; `seal_code` the text of the printed QR ("HZ1:...");
    `metadata` maps the national short names (GB/T 36903: ZZMC ... KZ_*) to text; `sample` prints a watermark and
    makes the seal say 样例. `template` is the typesetting source of the type's own page ("": the generic one), which prints
    `items` by field name; `rows` are the same in printing order. `photo` is a JPEG or PNG, `seal_image` the agency's own seal
    (SVG or PNG, checked when it was handed in), `mark` the 48-bit number woven into the background of a copy.
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
    date_lead: str = ""
    validity: str = ""
    seal_code: str
    notes: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    sample: bool = False
    sample_words: str = "样例 SAMPLE"
    template: str = ""
    paper: Paper = Paper.A4_LANDSCAPE
    theme: Theme = Theme.GOLD
    frame: FrameStyle = FrameStyle.WOVEN
    items: Mapping[str, Item] = field(default_factory=dict)
    photo: bytes | None = field(default=None, repr=False)
    seal_image: bytes | None = None
    overlay: CopyOverlay | None = None
    mark: int | None = None

    @property
    def sheet(self) -> Paper:
        """This will be the paper of the file's pages: a card's copy shows both faces on a sheet of A4, as a photocopy does."""
        return Paper.A4_PORTRAIT if self.paper is Paper.CARD and self.overlay is not None else self.paper

    def texts(self) -> tuple[str, ...]:
        """This will list every text of the page that comes from data, for the glyph check before rendering."""
        rows = tuple(text for row in self.rows for text in (row.label, *row.values))
        items = tuple(text for item in self.items.values() for text in (item.label, *item.values))
        overlay = self.overlay.texts() if self.overlay else ()
        return (
            self.title_zh,
            self.title_en,
            self.subtitle,
            self.number_label,
            self.number,
            *rows,
            *items,
            self.identifier,
            self.agency_name,
            self.agency_code,
            self.date_lead,
            self.validity,
            *self.notes,
            *overlay,
        )
