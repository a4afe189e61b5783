"""重点项目的表单。"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from agencies.models import Unit, User
from approvals.models import Case, Project
from portal.desk.forms import long_text
from portal.forms import fields


def people_of(units: Any) -> Any:
    held = User.objects.filter(holdings__to_at=None, holdings__post__unit__in=units, is_active=True)
    return held.distinct().order_by("full_name", "pk")


def by_name(user: User) -> str:
    return user.full_name


class ProjectForm(forms.Form):
    """立项：项目、项目单位、专员和他的电话。"""

    name = forms.CharField(label=lazy("项目名称"), max_length=120)
    owner_name = forms.CharField(label=lazy("项目单位"), max_length=120)
    unit = forms.ModelChoiceField(
        label=lazy("专员所在单位"), queryset=Unit.objects.none(), empty_label=None, to_field_name="code"
    )
    specialist = forms.ModelChoiceField(
        label=lazy("专员"), queryset=User.objects.none(), to_field_name="username", empty_label=lazy("请选择")
    )
    phone = fields.phone_field(label=lazy("专员电话"), help_text=lazy("随叫随到的电话，告诉项目单位。"))

    def __init__(self, units: Any, data: Any = None) -> None:
        super().__init__(data)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        chosen: Any = self.fields["specialist"]
        chosen.queryset, chosen.label_from_instance = people_of(units), by_name


class AssignForm(forms.Form):
    specialist = forms.ModelChoiceField(
        label=lazy("新专员"), queryset=User.objects.none(), to_field_name="username", empty_label=lazy("请选择")
    )
    phone = fields.phone_field(label=lazy("专员电话"))

    def __init__(self, project: Project, data: Any = None) -> None:
        super().__init__(data, prefix="assign")
        chosen: Any = self.fields["specialist"]
        chosen.queryset, chosen.label_from_instance = people_of([project.unit_id]), by_name


class CaseForm(forms.Form):
    number = fields.CodeField(label=lazy("办件编号"), max_length=50)

    def __init__(self, user: Any, data: Any = None) -> None:
        super().__init__(data, prefix="case")
        self.user = user

    def clean_number(self) -> Case:
        found: Case | None = Case.objects.visible_to(self.user).filter(number=self.cleaned_data["number"]).first()
        if found is None:
            raise forms.ValidationError(_("没有找到这个编号的办件，或者您看不到它。"))
        return found


class ContactForm(forms.Form):
    name = forms.CharField(label=lazy("姓名"), max_length=60)
    role = forms.CharField(label=lazy("职务"), max_length=60, required=False)
    phone = fields.phone_field(label=lazy("电话"))


class IssueForm(forms.Form):
    raised_by_name = forms.CharField(label=lazy("谁提的"), max_length=60)
    text = long_text(lazy("要协调什么"), lazy("当日协调下来；到时没有的，自动上交负责人。"), rows=3, most=1000)


class SettleForm(forms.Form):
    text = long_text(lazy("怎样协调的"), lazy("写明谁、什么时候、怎么办。"), rows=2, most=1000)
