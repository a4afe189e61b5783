"""认定隐瞒、虚假材料，解除申请限制：办件页上的下一步，要填的表；限制里的、没有名额的，“不予”替经办人起好。"""

import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy

from approvals.actions import bars, quota
from approvals.models import Case
from approvals.rules import bars as rules
from approvals.states import UNDER_WAY, NotAccepting
from office.workdays.rules import local
from portal.desk.forms import long_text

Offer = tuple[Any, str, str]  # 按钮上的话、网址、现在为什么不能

NAMES = {"find": lazy("认定隐瞒、虚假材料"), "drop": lazy("不再认定"), "lift": lazy("解除申请限制")}


class FindForm(forms.Form):
    facts = long_text(
        lazy("隐瞒了什么、哪份材料虚假"),
        lazy("写明怎样查明的；不予许可的，原样写进决定书。他说的、采纳没有，写在拟否定报告里。"),
    )


class DropForm(forms.Form):
    reason = long_text(lazy("为什么不再认定"), rows=3, most=300)


class LiftForm(forms.Form):
    basis = forms.CharField(
        label=lazy("凭哪份文书"), max_length=200,
        help_text=lazy("复议决定、判决、上级机关的决定：机关、名称、文号。叫回改正的自动解除，不用在这里登记。"),
        error_messages={"required": lazy("请写明凭哪份文书。")},
    )  # fmt: skip
    reason = long_text(lazy("为什么解除"), lazy("写给申请人看：原决定怎样了。"), rows=3, most=300)


FORMS: dict[str, type[forms.Form]] = {"find": FindForm, "drop": DropForm, "lift": LiftForm}


def may_do(case: Case, user: Any, name: str) -> bool:
    return rules.may_lift(case, user) if name == "lift" else rules.may_find(case, user)


def offers(case: Case, user: Any, at: datetime.datetime) -> list[Offer]:
    """办件页上的下一步；不是直接关系公共安全等的许可，不查库。"""
    if not rules.applies(case):
        return []
    names = []
    if rules.is_open(case) and rules.may_find(case, user):
        names = ["drop"] if bars.found(case) else ["find"]
    if case.delivered_at and rules.may_lift(case, user):
        made = bars.of_case(case)
        names += ["lift"] if made is not None and made.stands_on(local(at).date()) else []
    return [
        (NAMES[name], reverse("desk:case-bar", args=[case.number, name]), bars.obstacle(case) if name == "find" else "")
        for name in names
    ]


def told(case: Case, at: datetime.datetime) -> dict[str, Any]:
    """办件页上写明的：这一件的认定，由它得来的限制；没有的不摆。"""
    if not rules.applies(case):
        return {}
    made = bars.of_case(case)
    return {
        "concealment": bars.found(case),
        "own_bar": made,
        "own_bar_stands": made is not None and made.stands_on(local(at).date()),
    }


def refusal_words(case: Case, at: datetime.datetime) -> dict[str, str]:
    """在限制里的，“不予受理（依明确规定）”先替经办人引出条文、写好事实和理由；他核对了才作得出去。"""
    bar = bars.barring(case, at)
    if bar is None:
        return {}
    article = rules.ARTICLE[bar.kind]  # type: ignore[index]
    cited = next((one for one in case.guide.bases.all() if rules.is_cited(one, article)), None)
    return rules.ground_words(bar) | {
        "authority": cited.key if cited else "",
        "not_accepting": NotAccepting.STATUTORY.value,
    }


def no_place_words(case: Case, at: datetime.datetime) -> dict[str, str]:
    """没有名额的，“不予许可（依明确规定）”先引好第五十七条、写好现有几个；他核对了才作得出去。引不出来的不起。"""
    found = quota.places(case, at)
    if found is None or found.left or found.cited is None:
        return {}
    return {
        "authority": found.cited.key,
        "facts": f"这项许可{found.words}，没有名额。",
        "reasons": found.reasons,
        "possible": "有证照失效、注销，名额空出以后，可以再次申请。",
    }


def no_place_report(case: Case, at: datetime.datetime) -> dict[str, str]:
    """没有名额、收件时的指南又引不出第五十七条的，先替经办人起好拟否定报告。"""
    found = quota.places(case, at) if case.state in UNDER_WAY else None
    if found is None or found.left or found.cited is not None:
        return {}
    return {
        "question": "名额用完了，收件时的指南还没有数量限制，能不能不予许可？",
        "reasons": f"这项许可{found.words}，没有名额。{found.reasons}",
        "basis_text": f"《中华人民共和国行政许可法》第五十七条；{found.guide.quota_basis}",
    }
