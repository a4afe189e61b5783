"""直办类要到场：来了窗口、看过现场、依法受理以后看；没有登记的不受理，法定的五日照走。"""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from django.urls import reverse

from approvals.actions import attendances, deadlines, decision, intake, packing, redoing, review
from approvals.actions.attendances import Came, Visit
from approvals.models import Attendance, Case
from catalog.states import Presence
from office.journal.models import Entry
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import clock
from office.workdays.rules import DAY
from tests import casework, makers
from tests.portal import hall_cast
from tests.portal.desks import at_desk, ready, said

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C5")]
SELF = Came("赵申请", casework.PERSON.id_number)
CHECKS = {"application": casework.OK, "proof": casework.OK}


@pytest.fixture
def b(bureau):
    bureau.at = clock.now()
    ready(bureau)
    return casework.direct(bureau)


def checked(b, **told) -> Case:
    case = casework.received(b, **told)
    intake.check_materials(case, checks=CHECKS, by=b.clerk_a, at=b.at)
    return case


def url(name: str, *args) -> str:
    return reverse(f"desk:{name}", args=args)


def test_nobody_accepts_what_nobody_came_for(b, client):
    case = checked(b)
    with pytest.raises(NotNow, match="直办类"):
        intake.accept(case, by=b.clerk_a, at=b.at)
    at_desk(client, b.clerk_a)
    shown = said(client.get(url("case", case.number)))
    assert "登记到场" in shown and "依法受理以后才看的" in shown
    attendances.came(case, SELF, happened_at=b.at, by=b.clerk_a, at=b.at)
    assert intake.accept(case, by=b.clerk_a, at=b.at).state == "accepted"
    shown = said(client.get(url("case", case.number)))
    assert "赵**（本人）" in shown and "赵申请（本人）" not in shown and "核对了居民身份证原件" in shown


def test_who_came_is_checked(b):
    case = checked(b)
    other = Came("钱示例", "110101199003070011")
    told = {"happened_at": b.at, "by": b.clerk_a, "at": b.at}
    for who, why in (
        (other, "与申请人的不一致|号码不对"),
        (Came("赵申请", "123"), "号码不对"),
    ):
        with pytest.raises(NotNow, match=why):
            attendances.came(case, who, **told)
    with pytest.raises(NotNow, match="现在以后"):
        attendances.came(case, SELF, **told | {"happened_at": b.at + DAY})
    for by in (b.reviewer, b.stranger):
        with pytest.raises(PermissionDenied):
            attendances.came(case, SELF, **told | {"by": by})
    guardian = Came("赵监护", casework.PERSON.id_number, relation="监护人")
    assert attendances.came(case, guardian, **told).relation == "监护人"
    b.item.presence = Presence.AGENT
    b.item.save()
    with pytest.raises(NotNow, match="只有直办类"):
        attendances.came(Case.objects.get(pk=case.pk), SELF, **told)


def test_two_different_officers_go_and_see(b):
    case = checked(b)
    told = {"happened_at": b.at, "by": b.clerk_a, "at": b.at}
    with pytest.raises(NotNow, match="两名不同"):
        attendances.visited(case, Visit((b.clerk_a, b.clerk_a), "示范路1号", "属实。"), **told)
    with pytest.raises(NotNow, match="工作人员"):
        attendances.visited(case, Visit((b.clerk_a, b.stranger), "示范路1号", "属实。"), **told)
    row = attendances.visited(case, Visit((b.clerk_a, b.reviewer), "示范路1号", "属实。"), **told)
    assert intake.accept(case, by=b.clerk_a, at=b.at).state == "accepted"
    for wrong in ({"officer_2": b.clerk_a}, {"place": ""}, {"happened_at": None}):
        with pytest.raises(Error), transaction.atomic():
            Attendance.objects.filter(pk=row.pk).update(**wrong)


