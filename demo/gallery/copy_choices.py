"""What the gallery's copies show, for whom and for what: a choice for each licence, as its holder would make it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from certificates.core.grains import Grain


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyChoice:
    """This will hold the items at their grains, the terms of a copy, and the end of its caption."""

    full: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    purpose: str
    recipient: str
    caption_en: str

    @property
    def grains(self) -> Mapping[str, Grain]:
        """This will give the grain of each item."""
        return {
            **dict.fromkeys(self.full, Grain.FULL),
            **dict.fromkeys(self.masked, Grain.MASKED),
            **dict.fromkeys(self.facts, Grain.FACT),
        }


COPY_CHOICES: Final[Mapping[str, CopyChoice]] = MappingProxyType(
    {
        "zhang_constructor": CopyChoice(
            full=("certificate_number", "holder_name", "employer", "specialities", "valid_from", "valid_until"),
            masked=("holder_code",),
            facts=("age_over_18",),
            purpose="城东污水处理厂扩建工程投标",
            recipient="湖州市城市建设投资集团",
            caption_en="a copy for one tender",
        ),
        "zhang_id_card": CopyChoice(
            full=("holder_name", "photo", "issuing_authority", "issued_on", "valid_from", "valid_until"),
            masked=("certificate_number", "address"),
            facts=("age_over_18",),
            purpose="租房备案",
            recipient="杭州西湖区某房屋租赁中介",
            caption_en="a copy of both faces for the rent of a flat",
        ),
        "ouyang_shen_home": CopyChoice(
            full=("certificate_number", "location", "right_type", "right_nature", "use"),
            masked=("holder_name",),
            purpose="入学报名：居住情况核对",
            recipient="杭州市西湖区互证路小学",
            caption_en="a copy for a place at school",
        ),
        "zhang_zhou_marriage": CopyChoice(
            full=("holder_name", "photo", "certificate_number", "issued_on"),
            masked=("holder_code",),
            purpose="住房公积金共同借款",
            recipient="杭州住房公积金管理中心",
            caption_en="a copy for a loan",
        ),
        "lakeside_business": CopyChoice(
            full=("certificate_number", "holder_name", "company_type", "legal_representative", "business_scope"),
            facts=("established_over_3_years",),
            purpose="食材采购供应商入围",
            recipient="浙江省某高校后勤服务中心",
            caption_en="a copy for a purchaser",
        ),
    }
)
