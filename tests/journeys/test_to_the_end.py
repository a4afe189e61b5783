"""听证、公示、延期、容缺没有兑现的件，从窗口收件走到送达、归档；时间由测试拨，一步也不绕过页面。"""

import datetime

import pytest
from django.core.cache import cache
from django.urls import reverse

from approvals.actions import archiving, deadlines
from approvals.models import Archive, Case, Extension, Flag, Hearing, Publication
from office.papers import actions as papers
from office.papers.models import Paper
from tests.approvals.listed import HEARING, PUBLICITY
from tests.journeys.test_kinds import Counter, hands
from tests.makers import sign_in
from tests.portal.desks import COLLECTED, FILED, checked, ready, said

__all__ = ["hands"]
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def post(counter, user, name, *args, **told) -> str:
    """工作台的一步；user 是谁做的。"""
    sign_in(counter.desk, user)
    return said(counter.desk.post(reverse(name, args=args), told, follow=True))


def accepted(counter) -> Case:
    """窗口收、核对、受理，科室开始审查。"""
    case, b = counter.receive(), counter.b
    counter.do(b.clerk_a, "case-check", case, rest="ok")
    counter.do(b.clerk_a, "case-accept", case)
    counter.do(b.reviewer, "case-begin-review", case)
    return case


def ended(counter, case, hands, words: str) -> None:
    """领取、归档：申请人看得到结果，包做成了，没有一个时钟还在走。"""
    counter.hand_out(case)
    assert words in counter.track(case) and Paper.objects.about(case).of_kind("delivery").exists()
    papers.empty_tray(at=hands.at, limit=50)
    archiving.make_due(at=hands.at)
    assert Archive.objects.get(case=case).file and not case.clocks.running().exists()


def granted(counter, case) -> None:
    b = counter.b
    counter.do(b.reviewer, "case-opinion", case, opinion="pass", text="符合条件。")
    counter.do(b.chief, "case-grant", case, decision="准予登记。")
    case.refresh_from_db()
    assert case.state == "granted"


@pytest.mark.clause("D10", "D8")
def test_a_hearing_from_the_window_to_the_archive(bureau, hands):
    counter = Counter(ready(bureau, special_procedures=[HEARING]))
    b, case = counter.b, accepted(counter)
    post(counter, b.reviewer, "desk:procedure-start", case.number, "hearing", reason="与他人有重大利益关系。")
    one = Hearing.objects.get()
    assert "您有权要求听证" in counter.track(case)
    counter.phone.post(reverse("hall:hearing", args=[case.number]), {"text": "要求当面说清楚。"})
    sits = hands.at + 17 * DAY
    told = {"sits_at": f"{sits:%Y-%m-%dT%H:%M}", "place": "三楼会议室", "chair": b.approval_chief.pk}
    assert "听证通知书" in post(counter, b.reviewer, "desk:hearing", case.number, one.pk, "schedule", **told)
    assert "三楼会议室" in counter.track(case)
    hands.at = sits + 2 * HOUR
    deadlines.sweep(at=hands.at)
    written = {"present": "申请人到场。", "text": "双方已陈述。", "signers": "赵申请"}
    post(counter, b.reviewer, "desk:hearing", case.number, one.pk, "finish_record", **written)
    ending = {"result": "申请人的理由成立。"}
    post(counter, b.reviewer, "desk:procedure-end", case.number, one.procedure_id, **ending)
    granted(counter, case)
    record = Paper.objects.about(case).of_kind("hearing_record").get()
    assert Paper.objects.about(case).of_kind("grant").get().context["hearing"] == record.number
    assert not Flag.objects.filter(kind__in=["hearing", "statutory"]).exists(), "听证不计入，法定时限停着"
    ended(counter, case, hands, "听证笔录")