def test_what_is_seen_after_acceptance_is_seen_before_the_grant(b, client):
    """依法受理以后才看的（入户调查、踏勘）：不拦受理，拦准予。"""
    case = checked(b)
    attendances.later(case, basis="受理后入户调查。", by=b.clerk_a, at=b.at)
    intake.accept(case, by=b.clerk_a, at=b.at)
    review.begin(case, by=b.reviewer, at=b.at)
    review.give_opinion(case, opinion="pass", text="符合条件。", by=b.reviewer, at=b.at)
    with pytest.raises(NotNow, match="还没有看的记录"):
        decision.grant(case, decision="准予。", by=b.chief, at=b.at)
    at_desk(client, b.chief)
    assert "还没有看的记录" in said(client.get(url("case", case.number)))
    seen = Visit((b.clerk_a, b.reviewer), "示范路1号", "属实。")
    attendances.visited(case, seen, happened_at=b.at, by=b.reviewer, at=b.at)
    assert decision.grant(case, decision="准予。", by=b.chief, at=b.at).outcome == "granted"


@pytest.mark.clause("C5", "Z2")
def test_the_law_beats_the_notice(b):
    """没有到场不是材料不齐：不能写进一次性告知，五日到了照样视为受理，以后还可以登记，也不因此不准予。"""
    case = checked(b)
    due = case.clocks.running().get(kind="notice").due_at
    with pytest.raises(NotNow, match="没有缺少"):
        casework.correction.notify(case, by=b.clerk_a, at=b.at)
    deadlines.settle(case, at=due)
    case.refresh_from_db()
    assert case.deemed and case.state == "accepted"
    assert attendances.came(case, SELF, happened_at=due, by=b.clerk_a, at=due).way == "window"


def test_a_wrong_entry_is_kept_and_another_made(b, client):
    case = checked(b)
    row = attendances.came(case, SELF, happened_at=b.at, by=b.clerk_a, at=b.at)
    at_desk(client, b.clerk_a)
    page = url("case-attendance", case.number)
    assert url("case-attendance-drop", case.number, row.pk) in said(client.get(page))
    answer = client.post(url("case-attendance-drop", case.number, row.pk), {"why": ""})
    assert "请写明为什么作废" in said(answer)
    for _twice in range(2):
        answer = client.post(
            url("case-attendance-drop", case.number, row.pk), {"why": "登记到别人的件上。"}, follow=True
        )
    assert "已经作废" in said(answer)
    with pytest.raises(NotNow, match="直办类"):
        intake.accept(case, by=b.clerk_a, at=b.at)
    again = attendances.came(case, SELF, happened_at=b.at, by=b.clerk_a, at=b.at)
    intake.accept(case, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="先登记对的"):
        attendances.drop(again, why="错了。", by=b.clerk_a, at=b.at)
    verbs = Entry.objects.about(case).values_list("verb", flat=True)
    assert list(verbs).count("approvals.case.drop_attendance") == 1
    assert not [line for line in Entry.objects.about(case) if SELF.id_number in str(line.facts)]
    held = packing.holdings(case)[Attendance]
    assert held == [row, again], "归档的包里两次都有"


def test_he_does_not_come_again_when_the_mistake_was_ours(b):
    """机关改正、另收的新件：原来登记的到场还算。"""
    case = checked(b)
    attendances.came(case, SELF, happened_at=b.at, by=b.clerk_a, at=b.at)
    for _twice in range(2):
        made = redoing.redo(case, key="redone", by=b.system, at=b.at)
    assert made != case and made.attendances.get().person == "赵申请"
    assert attendances.lacking(made) == "" and case.attendances.count() == 1


