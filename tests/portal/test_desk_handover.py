"""移交的页面：列清单、签出、扫码签收、差异；只用键盘和扫码枪也走得通。"""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.actions import handover
from approvals.models import Batch, Case, Difference, Transfer
from office.papers.models import Paper
from office.workdays import calendar, clock
from tests import makers
from tests.approvals import levels
from tests.portal.desks import COLLECTED, checked, said


@pytest.fixture
def c(bureau):
    bureau.at = clock.now()
    return levels.county(bureau)


def desk(user) -> Client:
    client = Client()
    makers.sign_in(client, user)
    return client


def press(client, name, *args, **data):
    """按一下，跟着跳转，返回最后那一页的字。"""
    response = client.post(reverse(f"desk:{name}", args=args), data, follow=True)
    assert response.status_code == 200
    return said(response)


def scanned(client, code, batch=""):
    """扫一下：答的那一句。"""
    answer = client.post(reverse("desk:handover-scan"), {"code": code + "\r\n", "batch": batch})
    assert answer.status_code == 302
    return " ".join(str(message) for message in get_messages(answer.wsgi_request)), answer.url


def drawn_up(client, giver, taker) -> Batch:
    press(client, "handover-draw-up", **{"from": giver.code, "to": taker.code})
    return Batch.objects.latest("pk")


@pytest.mark.clause("C1", "C2", "C4", "C6")
def test_town_to_county_and_back_through_the_pages(c):
    """镇上受理、列清单、签出；县里扫码签收、审查、决定；回复送回镇上扫码签收，送达。只用键盘和扫码枪。"""
    town, window = desk(c.clerk_of_town), desk(c.clerk_of_window)
    case = levels.checked_in(c, c.town)
    press(town, "case-check", case.number, **checked())
    shown = press(town, "case-accept", case.number)
    assert "受理通知书" in shown
    shown = said(town.get(reverse("desk:handovers")))
    assert case.number in shown and "县中心民政窗口" in shown and "列成清单" in shown
    shown = said(town.get(reverse("desk:case", args=[case.number])))
    assert "等着交给 县中心民政窗口" in shown
    batch = drawn_up(town, c.town, c.window)
    assert window.get(reverse("desk:handover-batch", args=[batch.number])).status_code == 404  # 没有签出，对方看不到
    shown = press(town, "handover-sign-out", batch.number)
    assert "已签出" in shown and "在途" in shown
    pdf = town.get(reverse("desk:handover-list", args=[batch.number]))
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")

    shown = said(window.get(reverse("desk:handovers")))
    assert batch.number in shown and "autofocus" in shown
    words, url = scanned(window, batch.number)
    assert "逐件扫码" in words and batch.number in url
    words, url = scanned(window, case.number, batch.number)
    assert "签收完毕" in words
    assert "不用再扫" in scanned(window, case.number, batch.number)[0]
    case.refresh_from_db()
    assert case.unit == c.section

    levels.decided(c, case)
    assert case.number in said(window.get(reverse("desk:handovers")))
    batch = drawn_up(window, c.window, c.town)
    press(window, "handover-sign-out", batch.number)
    paper = Paper.objects.about(case).of_kind("receipt").get()
    words, _url = scanned(town, paper.verify_url)  # 接收凭证上的码也认
    assert "已签收" in words
    town.get(reverse("desk:case-paper-file", args=[case.number, Paper.objects.about(case).of_kind("grant").get().pk]))
    shown = press(town, "case-deliver", case.number, **COLLECTED)
    assert "已记下送达" in shown
    levels.in_one_place(Case.objects.get())


def test_the_case_page_tells_the_way_it_has_gone(c):
    case = levels.taken_in(c, c.village)
    levels.carried(c, c.village, c.town)
    town = desk(c.clerk_of_town)
    shown = said(town.get(reverse("desk:case", args=[case.number])))
    for words in ("件在哪里", "受理", "转办", "承办", "回复", "梨花村便民服务点 → 梨花镇便民服务中心", "已签收"):
        assert words in shown
    levels.carried(c, c.town, c.window)
    assert town.get(reverse("desk:case", args=[case.number])).status_code == 200  # 经手过的，还看得到
    shown = said(town.get(reverse("desk:case-history", args=[case.number])))
    assert "签收" in shown and "随手交接" in shown
    assert desk(c.clerk_of_guest).get(reverse("desk:case", args=[case.number])).status_code == 404


@pytest.mark.clause("C2", "C6")
def test_every_odd_code_gets_its_own_answer(c):
    """不认识的、别人的、多出来的、空的、扫两遍的，各有一句话，一件也不误收。"""
    mine, extra, foreign = levels.taken_in(c, c.town), levels.taken_in(c, c.town), levels.taken_in(c, c.guest_village)
    batch = handover.draw_up(from_unit=c.town, to_unit=c.window, day=c.at.date(), by=c.clerk_of_town, at=c.at)
    handover.take_out(batch.transfers.get(case=extra), by=c.clerk_of_town, at=c.at)
    handover.sign_out(batch, by=c.clerk_of_town, at=c.at)
    window = desk(c.clerk_of_window)
    answers = {code: scanned(window, code, batch.number)[0] for code in ("", "没有的", foreign.number, extra.number)}
    assert "没有读到码" in answers[""]
    assert "没有要您单位签收的" in answers["没有的"] and "没有要您单位签收的" in answers[foreign.number]
    assert "多出的件" in answers[extra.number]
    scanned(window, extra.number, batch.number)
    found = Difference.objects.get()
    assert (found.kind, found.case, found.owner) == ("extra", extra, c.clerk_of_town)
    assert "已签收" in scanned(window, mine.number.lower(), batch.number)[0]
    for case in (mine, extra, foreign):
        levels.in_one_place(case)
    shown = press(desk(c.clerk_of_town), "difference-settle", found.pk, text="漏列，已取回，下次列入清单")
    assert "差异已处理" in shown and not Difference.objects.open().exists()


