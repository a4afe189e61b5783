"""特别程序的表单。"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from agencies.models import User
from approvals import rules
from approvals.models import Case
from approvals.rules import ExtensionLimit
from approvals.states import ProcedureKind
from office.papers.words import term_words
from portal.desk.forms import long_text

MINUTES = "%Y-%m-%dT%H:%M"


def moment_field(label: Any, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label, help_text=help_text, input_formats=[MINUTES, "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTES),
        error_messages={"required": lazy("请填写时间。"), "invalid": lazy("时间不对：请写成 2026-01-31T09:30 这样。")},
    )  # fmt: skip


class StartForm(forms.Form):
    reason = long_text(lazy("为什么需要"), lazy("写给申请人看，原样写进特别程序告知书。"))


class PublicityForm(StartForm):
    """公示：通行证、护照的号码里看不出年龄，要看过证件(unseen)。"""

    adult = forms.BooleanField(
        label=lazy("看过证件，申请人已满十八周岁"), help_text=lazy("他的证件号码里没有出生日期；未成年人的不公示。"),
        error_messages={"required": lazy("请看过证件，确认申请人已满十八周岁。")},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, unseen: bool = False) -> None:
        super().__init__(data)
        if not unseen:
            del self.fields["adult"]


class FamilyForm(PublicityForm):
    """社会救助的公示：姓名由办件带出，另只有人数和金额两格。"""

    members = forms.IntegerField(
        label=lazy("家庭成员数"), min_value=1, max_value=50,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), lazy("请填家庭有几口人。")),
    )  # fmt: skip
    amount = forms.DecimalField(
        label=lazy("拟保障金额（元/月）"), min_value=0, max_digits=9, decimal_places=2,
        error_messages={"required": lazy("请填每月多少元。"), "invalid": lazy("请填数字，例如 1200 或 1200.50。")},
    )  # fmt: skip
    place = forms.CharField(
        label=lazy("还张贴在哪里"), max_length=100, required=False, help_text=lazy("例如申请家庭所在村（社区）公示栏。")
    )


class MatterForm(PublicityForm):
    """其余事项的公示：名称由办件带出，另写结果。"""

    matter = forms.CharField(
        label=lazy("拟公示的结果"), max_length=200, help_text=lazy("一句话，不写证件号码、电话、住址。"),
        error_messages={"required": lazy("请写明公示的结果。")},
    )  # fmt: skip
    place = forms.CharField(label=lazy("还张贴在哪里"), max_length=100, required=False)


class AssignForm(StartForm):
    """指派核查：两名不同的人，什么时候去哪里。"""

    officer_1 = forms.ModelChoiceField(
        User.objects.none(), label=lazy("核查人员甲"), empty_label=lazy("请选择"),
        error_messages={"required": lazy("请选择核查人员甲。")},
    )  # fmt: skip
    officer_2 = forms.ModelChoiceField(
        User.objects.none(), label=lazy("核查人员乙"), empty_label=lazy("请选择"),
        help_text=lazy("两人同去（行政许可法第三十四条第三款）。"),
        error_messages={"required": lazy("请选择核查人员乙。")},
    )  # fmt: skip
    visits_at = moment_field(lazy("什么时候去"))
    place = forms.CharField(label=lazy("去哪里"), max_length=100, error_messages={"required": lazy("请填写地点。")})

    def __init__(self, officers: Any, data: Any = None) -> None:
        super().__init__(data)
        for name in ("officer_1", "officer_2"):
            self.fields[name].queryset = officers  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("officer_1") and cleaned.get("officer_1") == cleaned.get("officer_2"):
            self.add_error("officer_2", _("要两名不同的人。"))
        return cleaned


class InspectionForm(forms.Form):
    found = long_text(lazy("看到的情况"), lazy("照实写：看了什么、量了什么、核对了什么。"), rows=6)
    conclusion = long_text(lazy("核查结论"), rows=2)
    present = forms.CharField(
        label=lazy("在场人及其意见"), max_length=300, help_text=lazy("没有人在场、不肯签名的，写明。"),
        error_messages={"required": lazy("请写明谁在场、有什么意见。")},
    )  # fmt: skip


class AnswerForm(forms.Form):
    text = long_text(lazy("答复"), lazy("写明核实了什么、结论是什么；提出的人留了电话的，原样发给他。"))


class OrderForm(forms.Form):
    text = long_text(lazy("为什么依职权举行"), lazy("涉及公共利益的，写明是哪一种、有什么必要。"))


class RequestForm(forms.Form):
    """登记要求：有告知过的利害关系人的，写明是申请人还是其中哪一位要求的。"""

    APPLICANT = "applicant"

    text = long_text(lazy("要求和理由"), lazy("照他说的写。"))

    def __init__(self, parties: Any, data: Any = None) -> None:
        super().__init__(data)
        self.parties = {str(one.pk): one for one in parties}
        if self.parties:
            told = [(key, _("利害关系人 %s") % one.name) for key, one in self.parties.items()]
            self.fields["party"] = forms.ChoiceField(
                label=_("谁要求的"), choices=[(self.APPLICANT, _("申请人")), *told], widget=forms.RadioSelect,
                error_messages={"required": _("请选择是谁要求的。")},
            )  # fmt: skip
            self.order_fields(["party", "text"])

    def clean_party(self) -> Any:
        return self.parties.get(self.cleaned_data["party"])


class WaiveForm(forms.Form):
    text = long_text(lazy("申请人怎么说的"), lazy("不要求听证只能由申请人自己说；没有说的，等五个工作日。"))


class ScheduleForm(forms.Form):
    """定时间地点：主持人从本机关的人里选，审查人不在其中。"""

    sits_at = moment_field(lazy("什么时候举行"), lazy("至少提前七个工作日通知，要求提出后二十个工作日以内。"))
    place = forms.CharField(label=lazy("地点"), max_length=100, error_messages={"required": lazy("请填写地点。")})
    chair = forms.ModelChoiceField(
        User.objects.none(), label=lazy("主持人"), empty_label=lazy("请选择"),
        help_text=lazy("主持人不审查、不决定这一件。"), error_messages={"required": lazy("请选择主持人。")},
    )  # fmt: skip

    def __init__(self, chairs: Any, data: Any = None) -> None:
        super().__init__(data)
        self.fields["chair"].queryset = chairs  # type: ignore[attr-defined]


class RecordForm(forms.Form):
    present = long_text(lazy("到场的人"), lazy("申请人、利害关系人、审查人、代理人；没有到场的也写明。"), rows=3)
    text = long_text(lazy("笔录"), lazy("审查人的意见、证据和理由，申请人、利害关系人的申辩和质证。"), rows=10)
    signers = forms.CharField(
        label=lazy("核对无误签名的人"), max_length=200, help_text=lazy("拒绝签名的，写明。"),
        error_messages={"required": lazy("请写明谁签了名。")},
    )  # fmt: skip


def start_form(case: Case, row: Mapping[str, Any], data: Any = None) -> forms.Form:
    """启动这一种要填什么。"""
    kind = rules.procedure_kind(row["name"])
    if kind == ProcedureKind.INSPECTION:
        officers = User.objects.trusted_with("view_cases", *rules.examining(case))
        return AssignForm(officers.exclude(pk__in=[*case.recused, case.user_id or 0]), data)
    if kind == ProcedureKind.PUBLICITY:
        form = FamilyForm if rules.publishes_family(case.item) else MatterForm
        return form(data, unseen=rules.age_unseen(case.applicant))
    return StartForm(data)


class EndForm(forms.Form):
    result = long_text(lazy("结果"), lazy("结论是什么、谁作出的。会告诉申请人。"))


class ExtendForm(forms.Form):
    """报请延期：延多久不超过法律许可的。"""

    def __init__(self, limit: ExtensionLimit, data: Any = None) -> None:
        super().__init__(data)
        told = {"length": term_words(limit.value, limit.unit), "basis": limit.basis}
        wrong = _("请填 1 到 %s 之间的整数。") % limit.value
        self.fields["value"] = forms.IntegerField(
            label=_("延长多久"), min_value=1, max_value=limit.value, initial=limit.value,
            help_text=_("至多%(length)s（%(basis)s），只能延一次。") % told,
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
        )  # fmt: skip
        self.fields["reason"] = long_text(_("为什么不能如期办结"), _("批准以后原样写进延期通知书，告诉申请人。"))
