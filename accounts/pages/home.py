"""The first page: what this service is, or, once signed in, what the role can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.core.permissions import Role
from accounts.pages.wording import in_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """This will hold one way into the service; `name` is a URL name, `icon` a template."""

    name: str
    icon: str
    title: Promise
    sentence: Promise

    @property
    def url(self) -> str:
        """This will give the address the tile leads to."""
        return reverse(self.name)


_LOG = Tile(
    name="verification:log",
    icon="icons/log.svg",
    title=gettext_lazy("公开日志"),
    sentence=gettext_lazy("查看最近的检查点、条目总数和见证签名。"),
)
_ISSUED = Tile(
    name="certificates:issued",
    icon="icons/licence.svg",
    title=gettext_lazy("已签发"),
    sentence=gettext_lazy("查看本机关签发的证照编号和状态。"),
)
_MASS = Tile(
    name="certificates:mass_revocations",
    icon="icons/alert.svg",
    title=gettext_lazy("批量撤销"),
    sentence=gettext_lazy("试算、提出、由另一位管理员复核。"),
)
_ADMIN = Tile(
    name="admin:index",
    icon="icons/agency.svg",
    title=gettext_lazy("管理"),
    sentence=gettext_lazy("维护机构、人员和规则；不显示任何证照内容。"),
)
_HEALTH = Tile(
    name="verification:audit",
    icon="icons/shield.svg",
    title=gettext_lazy("运行与审计"),
    sentence=gettext_lazy("节点能否作答、信任清单何时到期、日志是否跟上。"),
)
_SAMPLES = Tile(
    name="certificates:previews",
    icon="icons/licence.svg",
    title=gettext_lazy("证照样张"),
    sentence=gettext_lazy("用编造的内容看看每类证照的样子。"),
)
TILES: Mapping[Role, tuple[Tile, ...]] = MappingProxyType(
    {
        Role.HOLDER: (
            Tile(
                name="certificates:my_licences",
                icon="icons/licence.svg",
                title=gettext_lazy("我的证照"),
                sentence=gettext_lazy("查看、亮证、下载文件。"),
            ),
            Tile(
                name="verification:my_lookups",
                icon="icons/eye.svg",
                title=gettext_lazy("谁看过"),
                sentence=gettext_lazy("谁、何时、为哪件事看了您的哪些内容。"),
            ),
            Tile(
                name="verification:my_copies",
                icon="icons/pen.svg",
                title=gettext_lazy("我的加注件"),
                sentence=gettext_lazy("只给一方、只做一件事用的副本：下载、作废。"),
            ),
        ),
        Role.ISSUING_OFFICER: (
            Tile(
                name="certificates:issue",
                icon="icons/seal.svg",
                title=gettext_lazy("签发证照"),
                sentence=gettext_lazy("选类型、填内容、核对、签发。"),
            ),
            _ISSUED,
            _LOG,
        ),
        Role.COUNTER_OFFICER: (
            Tile(
                name="verification:counter",
                icon="icons/shield.svg",
                title=gettext_lazy("核验证照"),
                sentence=gettext_lazy("扫码或上传文件，当场得出结论和回执。"),
            ),
            Tile(
                name="verification:agency_copies",
                icon="icons/pen.svg",
                title=gettext_lazy("本单位的加注件"),
                sentence=gettext_lazy("为办件制作的副本：下载、作废。"),
            ),
            _LOG,
        ),
        Role.AGENCY_ADMIN: (
            Tile(
                name="accounts:officers",
                icon="icons/agency.svg",
                title=gettext_lazy("本机构人员"),
                sentence=gettext_lazy("添加、停用和恢复本机构的账号。"),
            ),
            _ISSUED,
            _SAMPLES,
            _MASS,
            _LOG,
        ),
        Role.NODE_ADMIN: (_ADMIN, _HEALTH, _SAMPLES, _MASS, _LOG),
        Role.AUDITOR: (_HEALTH, _ADMIN, _LOG),
    }
)


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """This will show the tiles of the user's role, or the public face to everybody else."""
    user = request.user
    if not user.is_authenticated:
        return render(request, "accounts/home.html")
    if user.must_change_password:
        return redirect("accounts:password")
    role = Role(user.role)
    tiles = tuple(tile for tile in TILES[role] if tile is not _ADMIN or user.is_staff)
    agency = in_language(user.agency.name_zh, user.agency.name_en) if user.agency else ""
    parts = (agency, user.unit, user.post) if user.agency else ()
    context = {
        "greeting": _("您好，今天要办什么？"),
        "standing": " · ".join(part for part in parts if part),
        "tiles": tiles,
    }
    return render(request, "accounts/home.html", context)
