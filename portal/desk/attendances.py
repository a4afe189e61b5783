"""登记到场的表：窗口收件时一勾；办件页上一页，三样选一样。"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from agencies.models import User
from approvals.actions.attendances import Came, Visit
from approvals.models import Attendance, Case
from approvals.rules import may_take_in
from approvals.rules.attendances import visit_listed
from approvals.states import ApplicantKind, AttendanceWay
from portal.desk.forms import long_text, only
from portal.desk.procedure_forms import moment_field
from portal.forms import fields

W = AttendanceWay
RELATION = lazy("申请人本人来的空着；监护人、家人来的，单位的，写明关系，例如“法定代表人”“经办人”。")


class CameForm(forms.Form):
    """收件的那一页：人来了勾一下。个人本人来的不用再填；别人来的、单位的，写来的人是谁。"""

    came = forms.BooleanField(
        label=lazy("申请人到场了，已当面核对证件原件"), required=False,
        help_text=lazy("直办类：登记了到场才能受理。没有来的照样收件，以后登记。"),
    )  # fmt: skip
    came_person = forms.CharField(label=lazy("到场的人姓名"), max_length=60, required=False)
    came_id_kind = fields.IdentityKindField(label=lazy("到场的人证件类型"))
    came_id = fields.CodeField(label=lazy("到场的人证件号码"), max_length=30, required=False)
    came_relation = forms.CharField(
        label=lazy("与申请人的关系"), max_length=40, required=False, help_text=lazy("例如“监护人”“经办人”。")
    )

    def __init__(self, data: Any = None, *, kind: str = "", initial: Any = None) -> None:
        """kind 是申请人的类别：单位的一定要写来的人。"""
        super().__init__(data, initial=initial)
        self.of_organisation = kind == ApplicantKind.ORGANISATION

    @property
    def is_other(self) -> bool:
        """折着的一段要不要打开：写了来的人是谁，或者那几格不对。"""
        names = ("came_person", "came_id", "came_relation")
        return any(self[name].value() or self[name].errors for name in names)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        names = ("came_person", "came_id", "came_relation")
        if told.get("came") and (self.of_organisation or any(told.get(name) for name in names)):
            for name in names:
                if not told.get(name) and name not in self.errors:
                    self.add_error(name, _("请填写“%s”。") % self.fields[name].label)
            fields.check_identity(self, "came_id_kind", "came_id")
        return told

    def who(self, applicant: Any) -> Came | None:
        """谁来了；没有勾的是 None。applicant 是收下的申请人：没有另写的就是他本人。"""
        told = self.cleaned_data
        if not told.get("came"):
            return None
        if not told["came_person"]:
            return Came(applicant.name, applicant.id_number, applicant.id_kind)
        return Came(told["came_person"], told["came_id"], told["came_id_kind"], told["came_relation"])


class AttendanceForm(forms.Form):
    """登记到场：来了窗口、看过现场，或者依法受理以后看。"""

    NEEDED = {
        W.WINDOW: ("happened_at", "person", "id_number"),
        W.VISIT: ("happened_at", "officer_1", "officer_2", "place", "found"),
        W.LATER: ("basis",),
    }

    way = forms.ChoiceField(
        label=lazy("怎样到场"), choices=W.choices, widget=forms.RadioSelect,
        error_messages={"required": lazy("请选择怎样到场。")},
    )  # fmt: skip
    happened_at = moment_field(lazy("什么时候"))
    person = forms.CharField(label=lazy("到场的人"), max_length=60, required=False)
    id_kind = fields.IdentityKindField(label=lazy("证件类型"))
    id_number = fields.CodeField(
        label=lazy("证件号码"), max_length=30, required=False, help_text=lazy("当面核对证件原件。")
    )
    relation = forms.CharField(label=lazy("与申请人的关系"), max_length=40, required=False, help_text=RELATION)
    officer_1 = forms.ModelChoiceField(
        User.objects.none(), label=lazy("查看人员甲"), empty_label=lazy("请选择"), required=False
    )
    officer_2 = forms.ModelChoiceField(
        User.objects.none(), label=lazy("查看人员乙"), empty_label=lazy("请选择"), required=False,
        help_text=lazy("两人同去，向在场的人出示证件。"),
    )  # fmt: skip
    place = forms.CharField(label=lazy("去了哪里"), max_length=100, required=False)
    found = long_text(lazy("看到的情况"), lazy("照实写：看了什么、谁在场、核对了什么。"), required=False)
    basis = forms.CharField(
        label=lazy("凭什么受理以后看"), max_length=200, required=False,
        help_text=lazy("写明是哪一道程序、哪一条规定；没有看的不能准予。"),
    )  # fmt: skip

    def __init__(self, case: Case, user: User, officers: Iterable[User], data: Any = None, at: Any = None) -> None:
        super().__init__(data, initial={"happened_at": at})
        ways = [(way.value, way.label) for way in W if way != W.WINDOW or may_take_in(case, user)]
        self.fields["way"].choices = ways  # type: ignore[attr-defined]
        self.fields["way"].initial = ways[0][0]
        self.fields["happened_at"].required = False
        self.fields["happened_at"].when = {  # type: ignore[attr-defined]
            "field": "way", "op": "in", "value": [W.WINDOW.value, W.VISIT.value],
        }  # fmt: skip
        for way, names in self.NEEDED.items():
            for name in names:
                self.fields[name].needed = True  # type: ignore[attr-defined]
                if name != "happened_at":
                    self.fields[name].when = only(way)  # type: ignore[attr-defined]
        for name in ("id_kind", "relation"):
            self.fields[name].when = only(W.WINDOW)  # type: ignore[attr-defined]
        if case.applicant.kind == ApplicantKind.PERSON:
            self.fields["id_kind"].initial = case.applicant.id_kind
        else:
            self.fields["relation"].needed = True  # type: ignore[attr-defined]
        for name in ("officer_1", "officer_2"):
            self.fields[name].queryset = officers  # type: ignore[attr-defined]
        if listed := visit_listed(case.guide):
            self.fields["basis"].initial = _("办事指南列明受理以后“%s”。") % listed

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        for name in self.NEEDED.get(told.get("way", ""), ()):
            if not told.get(name) and name not in self.errors:
                self.add_error(name, _("请填写“%s”。") % self.fields[name].label)
        if told.get("way") == W.WINDOW:
            fields.check_identity(self)
        if told.get("way") == W.VISIT and told.get("officer_1") and told["officer_1"] == told.get("officer_2"):
            self.add_error("officer_2", _("要两名不同的人。"))
        return told

    def who(self) -> Came:
        told = self.cleaned_data
        return Came(told["person"], told["id_number"], told["id_kind"], told["relation"])

    def visit(self) -> Visit:
        told = self.cleaned_data
        return Visit((told["officer_1"], told["officer_2"]), told["place"], told["found"])


class DropForm(forms.Form):
    """登记错了，作废哪一次、为什么。"""

    why = forms.CharField(
        label=lazy("为什么作废"), max_length=200, error_messages={"required": lazy("请写明为什么作废。")}
    )


def rows(case: int) -> list[Attendance]:
    """登记过的，先登记的在前；作废了的也列。"""
    found = Attendance.objects.filter(case=case).select_related("officer_1", "officer_2", "recorded_by")
    return list(found.order_by("recorded_at", "pk"))