@pytest.mark.clause("D10", "D8")
def test_a_publicity_from_the_window_to_the_archive(bureau, hands):
    cache.clear()
    b = ready(bureau, special_procedures=[PUBLICITY])
    b.item.theme = "relief"
    b.item.save()
    counter = Counter(b)
    case = accepted(counter)
    told = {"reason": "初审通过。", "members": "3", "amount": "1200.5", "place": "示范村公示栏"}
    post(counter, b.reviewer, "desk:procedure-start", case.number, "publicity", **told)
    one = Publication.objects.get()
    here = reverse("hall:publication", args=[one.code])
    neighbour = type(counter.phone)()
    neighbour.post(here, {"text": "他家有车。", "phone": "13800000009"})
    hands.at = one.to_at + HOUR
    deadlines.sweep(at=hands.at)
    assert case.procedures.get().state == "running", "还有异议没有答复"
    objection = one.objections.get()
    answer = {"text": "经核实没有车。"}
    post(counter, b.reviewer, "desk:objection", case.number, objection.pk, **answer)
    ending = {"result": "公示期满，异议不成立。"}
    post(counter, b.reviewer, "desk:procedure-end", case.number, one.procedure_id, **ending)
    assert case.procedures.get().state == "ended" and neighbour.get(here).status_code == 404
    granted(counter, case)
    ended(counter, case, hands, "准予登记")


@pytest.mark.clause("D10", "D8")
def test_an_extension_from_the_window_to_the_archive(bureau, hands):
    counter = Counter(ready(bureau))
    b, case = counter.b, accepted(counter)
    was = case.clocks.get(kind="statutory").due_at
    post(counter, b.reviewer, "desk:case-extend", case.number, value="8", reason="还要征求意见。")
    one = Extension.objects.get()
    sign_in(counter.desk, b.director)
    deed = reverse("admin:approvals_extension_deed", args=[one.pk, "sanction"])
    counter.desk.post(deed, {"sanction-text": "同意。"})
    now_due = case.clocks.get(kind="statutory").due_at
    assert now_due > was and "延长办理期限" in counter.track(case)
    hands.at = was + HOUR
    deadlines.sweep(at=hands.at)
    assert not Flag.objects.filter(kind="statutory").exists(), "延期以后，原来的那一天不再算"
    post(counter, b.reviewer, "desk:case-extend", case.number, value="2", reason="再延。")
    assert Extension.objects.count() == 1, "一件只延一次"
    granted(counter, case)
    ended(counter, case, hands, "延期通知书")
    case.refresh_from_db()
    assert case.decided_at < now_due


@pytest.mark.clause("D5", "Z2", "Z6")
def test_a_broken_deferral_from_the_window_to_the_archive(bureau, hands):
    counter = Counter(ready(bureau))
    b, case = counter.b, counter.receive()
    due = f"{(hands.at + 4 * DAY).date()}"
    counter.do(b.clerk_a, "case-check", case, **checked(proof="deferred", due=due))
    counter.track(case)
    confirm = reverse("hall:confirm", args=[case.number])
    assert "以前补交" in said(counter.phone.get(confirm))
    counter.phone.post(confirm, {"pk": case.confirmations.get().pk})
    counter.do(b.clerk_a, "case-accept", case)
    hands.at += 7 * DAY
    deadlines.sweep(at=hands.at)
    assert Flag.objects.get().kind == "deferred"
    counter.do(b.reviewer, "case-begin-review", case)
    counter.do(b.reviewer, "case-opinion", case, opinion="pass", text="其余符合。")
    assert "容缺的材料还没有补齐" in counter.do(b.chief, "case-grant", case, decision="准予登记。")
    counter.do(b.reviewer, "case-report", case, **FILED)
    report = case.reports.get()
    for leader in (b.approval_chief, b.chief):
        if report.state == "with_chief":
            ladder(counter, leader, report, "review", text="同意上报。")
    assert report.state == "with_deputy"
    ladder(counter, b.deputy, report, "sanction", text="核准。", possible="补来示例证明以后可以再申请。")
    case.refresh_from_db()
    assert (case.state, case.ground.kind) == ("refused", "report")
    page = counter.track(case)
    assert "补来示例证明以后可以再申请" in page and "申请行政复议" in page
    papers.empty_tray(at=hands.at, limit=50)
    assert "已送达" in counter.do(b.clerk_b, "case-deliver", case, **COLLECTED)
    counter.do(b.clerk_b, "case-close", case)
    papers.empty_tray(at=hands.at, limit=50)
    archiving.make_due(at=hands.at)
    assert Archive.objects.get(case=case).file and not case.clocks.running().exists()


def ladder(counter, leader, report, name: str, **told) -> None:
    sign_in(counter.desk, leader)
    deed = reverse("admin:denials_report_deed", args=[report.pk, name])
    counter.desk.post(deed, {f"{name}-{field}": text for field, text in told.items()})
    report.refresh_from_db()
