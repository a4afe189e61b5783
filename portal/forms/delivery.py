"""怎样拿结果：大厅和窗口用同一张表；只有指南公布的几种。"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from approvals.actions.delivery_choices import Destination
from approvals.rules.delivery import ways_of
from catalog.rules.delivery import ways_offered
from catalog.states import DeliveryWay, Postage
from portal.forms import fields
from portal.language import hant, said

POSTAGE = {Postage.AGENCY: lazy("邮费由我们付。"), Postage.APPLICANT: lazy("邮费由收件人付。")}
NEEDED = {
    "receiver": lazy("请填写收件人。"), "phone": lazy("请填写收件电话。"), "address": lazy("请填写收件地址。"),
}  # fmt: skip


def asks_before_submitting(guide: Any) -> bool:
    """网上申请时问不问：指南公布了几种的才问；只有到窗口领的、没有公布的，收件以后在查进度页选。"""
    return bool(guide.delivery) and ways_offered(guide) != [DeliveryWay.WINDOW]


def ways_together(guides: Sequence[Any]) -> list[str]:
    """几个事项一起选：有一个事项许可的就问；没有这一种的事项，以后在查进度页另选。"""
    offered = {way for guide in guides for way in ways_offered(guide)}
    return [way for way in DeliveryWay.values if way in offered]


class DeliveryChoiceForm(forms.Form):
    """选一种；邮寄的写寄给谁、寄到哪里，电子送达的要点同意。"""

    way = forms.ChoiceField(
        label=lazy("结果怎么给您"), widget=forms.RadioSelect,
        error_messages={"required": lazy("请选择结果怎么给您。")},
    )  # fmt: skip
    receiver = forms.CharField(
        label=lazy("收件人"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = fields.phone_field(label=lazy("收件电话"), required=False)
    address = forms.CharField(
        label=lazy("收件地址"), max_length=200, required=False, help_text=lazy("写到门牌号。"),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip
    agreed = forms.BooleanField(
        label=lazy("同意电子送达"),
        required=False,
        help_text=lazy(
            "决定书在查进度页看、下载，到达的日期就是送达日期，复议、诉讼的期限从这一日起算；送达以前随时可以收回，要纸质的随时可以要。"
        ),
    )

    def __init__(
        self, guide: Any, data: Any = None, *, ways: Collection[str], initial: Mapping[str, Any] | None = None,
        place: Any = None, desk: bool = False, also: Sequence[Any] = (),
    ) -> None:  # fmt: skip
        """ways 是许可的几种；place 是收件的窗口，领取就在那里；desk 是窗口替申请人登记；also 是一起选的别的指南。"""
        known = {name: value for name, value in (initial or {}).items() if value}
        super().__init__(data, initial={"agreed": known.get("way") == DeliveryWay.ELECTRONIC, **known})
        offered = [way for way in DeliveryWay.values if way in ways]
        told = [(way, self._words(way, [guide, *also], place)) for way in offered]
        self.fields["way"].choices = told  # type: ignore[attr-defined]
        if len(offered) == 1:
            self.fields["way"].initial = offered[0]
        for name in NEEDED:
            self.fields[name].when = when(DeliveryWay.EXPRESS)  # type: ignore[attr-defined]
            self.fields[name].needed = True  # type: ignore[attr-defined]
        self.fields["agreed"].when = when(DeliveryWay.ELECTRONIC)  # type: ignore[attr-defined]
        if desk:
            self.fields["way"].label = _("结果怎么给申请人")
            self.fields["agreed"].label = _("申请人当面签了电子送达确认书")

    @staticmethod
    def _words(way: str, guides: Sequence[Any], place: Any) -> str:
        name = said(DeliveryWay(way).label)
        without = [hant(one.name) for one in guides if way not in ways_offered(one)] if len(guides) > 1 else []
        if without:
            name = _("%(way)s（%(names)s没有这一种，以后另选）") % {"way": name, "names": _("、").join(without)}
        if way == DeliveryWay.WINDOW and place is not None:
            where = hant("，".join(one for one in (place.name, place.address) if one))
            return _("%(way)s：%(where)s") % {"way": name, "where": where}
        payers = {row.get("postage", "") for one in guides for row in one.delivery if row.get("way") == way}
        paid = POSTAGE.get(payers.pop()) if len(payers) == 1 and way == DeliveryWay.EXPRESS else None
        return _("%(way)s：%(where)s") % {"way": name, "where": paid} if paid else name

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("way") == DeliveryWay.EXPRESS:
            for name, words in NEEDED.items():
                if not told.get(name) and name not in self.errors:
                    self.add_error(name, str(words))
        if told.get("way") == DeliveryWay.ELECTRONIC and not told.get("agreed"):
            self.add_error("agreed", _("没有同意的，不能电子送达：请点同意，或者选别的。"))
        return told

    def stored(self) -> dict[str, str]:
        """存进草稿的，填得不全的也存；不是邮寄的不留地址，没有选的什么也不存。"""
        told = {name: str(self.data.get(name, "")).strip() for name in ("way", *NEEDED)}
        if told["way"] not in dict(self.fields["way"].choices):  # type: ignore[attr-defined]
            return {}
        return told if told["way"] == DeliveryWay.EXPRESS else {"way": told["way"]}

    def destination(self) -> Destination:
        return Destination(**{name: self.cleaned_data[name] for name in NEEDED})


def when(way: str) -> dict[str, str]:
    return {"field": "way", "op": "equals", "value": way}


def known_of(choice: Any, applicant: Any = None) -> dict[str, str]:
    """先替他填上：选过的；本人登录的，没有选过的取自他登记的(applicant)。窗口只看得到他为送达说的。"""
    known = {"way": choice.way, **{name: getattr(choice, name) for name in NEEDED}} if choice else {}
    if applicant is not None and not known.get("address"):
        named = {"receiver": applicant.contact_name or applicant.name, "phone": applicant.phone}
        known |= named | {"address": applicant.address}
    return known


def form_for(case: Any, choice: Any, data: Any, *, own: bool = False, desk: bool = False) -> DeliveryChoiceForm:
    """一件办件的；choice 是选过的(DeliveryChoice)，own 是本人登录着。"""
    ways, known = ways_of(case), known_of(choice, case.applicant if own else None)
    return DeliveryChoiceForm(case.guide, data, ways=ways, initial=known, place=case.intake_unit, desk=desk)


def draft_form(guides: Sequence[Any], content: Any, data: Any, *, place: Any) -> DeliveryChoiceForm:
    """草稿的：先填上选过的，没有选过的取自申请人一页。guides 不止一份的，是联办的几个事项一起选。"""
    person = content.person
    known = {"receiver": person.get("contact_name") or person.get("name", "")}
    known |= {name: person.get(name, "") for name in ("phone", "address")}
    known |= content.delivery
    first, *also = guides
    return DeliveryChoiceForm(first, data, ways=ways_together(guides), initial=known, place=place, also=also)


def kept_is_whole(guides: Sequence[Any], kept: Mapping[str, str]) -> bool:
    """草稿里存着的还合不合指南：换了新版的，再看一遍。没有选过的也行：收件以后再选。"""
    data = {**kept, "agreed": "on"}
    return not kept or DeliveryChoiceForm(guides[0], data, ways=ways_together(guides)).is_valid()


def rows_of(kept: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """核对页上的几行：栏名、标签、内容。"""
    if not kept:
        return [("way", _("结果怎么给您"), _("还没有选，提交以后也可以选"))]
    labels = {"receiver": _("收件人"), "phone": _("收件电话"), "address": _("收件地址")}
    told = [("way", _("结果怎么给您"), said(DeliveryWay(kept["way"]).label))]
    return told + [(name, label, kept[name]) for name, label in labels.items() if kept.get(name)]
