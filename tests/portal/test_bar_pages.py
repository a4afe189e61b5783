"""申请限制的页：认定、解除；窗口收件前后看得见凭哪份决定书、到哪天；网上交之前说明，照样可以交。"""

import pytest
from django.urls import reverse

from approvals.actions import bars
from approvals.models import Bar, Case, Concealment
from denials.models import RegisterEntry, Report
from office.papers.words import date_words
from office.workdays import clock
from office.workdays.rules import DAY
from tests import casework
from tests.approvals import barring
from tests.makers import sign_in
from tests.portal.desks import FILED, REFUSED, at_desk, said
from tests.portal.hall_cast import FORM, PERSON, filled, found, go, photo

ORG = barring.casework.intake.Person("organisation", "示例协会", "11010519491231002X", "13800000001")


@pytest.fixture
def b(bureau):
    bureau.at = clock.now()
    b = barring.safety(bureau)
    b.item.audiences = ["1", "4"]
    b.item.save()
    return b


def url(name, case, *more):
    return reverse(f"desk:{name}", args=[case.number, *more])


@pytest.mark.clause("Z3", "D15")
def test_false_materials_go_through_the_ladder_and_the_letter_says_until_when(b, client):
    case = casework.accepted(b, b.at)
    barring.review.begin(case, by=b.reviewer, at=b.at)
    shown = said(at_desk(client, b.reviewer).get(url("case", case)))
    assert "认定隐瞒、虚假材料" in shown and "请先记《陈述申辩笔录》" in shown
    assert "请先记《陈述申辩笔录》" in said(client.post(url("case-bar", case, "find"), {"facts": barring.FACTS}))
    barring.parties.hear(case, **barring.STATED, stated_at=b.at, by=b.reviewer, at=b.at)
    assert "请填写" in said(client.post(url("case-bar", case, "find"), {"facts": ""}))
    page = said(client.post(url("case-bar", case, "find"), {"facts": barring.FACTS}, follow=True))
    assert "已认定" in page and barring.FACTS in page and "不再认定" in page
    filed = {**FILED, "bases": ["r2"]}
    assert client.post(url("case-report", case), filed).status_code == 302
    barring.ladder.review(Report.objects.get(), text="同意。", by=b.chief, at=clock.now())
    barring.ladder.sanction(Report.objects.get(), text="核准。", concealed=True, by=b.deputy, at=clock.now())
    assert "提请审定以后" in said(client.post(url("case-bar", case, "drop"), {"reason": "算了。"}))
    barring.papers.empty_tray(at=clock.now(), limit=50)
    casework.collected(case, b.clerk_a, clock.now())
    bar = Bar.objects.get()
    shown = said(at_desk(client, b.reviewer).get(url("case", case)))
    assert "在限制里" in shown and f"{bar.until_on:%Y-%m-%d}（含）不得再次申请" in shown
    history = said(client.get(url("case-history", case)))
    assert "一段时间内不得再次申请" in history and date_words(bar.until_on) in history
    client.logout()
    tracked = said(client.get(found(client, case)))
    assert "一段时间内不得再次申请" in tracked and date_words(bar.until_on) in tracked


@pytest.mark.clause("Z3", "D15")
def test_the_leader_reads_what_was_found_and_says_whether_it_stands(b, client):
    case = barring.heard(b)
    bars.find(case, facts=barring.FACTS, by=b.reviewer, at=b.at)
    at_desk(client, b.chief)
    barring.review.give_opinion(case, opinion="pass", text="符合条件。", by=b.reviewer, at=b.at)
    assert "还没有审定" in said(client.get(url("case", case)))
    report = barring.reports.file(case, statement=casework.STATEMENT, by=b.reviewer, at=b.at)
    desk = said(client.get(reverse("desk:report", args=[report.number])))
    assert barring.FACTS in desk and "一年内申请人不得再次申请" in desk
    barring.ladder.review(report, text="同意。", by=b.chief, at=clock.now())
    sign_in(client, b.deputy)
    queue = reverse("admin:denials_report_change", args=[report.pk])
    page = said(client.get(queue))
    assert barring.FACTS in page and "一年内申请人不得再次申请" in page and "sanction-concealed" in page
    deed = reverse("admin:denials_report_deed", args=[report.pk, "sanction"])
    told = {"sanction-text": "核准。", "sanction-possible": "材料属实以后。", "sanction-elsewhere": ""}
    assert "请定隐瞒、虚假材料的认定成立还是不成立" in said(client.post(deed, told))
    assert client.post(deed, told | {"sanction-concealed": "no"}).status_code == 302
    assert "认定不成立" in said(client.get(queue)) and not Concealment.objects.exists()
    case.refresh_from_db()
    assert case.outcome == "refused" and not case.ground.concealed


def test_who_is_no_longer_found_to_have_lied_is_not_barred(b, client):
    case = barring.heard(b)
    bars.find(case, facts=barring.FACTS, by=b.reviewer, at=b.at)
    at_desk(client, b.chief)
    assert barring.FACTS in said(client.get(url("case-bar", case, "drop")))
    client.post(url("case-bar", case, "drop"), {"reason": "申请人不知情。"})
    assert not Concealment.objects.exists()
    assert client.get(url("case-bar", case, "nothing")).status_code == 404


