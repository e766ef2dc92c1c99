"""Administration pages of licences: metadata to read. No column that holds a value, a sealed value or an index is named here."""

from typing import Any, Final

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin import READS_EVIDENCE, RUNS, ReadOnlyAdmin, actions_of
from certificates.models import (
    Certificate,
    CertificateEvent,
    Document,
    IssuerKey,
    LicenceType,
    NodeKey,
    RegionCa,
    StatusList,
    StatusToken,
)
from certificates.services.retry_documents import retry_documents

_KEY = ("kid", "suite", "backend", "spki")
_TIMES = ("state", "from_at", "to_at", "compromised_at")
_OF_FILES: Final = {
    "level": gettext_lazy("签名达到的级别；OFD 没有。"),
    "held_code": gettext_lazy("暂缓的原因，或者正在等什么。"),
    "attempts": gettext_lazy("试过几次；等存储、等密钥的不算，重新制作时归零。"),
    "nudged_at": gettext_lazy("最近一次交给制作程序的时间。"),
}


@admin.register(LicenceType)
class LicenceTypeAdmin(ReadOnlyAdmin):
    """Versions of licence types; new ones come by `manage.py load_licence_types` only."""

    seen_by = READS_EVIDENCE
    fields = ("code", "version", "is_current", "digest", "definition", "created_at")
    list_display = ("code", "version", "is_current", "created_at")
    list_filter = ("is_current",)
    search_fields = ("code",)


@admin.register(IssuerKey)
class IssuerKeyAdmin(ReadOnlyAdmin):
    """Public halves of agencies' issue keys; commands make, rotate and retire them."""

    seen_by = READS_EVIDENCE
    fields = ("agency", "use", *_KEY, "licence_types", "chain_der", *_TIMES, "stopped_at", "stop_code")
    list_display = ("kid", "agency", "use", "suite", *_TIMES, "stopped_at")
    list_filter = ("state", "use", "suite")
    search_fields = ("kid", "agency__uscc", "agency__name_zh")


@admin.register(NodeKey)
class NodeKeyAdmin(ReadOnlyAdmin):
    """Public halves of the node's own keys."""

    seen_by = READS_EVIDENCE
    fields = ("purpose", *_KEY, *_TIMES)
    list_display = ("purpose", "kid", "suite", *_TIMES)
    list_filter = ("state", "purpose")


@admin.register(RegionCa)
class RegionCaAdmin(ReadOnlyAdmin):
    """The region's CAs, with their X.509 certificates."""

    seen_by = READS_EVIDENCE
    fields = (*_KEY, "certificate_der", *_TIMES)
    list_display = ("kid", "suite", *_TIMES)


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    """The life of licences, without what they say and without whose they are."""

    fields = (
        "id",
        "identifier",
        "licence_type",
        "agency",
        "version",
        "state",
        "replaces",
        "issuer_key",
        "valid_from",
        "valid_until",
        "issued_at",
        "released_at",
        "created_at",
    )
    list_display = ("identifier", "licence_type", "agency", "state", "issued_at", "released_at")
    list_filter = ("state", "licence_type")
    list_select_related = ("licence_type", "agency")
    search_fields = ("id", "identifier")


@admin.register(CertificateEvent)
class CertificateEventAdmin(ReadOnlyAdmin):
    """What happened to licences, as it went into the log."""

    seen_by = READS_EVIDENCE
    fields = ("certificate", "kind", "reason_code", "actor", "at", "log_index")
    list_display = ("at", "kind", "certificate", "reason_code", "log_index")
    list_filter = ("kind",)
    search_fields = ("certificate__id",)


@admin.register(StatusList)
class StatusListAdmin(ReadOnlyAdmin):
    """Status lists; which licence has which place in them is shown to nobody."""

    fields = ("purpose", "size", "is_open", "created_at")
    list_display = ("id", "purpose", "size", "is_open", "created_at")


@admin.register(StatusToken)
class StatusTokenAdmin(ReadOnlyAdmin):
    """The signed versions of status lists, as anyone can fetch them."""

    fields = ("status_list", "iat", "token")
    list_display = ("status_list", "iat")


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """How far the files of licences are, and why one is held."""

    fields = ("certificate", "kind", "state", "level", "held_code", "attempts", "nudged_at", "signed_at", "created_at")
    list_display = ("licence", "kind", "state", "held_code", "attempts", "level")
    list_filter = ("state", "kind", "level", "held_code")
    search_fields = ("certificate__id",)
    actions = ("try_again",)

    @admin.display(description="certificate 证照", ordering="certificate")
    def licence(self, obj: Document) -> str:
        """This will begin the licence's id, so that the list has room for what became of its file."""
        return f"{str(obj.certificate_id)[:8]}…"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """This will explain the columns in the reader's language."""
        return super().get_form(request, obj, change, help_texts=_OF_FILES, **kwargs)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """This will let administrators of the node take held files up again; auditors only read."""
        return bool(actions_of(request) & RUNS)

    @admin.action(description=gettext_lazy("重新制作所选的暂缓文件"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        """This will have the chosen held files tried again; who asked stands in each one's history."""
        chosen = tuple(queryset.values_list("pk", flat=True))
        retried = retry_documents(document_ids=chosen, at=timezone.now())
        for document in Document.objects.filter(pk__in=retried):
            self.log_change(request, document, "try again 重新制作")
        if retried:
            told = ngettext("已重新制作 %(count)d 份文件。", "已重新制作 %(count)d 份文件。", len(retried))
            self.message_user(request, told % {"count": len(retried)})
        left = len(chosen) - len(retried)
        if left:
            told = ngettext(
                "%(count)d 份文件没有重新制作：没有暂缓，或者证照、加注件已经失效或清除。",
                "%(count)d 份文件没有重新制作：没有暂缓，或者证照、加注件已经失效或清除。",
                left,
            )
            self.message_user(request, told % {"count": left}, messages.WARNING)
