"""容缺的材料在网上补：交上的时刻算补了，窗口一个工作日内核对；不能用的写明再补，日期不提前；补齐以前不能准予。"""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.actions import deadlines, decision, deferred, intake, review
from approvals.models import Case, Flag
from approvals.rules.materials import Brought
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from office.workdays import clock
from tests import casework
from tests.approvals import together
from tests.invariants import check_case_clocks
from tests.makers import sign_in
from tests.portal.desks import ready, said
from tests.portal.hall_cast import FORM, PDF, found

DAY = datetime.timedelta(days=1)
pytestmark = pytest.mark.clause("D5", "D11", "Z2")


@pytest.fixture
def b(bureau):
    return ready(bureau, form=FORM)


def owing(b, days=8) -> Case:
    """受理了，还容缺一份示例证明。"""
    case = casework.received(b, provided={"application"})
    due = (b.at + days * DAY).date()
    checks = {"application": casework.OK, "proof": intake.Check("deferred", "下周取得", due)}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at)
    case.refresh_from_db()
    intake.accept(casework.promised(case, b.at), by=b.clerk_a, at=b.at)
    return case


def photo(name="证明.pdf", content=PDF):
    return {"file-proof": SimpleUploadedFile(name, content)}


def page_of(client, case):
    return found(client, case).rstrip("/") + "/deferred/"


def running(case):
    return set(case.clocks.running().values_list("kind", flat=True)) & {"deferred:proof", "remind:proof", "look:proof"}


def test_what_comes_online_waits_for_the_window_and_then_the_case_can_be_granted(b, client):
    case = owing(b)
    place = page_of(client, case)
    assert "补交容缺的材料" in said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "2026年" in said(client.get(place))
    told = said(client.post(place, photo(), follow=True))
    assert "窗口一个工作日内核对" in told
    assert "收到您在网上补来的容缺材料" in told
    case.refresh_from_db()
    row = case.materials.get(material__key="proof")
    assert (row.verdict, row.way, row.uploads.get().name) == ("deferred", "online", "证明.pdf")
    assert running(case) == {"look:proof"}, "交上的时刻算补了，不等窗口看"
    check_case_clocks(case)
    receipt = Paper.objects.about(case).of_kind("deferred_receipt").get()
    assert [line["result"][:3] for line in receipt.context["lines"]] == ["已收到"]
    assert Notice.objects.inbox(b.clerk_a).filter(kind="case.deferred_came").count() == 1

    review.begin(case, by=b.reviewer, at=clock.now())
    review.give_opinion(case, opinion="pass", text="其余符合。", by=b.reviewer, at=clock.now())
    with pytest.raises(NotNow, match="容缺"):
        decision.grant(case, decision="准予。", by=b.chief, at=clock.now())
    sign_in(client, b.clerk_a)
    materials = reverse("desk:case-materials", args=[case.number])
    assert "申请人在网上补来" in said(client.get(materials))
    done = said(client.post(reverse("desk:case-deferred", args=[case.number, "proof"]), follow=True))
    assert "补来的材料已经核对合格" in done
    row.refresh_from_db()
    assert (row.verdict, row.way, row.form) == ("ok", "online", "electronic")
    assert running(case) == set()
    assert Paper.objects.about(case).of_kind("deferred_receipt").count() == 1, "补来时出过凭证，不再出一份"
    case.refresh_from_db()
    decision.grant(case, decision="准予。", by=b.chief, at=clock.now())


def test_what_can_not_be_used_is_asked_for_again_and_never_earlier_than_promised(b, client):
    case = owing(b, days=9)
    deferred.bring_online(case, files={"proof": [("a.pdf", SimpleUploadedFile("a.pdf", PDF))]}, by=b.citizen, at=b.at)
    sign_in(client, b.clerk_a)
    again = reverse("desk:case-deferred-again", args=[case.number, "proof"])
    assert "a.pdf" in said(client.get(again))
    promised = case.materials.get(material__key="proof").due_date
    early = said(client.post(again, {"reason": "缺第二页。", "due_date": f"{promised - DAY}"}))
    assert f"补交日期不能早于2026年{promised.month}月{promised.day}日" in early
    late = said(client.post(again, {"reason": "缺第二页。", "due_date": f"{promised + 90 * DAY}"}))
    assert "不能晚于办结期限" in late
    assert "已告诉申请人再补一次" in said(
        client.post(again, {"reason": "缺第二页。", "due_date": f"{promised}"}, follow=True)
    )
    row = case.materials.get(material__key="proof")
    assert (row.verdict, row.provided, row.brought_at, row.comment) == ("deferred", False, None, "缺第二页。")
    assert running(case) == {"deferred:proof", "remind:proof"}
    told = Notice.objects.about(case).get(kind="case.deferred_again", channel="sms")
    assert "缺第二页。" in told.body
    client.logout()
    place = page_of(client, case)
    assert "缺第二页。" in said(client.get(place))
    client.post(place, photo("b.pdf"))
    assert running(case) == {"look:proof"}
    assert [one.name for one in row.uploads.order_by("pk")] == ["a.pdf", "b.pdf"] or row.uploads.count() == 1