@pytest.mark.clause("C2")
def test_differences_through_the_pages(c):
    cases = [levels.taken_in(c, c.town) for _ in range(4)]
    batch = levels.sent(c, c.town, c.window)
    window, town = desk(c.clerk_of_window), desk(c.clerk_of_town)
    back, short, recalled, missing = (batch.transfers.get(case=case) for case in cases)
    assert "请写明" in press(window, "handover-differ", batch.number, back.pk, how="back", text=" ")
    assert "已退回" in press(window, "handover-differ", batch.number, back.pk, how="back", text="不归本县办")
    assert "材料不符" in press(window, "handover-differ", batch.number, short.pk, how="keep", text="少一份")
    assert "已撤回" in press(town, "handover-recall", batch.number, recalled.pk)
    assert "1 件没有收到" in press(window, "handover-finish", batch.number)
    shown = said(town.get(reverse("desk:handovers")))
    for words in ("不该交来，退回", "签收了，材料不符", "清单上有，没有收到", c.clerk_of_town.full_name):
        assert words in shown
    assert "已签收" in scanned(window, missing.case.number)[0]
    for case in cases:
        levels.in_one_place(case)


def test_others_cannot_touch_a_list(c):
    levels.taken_in(c, c.town)
    batch = levels.sent(c, c.town, c.window)
    passage = batch.transfers.get()
    window, guest, village = desk(c.clerk_of_window), desk(c.clerk_of_guest), desk(c.clerk_of_village)
    for client in (guest, village):
        assert client.get(reverse("desk:handover-batch", args=[batch.number])).status_code == 404
        assert client.post(reverse("desk:handover-finish", args=[batch.number])).status_code == 404
        assert "没有要您单位签收的" in scanned(client, passage.case.number, batch.number)[0]
    told = {"from": c.town.code, "to": c.window.code}
    assert guest.post(reverse("desk:handover-draw-up"), told).status_code == 404
    for name in ("refill", "sign-out", "call-off"):
        assert window.post(reverse(f"desk:handover-{name}", args=[batch.number])).status_code == 403
    for name in ("sign-in-all", "finish"):
        answer = desk(c.clerk_of_town).post(reverse(f"desk:handover-{name}", args=[batch.number]))
        assert answer.status_code == 403
    assert Transfer.objects.get().state == "sent"


def test_a_list_of_three_costs_no_more_queries_than_a_list_of_one(c):
    town, taken = desk(c.clerk_of_town), []
    for count in (1, 3):
        for _ in range(count):
            levels.taken_in(c, c.town)
        batch = handover.draw_up(from_unit=c.town, to_unit=c.window, day=c.at.date(), by=c.clerk_of_town, at=c.at)
        town.get(reverse("desk:handover-batch", args=[batch.number]))
        calendar.forget()
        with CaptureQueriesContext(connection) as captured:
            assert town.get(reverse("desk:handover-batch", args=[batch.number])).status_code == 200
        taken.append(len(captured))
    assert taken[0] == taken[1] == 12


def test_the_citizen_sees_who_has_it(c, client):
    case = levels.taken_in(c, c.town)
    levels.sent(c, c.town, c.window)
    client.post(reverse("hall:track"), {"number": case.number, "code": case.query_code})
    shown = said(client.get(reverse("hall:track-case", args=[case.number])))
    assert "梨花镇便民服务中心" in shown and "正在送往县中心民政窗口" in shown and "社会救助股" in shown


@pytest.mark.clause("C4")
def test_a_list_is_refilled_a_case_taken_out_and_the_whole_called_off(c):
    town = desk(c.clerk_of_town)
    first, second = (accepted_in_town(c, town) for _ in range(2))
    batch = drawn_up(town, c.town, c.window)
    listed = set(batch.transfers.values_list("case", flat=True))
    assert listed == {first.pk, second.pk}
    passage = batch.transfers.get(case=first)
    assert "留到下一次" in press(town, "handover-take-out", batch.number, passage.pk)
    assert set(batch.transfers.values_list("case", flat=True)) == {second.pk}
    third = accepted_in_town(c, town)
    assert "又列进来 2 件" in press(town, "handover-refill", batch.number)
    assert set(batch.transfers.values_list("case", flat=True)) == {first.pk, second.pk, third.pk}
    assert "清单已取消" in press(town, "handover-call-off", batch.number)
    batch.refresh_from_db()
    assert (batch.state, batch.transfers.count()) == ("called_off", 0)
    assert set(Transfer.objects.filter(state="waiting").values_list("case", flat=True)) == {
        first.pk,
        second.pk,
        third.pk,
    }
    window = desk(c.clerk_of_window)
    refused = window.post(reverse("desk:handover-refill", args=[batch.number]))
    assert refused.status_code in (403, 404), "不是交出的单位，动不了"


def accepted_in_town(c, town) -> Case:
    """镇上收、核对、受理，等着交出。"""
    case = levels.checked_in(c, c.town)
    press(town, "case-check", case.number, **checked())
    press(town, "case-accept", case.number)
    return case
