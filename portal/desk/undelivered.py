"""送不到怎么办的表单：上门、留置、公告，各填各的。"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from agencies.models import User
from approvals.states import LastWay
from portal.desk.forms import among, long_text, only

HINTS = {
    LastWay.DOOR: lazy("两个人送到家里、单位，当面签收"),
    LastWay.LEFT: lazy("两个人送到了，拒绝签收：留在住所"),
    LastWay.UNSIGNED: lazy("来了，文书给他看过，不肯在送达回证上签字：两名送达人注明情况，视为送达"),
    LastWay.NOTICE: lazy("最后的办法：别的方式送不到，或者下落不明；三十日期满才算送达"),
}


class UndeliveredForm(forms.Form):
    NEEDED = {
        LastWay.DOOR: ("second", "place", "collector"),
        LastWay.LEFT: ("second", "place", "explained"),
        LastWay.UNSIGNED: ("second", "explained"),
        LastWay.NOTICE: ("place", "explained"),
    }

    way = forms.ChoiceField(
        label=lazy("改用哪一种"),
        choices=[(way.value, lazy("%s：%s") % (way.label, HINTS[way])) for way in LastWay],
        widget=forms.RadioSelect,
        initial=LastWay.DOOR,
        error_messages={"required": lazy("请选择送达方式。")},
    )
    second = forms.ModelChoiceField(
        User.objects.none(), label=lazy("另一名送达人"), empty_label=lazy("请选择"), required=False,
        help_text=lazy("送达人两名，都在送达回证上签名。"),
    )  # fmt: skip
    place = forms.CharField(
        label=lazy("地点"), max_length=200, required=False,
        help_text=lazy("上门、留置的写送到哪里；公告的写贴在哪里、登在哪里。"),
    )  # fmt: skip
    collector = forms.CharField(label=lazy("签收人"), max_length=60, required=False)
    relation = forms.CharField(
        label=lazy("与受送达人的关系"), max_length=40, required=False,
        help_text=lazy("本人签收的空着；代收的只能是同住的成年家属，写明关系；单位的写“法定代表人”“负责收件的人”。"),
    )  # fmt: skip
    explained = long_text(
        lazy("事由"),
        lazy("留置、拒绝签收的写怎样拒绝的；公告的写哪些方式送过、为什么送不到。"),
        rows=3,
        most=300,
        required=False,
    )
    witness = forms.CharField(
        label=lazy("见证人"), max_length=100, required=False,
        help_text=lazy("村(居)委会等基层组织或者所在单位的代表，写单位和姓名；到窗口拒绝签收的，有旁人在场就写。"),
    )  # fmt: skip
    recorded = forms.BooleanField(
        label=lazy("拍照、录像记录了送达过程"), required=False, help_text=lazy("没有见证人的，必须拍照、录像。")
    )
    missing = forms.BooleanField(
        label=lazy("受送达人下落不明"), required=False,
        help_text=lazy("不是下落不明的，先用别的方式送过、退回来了才能公告。"),
    )  # fmt: skip

    def __init__(self, *args: Any, servers: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [one.pk for one in servers]
        self.fields["second"].queryset = User.objects.filter(pk__in=keys).order_by("pk")  # type: ignore[attr-defined]
        shown = {
            "second": (LastWay.DOOR, LastWay.LEFT, LastWay.UNSIGNED),
            "place": (LastWay.DOOR, LastWay.LEFT, LastWay.NOTICE),
            "collector": (LastWay.DOOR,), "relation": (LastWay.DOOR,),
            "explained": (LastWay.LEFT, LastWay.UNSIGNED, LastWay.NOTICE),
            "witness": (LastWay.LEFT, LastWay.UNSIGNED), "recorded": (LastWay.LEFT,),
            "missing": (LastWay.NOTICE,),
        }  # fmt: skip
        for name, ways in shown.items():
            self.fields[name].when = only(ways[0]) if len(ways) == 1 else among("way", ways)  # type: ignore[attr-defined]
        for name in ("second", "place", "collector", "explained"):
            self.fields[name].needed = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        for name in self.NEEDED.get(told.get("way", ""), ()):
            if not told.get(name) and name not in self.errors:
                self.add_error(name, _("请填写“%s”。") % self.fields[name].label)
        return told