def test_the_page_asks_for_what_each_way_needs(b, client):
    case = checked(b)
    at_desk(client, b.clerk_a)
    page = url("case-attendance", case.number)
    shown = said(client.get(page))
    assert "到现场看过了" in shown and "赵申请" not in shown, "姓名照来的人的证件填，页上不露"
    when = "2026-01-05T09:30"
    answer = said(client.post(page, {"way": "visit", "happened_at": when, "place": "示范路1号"}))
    assert "请填写“看到的情况”" in answer and 'value="示范路1号"' in answer and "查看人员甲" in answer
    assert "请填写“凭什么受理以后看”" in said(client.post(page, {"way": "later", "basis": ""}))
    told = {"way": "window", "happened_at": when, "person": "赵申请", "id_number": "110101199003070011"}
    assert "不一致" in said(client.post(page, told)) or "号码不对" in said(client.post(page, told))
    assert not Attendance.objects.exists()
    client.post(page, told | {"id_number": SELF.id_number, "id_kind": "resident"})
    assert Attendance.objects.get().person == "赵申请"
    at_desk(client, b.reviewer)
    shown = said(client.get(page))
    assert "到现场看过了" in shown and "申请人到窗口来了</label>" not in shown, "来窗口由窗口登记"
    b.item.presence = Presence.AGENT
    b.item.save()
    assert "不用登记" in said(client.get(page))


def test_the_window_ticks_it_while_taking_in(bureau, client):
    b = bureau
    b.at = clock.now()
    ready(b)
    hall_cast.online(b, code="kinds")
    at_desk(client, b.clerk_a)
    page = url("receive", b.item.code)
    assert "申请人到场了" not in said(client.get(page)), "别的事项不问"
    casework.direct(b)
    assert "申请人到场了" in said(client.get(page))


NUMBER = casework.PERSON.id_number


def taken_in(client, b, **more):
    told = {"kind": "person", "name": "赵申请", "id_number": NUMBER, "phone": "13800000001", "channel": "1"}
    told |= {"unit": b.window.code, "key": "once", "provided": ["application"]}
    return client.post(url("receive", b.item.code), told | more)


def test_one_tick_is_enough_for_the_applicant_himself(b, client):
    at_desk(client, b.clerk_a)
    shown = said(taken_in(client, b, name="", came="on"))
    assert 'name="came" ' in shown and "checked" in shown.split('name="came"')[1].split(">")[0], "填过的都还在"
    for _twice in range(2):
        taken_in(client, b, came="on")
    row = Attendance.objects.get()
    assert (row.person, row.id_number, row.relation, row.case) == ("赵申请", NUMBER, "", Case.objects.get())
    taken_in(client, b, key="again", again="另一处。")
    assert Attendance.objects.count() == 1 and Case.objects.count() == 2, "没有来的照样收件"


def test_somebody_else_says_who_he_is(b, client):
    at_desk(client, b.clerk_a)
    shown = said(taken_in(client, b, came="on", came_person="赵监护"))
    assert "请填写“到场的人证件号码”" in shown and not Case.objects.exists()
    taken_in(client, b, came="on", came_person="赵监护", came_id=NUMBER, came_relation="监护人")
    assert Attendance.objects.get().relation == "监护人"


def test_he_who_applied_online_is_asked_to_come(bureau, client):
    b = bureau
    b.at = clock.now()
    casework.item_with_guide(b, place="示范路8号政务大厅", hours="工作日 9:00—12:00")
    casework.direct(b)
    case = checked(b, channel="2", user=b.citizen)
    receipt = Paper.objects.about(case).of_kind("receipt").get()
    assert "示范路8号政务大厅，工作日 9:00—12:00" in receipt.context["to_come"]
    makers.sign_in(client, b.citizen)
    page = reverse("hall:track-case", args=[case.number])
    shown = said(client.get(page))
    assert "请您到场" in shown and "示范路8号政务大厅" in shown and "工作日 9:00—12:00" in shown
    attendances.came(case, SELF, happened_at=b.at, by=b.clerk_a, at=b.at)
    shown = said(client.get(page))
    assert "请您到场" not in shown and "登记到场" in shown