@pytest.mark.clause("Z3", "Z10")
def test_the_window_sees_the_bar_receives_and_refuses_by_the_rule_with_words_ready(b, client):
    bar = barring.barred(b)
    until = f"{bar.until_on:%Y-%m-%d}"
    at_desk(client, b.clerk_a)
    form = client.get(reverse("desk:receive", args=[b.item.code])).context
    number = {"id_number": casework.PERSON.id_number}
    warned = said(client.post(reverse("desk:receive", args=[b.item.code]), {**number, "recall": "1"}))
    assert bar.document in warned and date_words(bar.until_on) in warned and "件照样收" in warned
    told = {f"answers-{box.name}": "示例" for box in form["answers"]}
    told |= {"kind": "person", "name": "赵申请", "phone": "13800000001", **number}
    told |= {"provided": ["application", "proof"], "unit": "zj-window", "key": form["handed"]["key"].value()}
    told["again"] = "上一件不予许可了，再申请。"
    page = said(client.post(reverse("desk:receive", args=[b.item.code]), told, follow=True))
    case = Case.objects.latest("pk")
    assert case != bar.case and "申请人还在申请限制里" in page and until in page and bar.document in page
    client.post(url("case-check", case), {"rest": "ok"})
    assert "请依明确规定作不予受理的决定" in said(client.get(url("case", case)))
    assert "不得再次申请" in said(client.post(url("case-accept", case), follow=True))
    case.refresh_from_db()
    assert case.state == "received"
    form = client.get(url("case-refuse-by-rule", case)).context["form"]
    assert form["authority"].value() == "r2" and form["not_accepting"].value() == "statutory"
    assert bar.document in form["facts"].value() and "第七十八条" in form["reasons"].value()
    kept = ("authority", "not_accepting", "facts", "reasons", "possible", "progress", "clerk_contact")
    client.post(url("case-refuse-by-rule", case), {name: form[name].value() for name in kept})
    case.refresh_from_db()
    assert case.outcome == "not_accepted" and RegisterEntry.objects.filter(case=case).exists()
    assert "申请人还在申请限制里" not in said(client.get(url("case", case))), "有了结果就不再提醒"


def test_an_ordinary_refusal_is_not_written_for_the_clerk(b, client):
    case = casework.received(b, b.at)
    at_desk(client, b.clerk_a)
    assert not client.get(url("case-refuse-by-rule", case)).context["form"]["facts"].value()
    client.post(url("case-refuse-by-rule", case), {**REFUSED, "authority": "r1"})
    case.refresh_from_db()
    assert case.outcome == "not_accepted"


@pytest.mark.clause("Z3")
def test_a_leader_lifts_the_bar_on_the_case_page(b, client):
    bar = barring.barred(b)
    sign_in(client, b.deputy)
    assert "解除申请限制" in said(client.get(url("case", bar.case)))
    assert "请写明凭哪份文书" in said(client.post(url("case-bar", bar.case, "lift"), {"reason": "复议撤销了。"}))
    told = {"basis": "示范府复〔2026〕3号复议决定", "reason": "复议撤销了不予许可的决定。"}
    shown = said(client.post(url("case-bar", bar.case, "lift"), told, follow=True))
    assert "已解除" in shown and told["basis"] in shown and "解除申请限制</a>" not in shown
    client.logout()
    assert "可以再次申请了" in said(client.get(found(client, bar.case)))
    at_desk(client, b.clerk_a)
    again = casework.received(b, clock.now())
    assert "申请人还在申请限制里" not in said(client.get(url("case", again)))


def online(bureau, who):
    """网上可以申请的，单位或者个人已经在限制里。"""
    bureau.at = clock.now()
    b = barring.safety(bureau, form=FORM)
    b.item.audiences = ["1", "4"]
    b.item.save()
    return b, barring.barred(b, barring.heard(b, person=who, user=None))


@pytest.mark.clause("D14", "D15")
def test_online_the_bar_is_told_before_and_the_application_may_still_be_handed_in(bureau, client):
    b, bar = online(bureau, ORG)
    guide = said(client.get(reverse("hall:guide", args=[b.item.code])))
    assert "弄虚作假的后果" in guide and "三年内不得再次申请" in guide
    assert client.get(reverse("api:guide", args=[b.item.code])).json()["public_safety"] == b.guide.public_safety
    draft = filled(client, b)
    client.post(go(draft, "materials"), {"file-application": photo()})
    page = said(client.get(go(draft, "check")))
    assert "您还在申请限制里" in page and f"{bar.until_on:%Y-%m-%d}" in page and "仍然可以提交" in page
    client.post(go(draft, "submit"))
    case = Case.objects.latest("pk")
    assert case.channel == "2" and bars.barring(case, clock.now()) == bar
    assert bars.barring(case, clock.now() + 400 * DAY) is None


@pytest.mark.clause("D14")
def test_who_types_a_neighbours_number_does_not_learn_of_his_bar(bureau, client):
    b, _bar = online(bureau, casework.PERSON)
    draft = filled(client, b)
    client.post(go(draft, "person"), {**PERSON, "kind": "person", "name": "赵申请"})
    page = said(client.get(go(draft, "check")))
    assert "您还在申请限制里" not in page and "申请以前请看" in page
    draft.user = b.citizen
    draft.save(update_fields=["user"])
    Case.objects.filter(pk=_bar.case_id).update(user=b.citizen)
    sign_in(client, b.citizen)
    assert "您还在申请限制里" in said(client.get(go(draft, "check"))), "当时申请的就是这个账号"