def test_a_window_that_does_not_look_is_flagged_and_he_has_broken_nothing(b):
    case = owing(b)
    deferred.bring_online(case, files={"proof": [("a.pdf", SimpleUploadedFile("a.pdf", PDF))]}, by=b.citizen, at=b.at)
    deadlines.sweep(at=b.at + 10 * DAY)
    flag = Flag.objects.get(case=case, kind="look")
    assert flag.unit == case.intake_unit
    assert not case.flags.filter(kind="deferred").exists()
    assert not Notice.objects.about(case).filter(kind="case.deferred_broken").exists()


def test_in_a_joint_matter_the_shared_sheet_comes_for_every_branch_that_waits_for_it(b):
    together.matter(b, proof="deferrable")
    *waiting, last = together.branches(together.submitted(b))
    for case in waiting:
        keys = case.materials.values_list("material__key", flat=True)
        due = intake.Check("deferred", "下周取得", (b.at + 5 * DAY).date())
        checks = {key: due if key.startswith("proof") else casework.OK for key in keys}
        intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at)
        intake.accept(casework.promised(case, b.at), by=b.clerk_a, at=b.at)
    first, second = (case.materials.get(material__name="共用证明") for case in waiting)
    sheet = {first.material.key: [("a.pdf", SimpleUploadedFile("a.pdf", PDF))]}
    deferred.bring_online(waiting[0], files=sheet, by=b.citizen, at=b.at + DAY)
    for case, row in zip(waiting, (first, second), strict=True):
        row.refresh_from_db()
        assert row.brought_at == b.at + DAY
        assert row.uploads.get().name == "a.pdf"
        check_case_clocks(case)
    assert last.materials.get(material__name="共用证明").brought_at is None, "还没有受理的，照收件的核对"


def test_after_the_day_has_passed_it_can_still_come(b):
    case = owing(b)
    late = case.clocks.get(kind="deferred:proof").due_at + DAY
    deadlines.sweep(at=late)
    deferred.bring_online(case, files={"proof": [("a.pdf", SimpleUploadedFile("a.pdf", PDF))]}, by=b.citizen, at=late)
    assert case.clocks.get(kind="deferred:proof").late
    assert running(case) == {"look:proof"}
    deferred.bring(case, key="proof", by=b.clerk_a, at=late, brought=Brought(originals=1))
    assert case.materials.get(material__key="proof").originals == 1
    assert Paper.objects.about(case).of_kind("deferred_receipt").count() == 2, "原件又交来了，另出一份"


@pytest.mark.parametrize(
    ("sent", "words"),
    [({}, "请至少选择一份文件"), (photo("x.pdf", b"nothing"), "不是 PDF、JPG 或 PNG"),
     ({"file-application": SimpleUploadedFile("a.pdf", PDF)}, "请至少选择一份文件")],
)  # fmt: skip
def test_a_fault_is_told_and_nothing_changes(b, client, sent, words):
    case = owing(b)
    assert words in said(client.post(page_of(client, case), sent))
    assert case.materials.get(material__key="proof").brought_at is None
    assert "deferred:proof" in running(case)


def test_where_nothing_is_owed_the_page_says_so(b, client):
    case = casework.accepted(b)
    assert "没有等着补交的容缺材料" in said(client.get(page_of(client, case), follow=True))
    with pytest.raises(NotNow, match="没有等着补交"):
        deferred.bring_online(case, files={"proof": [("a.pdf", None)]}, by=b.citizen, at=b.at)
    sign_in(client, b.clerk_a)
    again = reverse("desk:case-deferred-again", args=[case.number, "proof"])
    assert "没有在网上补来" in said(client.get(again, follow=True))
