"""即办件、六十日的件各走一遍：从窗口收件到归档，申请人跟到底，全走页面；时间由测试拨。"""

import datetime
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from approvals.actions import deadlines
from approvals.models import Case, Flag
from office.papers.models import Paper
from office.workdays import clock
from tests.makers import sign_in
from tests.portal.desks import COLLECTED, ready, said

PERSON = {
    "kind": "person", "name": "赵申请", "id_number": "11010519491231002X", "phone": "13800000001", "address": "",
    "contact_name": "",
}  # fmt: skip
BEIJING = datetime.timezone(datetime.timedelta(hours=8))


@pytest.fixture
def hands(db, monkeypatch):
    """一只由测试拨的钟：三月二日（星期一）上午十点。当年的放假安排已经装好。"""
    call_command("load_workdays", verbosity=0)
    hands = SimpleNamespace(at=datetime.datetime(2026, 3, 2, 10, tzinfo=BEIJING))
    monkeypatch.setattr(clock, "now", lambda: hands.at)
    return hands


class Counter:
    """窗口和科室的几个人轮流用的一台机器，和申请人自己的手机。"""

    def __init__(self, b):
        self.b, self.desk, self.phone = b, Client(), Client()

    def receive(self, clerk=None, unit="zj-window") -> Case:
        sign_in(self.desk, clerk or self.b.clerk_a)
        here = reverse("desk:receive", args=[self.b.item.code])
        form = self.desk.get(here).context
        told = {f"answers-{box.name}": "示例" for box in form["answers"]} | PERSON
        told |= {"provided": ["application", "proof"], "unit": unit, "key": form["handed"]["key"].value()}
        self.desk.post(here, told)
        return Case.objects.get()

    def do(self, user, name, case, **told) -> str:
        sign_in(self.desk, user)
        return said(self.desk.post(reverse(f"desk:{name}", args=[case.number]), told, follow=True))

    def track(self, case) -> str:
        told = {"number": case.number, "code": case.query_code}
        return said(self.phone.post(reverse("hall:track"), told, follow=True))

    def hand_out(self, case) -> None:
        assert "已送达" in self.do(self.b.clerk_b, "case-deliver", case, **COLLECTED)
        self.do(self.b.clerk_b, "case-close", case)
        case.refresh_from_db()
        assert case.state == "closed"


@pytest.mark.clause("D8", "D18", "S6")
def test_an_instant_case_is_over_before_the_citizen_leaves_the_window(bureau, hands):
    counter = Counter(ready(bureau, handling="1", promised_value=None))
    b, case = counter.b, counter.receive()
    counter.do(b.clerk_a, "case-check", case, rest="ok")
    assert "当场办结" in counter.do(b.clerk_a, "case-accept", case)
    page = counter.do(b.clerk_a, "case-grant-on-the-spot", case, decision="准予备案。")
    assert "准予" in page
    counter.hand_out(case)
    assert (case.decided_by, case.decided_at.date(), case.accepted_at.date()) == (b.clerk_a, *[hands.at.date()] * 2)
    page = counter.track(case)
    assert all(words in page for words in ("准予备案", "评价这次服务", "当场办结"))
    assert not case.clocks.running().exists() and not Flag.objects.exists()
    rated = counter.phone.post(
        reverse("hall:rate", args=[case.number]), {"score": "good", "tags": ["speed"]}, follow=True
    )
    assert "谢谢" in said(rated)


@pytest.mark.clause("D5", "D9")
def test_a_sixty_day_case_keeps_its_date_and_lateness_is_our_fault(bureau, hands):
    """三月二日受理，六十个工作日（清明、五一放假，两个调休日上班）到五月二十八日满。"""
    counter = Counter(ready(bureau, statutory_value=60, promised_value=45))
    b, case = counter.b, counter.receive()
    counter.do(b.clerk_a, "case-check", case, rest="ok")
    counter.do(b.clerk_a, "case-accept", case)
    page = counter.track(case)
    assert "法律规定最迟在" in page and "2026年5月28日" in page
    assert case.clocks.get(kind="statutory").due_at == datetime.datetime(2026, 5, 29, tzinfo=BEIJING)
    counter.do(b.reviewer, "case-begin-review", case)

    hands.at = datetime.datetime(2026, 5, 28, 23, 59, tzinfo=BEIJING)
    deadlines.sweep(at=hands.at)
    assert [flag.kind for flag in Flag.objects.all()] == ["promised"], "承诺的四十五日先过"
    hands.at += datetime.timedelta(minutes=1)
    deadlines.sweep(at=hands.at)
    deadlines.sweep(at=hands.at)
    assert sorted(flag.kind for flag in Flag.objects.all()) == ["promised", "statutory"]
    assert "已经超过期限，系统已经亮牌督办" in counter.track(case)

    counter.do(b.reviewer, "case-opinion", case, opinion="pass", text="符合条件。")
    counter.do(b.chief, "case-grant", case, decision="准予登记。")
    counter.hand_out(case)
    page = counter.track(case)
    assert "准予登记" in page and Paper.objects.about(case).of_kind("grant").count() == 1
