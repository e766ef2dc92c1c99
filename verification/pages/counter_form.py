"""What an officer at the counter fills in once the matter is chosen: the thing shown, the case and the reason."""

import uuid
from typing import Any, Final, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MAX_PRESENTATION_CHARS: Final = 262_144  # an SD-JWT with every disclosure stays far below
MAX_DOCUMENT_BYTES: Final = 10 * 1024 * 1024  # as large as a document may be


class CounterForm(forms.Form):
    """This will take exactly one of a code (or seal code, or SD-JWT) and a file, with what the look is for."""

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)
    presentation = forms.CharField(
        label=gettext_lazy("亮证码、印刷码或凭证文本"),
        help_text=gettext_lazy("用扫码枪直接扫入，或粘贴。"),
        required=False,
        max_length=MAX_PRESENTATION_CHARS,
        widget=forms.Textarea(attrs={"rows": 3, "class": "code", "spellcheck": "false", "autocapitalize": "none"}),
    )
    document = forms.FileField(
        label=gettext_lazy("或上传证照文件"),
        help_text=gettext_lazy("PDF 或 OFD，10 MB 以内。"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf,.ofd"}),
    )
    case_number = forms.CharField(
        label=gettext_lazy("办件编号"),
        max_length=64,
        widget=forms.TextInput(attrs={"spellcheck": "false", "class": "code"}),
    )
    purpose = forms.CharField(
        label=gettext_lazy("事由"),
        help_text=gettext_lazy("写明为哪件事、为什么要看。持证人查看记录时会看到这段话（外省的文件和印刷码除外）。"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    as_of = forms.DateTimeField(
        label=gettext_lazy("问过去某一时刻的情形"),
        help_text=gettext_lazy("北京时间。不填就是问现在；填了，结论只说明那一刻，不说明现在。"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, case_example: str = "", **kwargs: Any) -> None:
        """This will give a new form the key under which a repeat of it gets the first answer, and say what a case number looks like."""
        kwargs.setdefault("initial", {"idempotency_key": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        if case_example:
            self.fields["case_number"].help_text = _("例如 %(example)s。") % {"example": case_example}
        for shown in self.fields.values():
            shown.error_messages.update(required=_("请填写这一项。"), invalid=_("格式不正确。"))

    @classmethod
    def for_same_case(cls, given: QueryDict, *, case_example: str) -> Self:
        """This will start a new look for the case and purpose of the last one; nothing that was shown is kept."""
        kept = {name: given.get(name, "") for name in ("case_number", "purpose")}
        return cls(initial={"idempotency_key": uuid.uuid4(), **kept}, case_example=case_example)

    def clean(self) -> dict[str, Any]:
        """This will refuse neither, both, and a file that is too large."""
        cleaned = super().clean() or self.cleaned_data
        code, document = cleaned.get("presentation"), cleaned.get("document")
        if "presentation" not in self.errors and "document" not in self.errors and bool(code) == bool(document):
            self.add_error("presentation", _("请扫入一个码，或者上传一个文件，二者取一。"))
        if document and document.size > MAX_DOCUMENT_BYTES:
            self.add_error("document", _("文件超过 10 MB。"))
        return cleaned

    def start_again(self) -> None:
        """This will give the form a new key: what was refused may be corrected and sent as another request."""
        assert isinstance(self.data, QueryDict)
        again = self.data.copy()
        again["idempotency_key"] = str(uuid.uuid4())
        self.data = again
