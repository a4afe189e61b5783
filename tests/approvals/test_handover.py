"""三级受理：转办去，回复来；件任何时候恰在一个单位手里。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from agencies.models import User
from agencies.rules import serves_here
from approvals.actions import deadlines, decision, differences, handover, intake, review
from approvals.models import Case, Difference, Flag, Transfer
from approvals.states import ConfirmedBy
from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.approvals import levels
from tests.makers import moment

DAY = datetime.timedelta(days=1)
NO_PROMISE = {"promised_value": None, "promised_unit": "", "promised_basis": ""}


@pytest.fixture
def c(bureau):
    return levels.county(bureau)


def settle():
    """把推迟到提交的守卫现在就核一遍。"""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.clause("C1", "C2", "C4")
def test_town_to_county_and_back(c):
    """镇收件，清单送县中心，进驻的办理部当场接；决定以后清单送回镇，在镇送达。"""
    case = levels.taken_in(c, c.town)
    assert case.unit == c.town and levels.hands(case) == ["梨花镇便民服务中心>县中心民政窗口:waiting"]
    with pytest.raises(NotNow, match="审查的单位手里"):
        review.begin(case, by=c.reviewer_of_section, at=c.at)
    batch = levels.sent(c, c.town, c.window)
    case.refresh_from_db()
    assert case.unit == c.town  # 签收以前在交出单位手里
    handover.sign_in(batch.transfers.get(), by=c.clerk_of_window, at=c.at + DAY)
    case.refresh_from_db()
    assert case.unit == c.section  # 同一处地方的，随手就到
    levels.decided(c, case)
    with pytest.raises(NotNow, match="回到受理的窗口"):
        levels.delivered(c, case)
    levels.carried(c, c.window, c.town)
    levels.delivered(c, case)
    assert levels.hands(case) == [
        "梨花镇便民服务中心>县中心民政窗口:signed_in",
        "县中心民政窗口>社会救助股:signed_in",
        "社会救助股>县中心民政窗口:signed_in",
        "县中心民政窗口>梨花镇便民服务中心:signed_in",
    ]
    levels.in_one_place(case)
    settle()


@pytest.mark.clause("C1", "C2")
def test_village_to_town_to_county_and_an_office_outside_the_centre(c):
    """村送镇，镇送县，县中心再转在外的办理室；回复一站一站送回村。"""
    case = levels.taken_in(c, c.village, guide=c.outside_guide)
    way = [c.village, c.town, c.window, c.outside]
    for giver, taker in zip(way, way[1:], strict=False):
        levels.in_one_place(case)
        assert case.unit == giver
        levels.carried(c, giver, taker)
    levels.in_one_place(case)
    levels.decided(c, case)
    for giver, taker in zip(way[::-1], way[::-1][1:], strict=False):
        levels.carried(c, giver, taker)
    levels.in_one_place(case)
    assert case.unit == c.village
    levels.delivered(c, case)
    legs = list(Transfer.objects.filter(case=case).order_by("pk").values_list("leg", flat=True))
    assert legs == ["forward"] * 3 + ["back"] * 3
    for passage in Transfer.objects.filter(case=case):
        assert first_break(Entry.objects.about(passage)) == ""
    settle()


@pytest.mark.clause("C9")
def test_a_town_desk_in_the_centre_needs_no_list_to_the_centre(c):
    """城关镇的受理部设在县中心：村里送到它手上，就到了办理部；回来也一样。"""
    case = levels.taken_in(c, c.guest)
    assert case.unit == c.section and levels.hands(case) == ["城关镇咨询受理部>社会救助股:signed_in"]
    far = levels.taken_in(c, c.guest_village)
    levels.carried(c, c.guest_village, c.guest)
    far.refresh_from_db()
    assert far.unit == c.section
    levels.decided(c, far)
    far.refresh_from_db()
    assert far.unit == c.guest
    levels.carried(c, c.guest, c.guest_village)
    levels.delivered(c, far)
    settle()


@pytest.mark.clause("C6")
def test_an_online_case_has_no_paper_to_carry(c):
    case = levels.taken_in(c, c.village, channel="2", guide=c.outside_guide)
    assert case.unit == c.outside and levels.hands(case) == ["梨花村便民服务点>社会事务股:signed_in"]
    levels.decided(c, case)
    assert case.unit == c.village
    settle()


@pytest.mark.clause("C1")
def test_an_office_outside_the_centre_takes_nothing_in_itself(c):
    with pytest.raises(NotNow, match="不直接收件"):
        casework.received(c, unit=c.outside, by=c.reviewer_of_outside, first_contact=c.clerk_of_window, user=None)
    assert casework.received(c, unit=c.section, first_contact=c.clerk_of_window, user=None).unit == c.section
    assert [serves_here(giver, c.outside) for giver in (c.window, c.town, c.city.window)] == [True, False, False]
    for desk in (*c.desks, c.window, c.city.window):
        assert desk.way_to(c.outside)[-2:] == [c.window, c.outside]  # 总是从本级受理点转来


@pytest.mark.clause("C1")
def test_an_acceptance_desk_only_accepts(c):
    """受理点的人不能审查、决定；镇村的即办件也要转到有权的地方。"""
    c.instant = casework.item_with_guide(c, "lj-instant", handling="1", **NO_PROMISE).guide
    case = levels.taken_in(c, c.town, guide=c.instant)
    with pytest.raises(NotNow, match="只受理不办理"):
        decision.grant_on_the_spot(case, decision="准予。", by=c.clerk_of_town, at=c.at)
    with pytest.raises((PermissionDenied, NotNow)):
        review.begin(case, by=c.clerk_of_town, at=c.at)
    here = levels.taken_in(c, c.window, guide=c.instant)
    decision.grant_on_the_spot(here, decision="准予。", by=c.clerk_of_window, at=c.at)
    assert here.unit == c.window
    settle()


@pytest.mark.clause("C2")
def test_the_sender_can_have_it_back_until_it_is_signed_in(c):
    first, second = levels.taken_in(c, c.town), levels.taken_in(c, c.town)
    batch = levels.sent(c, c.town, c.window)
    passage = batch.transfers.get(case=first)
    with pytest.raises(PermissionDenied):
        handover.recall(passage, reason="拿错了", by=c.clerk_of_window, at=c.at)
    handover.recall(passage, reason="拿错了", by=c.clerk_of_town, at=c.at)
    assert levels.hands(first) == [
        "梨花镇便民服务中心>县中心民政窗口:recalled",
        "梨花镇便民服务中心>县中心民政窗口:waiting",
    ]
    handover.sign_in(batch.transfers.get(case=second), by=c.clerk_of_window, at=c.at)
    batch.refresh_from_db()
    assert batch.state == "finished"
    with pytest.raises(NotNow):
        handover.recall(batch.transfers.get(case=second), reason="晚了", by=c.clerk_of_town, at=c.at)
    whole = levels.sent(c, c.town, c.window)
    handover.call_off(whole, by=c.clerk_of_town, at=c.at)
    assert whole.state == "called_off" and levels.hands(first)[-1].endswith(":waiting")
    for case in (first, second):
        levels.in_one_place(case)
    settle()


@pytest.mark.clause("C2", "D17")
def test_what_does_not_match_has_an_owner_and_a_limit(c):
    """没有收到的、不该来的、材料不符的，各记一条，责任人是签出的人；处理了才算完。"""
    missing, wrong, short = (levels.taken_in(c, c.town) for _ in range(3))
    batch = levels.sent(c, c.town, c.window)
    passages = {one.case_id: one for one in batch.transfers.all()}
    differences.turn_back(passages[wrong.pk], reason="不归本县办", by=c.clerk_of_window, at=c.at)
    differences.sign_in_defective(passages[short.pk], text="少一份复印件", by=c.clerk_of_window, at=c.at)
    assert differences.finish(batch, by=c.clerk_of_window, at=c.at) == 1
    found = {one.kind: one for one in Difference.objects.all()}
    assert set(found) == {"wrong", "defect", "missing"} and {one.owner for one in found.values()} == {c.clerk_of_town}
    assert {one.due_at for one in found.values()} == {moment("2026-03-04 00:00")}
    assert Notice.objects.inbox(c.clerk_of_town).filter(kind="handover.difference").count() == 3
    with pytest.raises(NotNow, match="还在途"):
        differences.settle(found["missing"], text="没有了", by=c.clerk_of_town, at=c.at)
    differences.settle(found["wrong"], text="已取回，核对无误，重新送", by=c.clerk_of_town, at=c.at)
    assert levels.hands(wrong)[-1] == "梨花镇便民服务中心>县中心民政窗口:waiting"
    handover.sign_in(passages[missing.pk], by=c.clerk_of_window, at=c.at)
    assert Difference.objects.open().get() == found["defect"]
    for case in (missing, wrong, short):
        levels.in_one_place(case)
    settle()


@pytest.mark.clause("C2")
def test_a_case_lost_on_the_road_is_flagged_and_both_chiefs_are_told(c):
    case = levels.taken_in(c, c.town, guide=c.outside_guide)
    levels.carried(c, c.town, c.window)
    levels.sent(c, c.window, c.outside)
    due = moment("2026-03-05 00:00")  # 星期一签出，两个工作日
    assert differences.sweep(at=due - datetime.timedelta(seconds=1)) == 0
    assert differences.sweep(at=due) == 1 and differences.sweep(at=due) == 0
    assert Flag.objects.get(kind="transit").unit == c.window
    told = Notice.objects.filter(kind="handover.late").values_list("to", flat=True)
    assert set(told) == {c.deputy.pk, c.chief_of_outside.pk}
    lost = Difference.objects.get()
    assert lost.owner == c.clerk_of_window and differences.sweep(at=lost.due_at) == 1
    assert differences.sweep(at=lost.due_at + DAY) == 0
    handover.sign_in(case.transfers.on_the_road().get(), by=c.reviewer_of_outside, at=lost.due_at)
    assert not Difference.objects.open().exists()


def test_only_the_two_units_hand_over_and_sign_in(c):
    case = levels.taken_in(c, c.town)
    with pytest.raises(PermissionDenied):
        handover.draw_up(from_unit=c.town, to_unit=c.window, day=c.at.date(), by=c.clerk_of_guest, at=c.at)
    batch = levels.sent(c, c.town, c.window)
    with pytest.raises(PermissionDenied):
        handover.sign_in(batch.transfers.get(), by=c.clerk_of_town, at=c.at)
    with pytest.raises(PermissionDenied):
        differences.finish(batch, by=c.clerk_of_village, at=c.at)
    levels.in_one_place(case)


def test_the_list_is_a_paper_with_a_code_for_each_case(c):
    cases = [levels.taken_in(c, c.town) for _ in range(2)]
    batch = levels.sent(c, c.town, c.window)
    paper = Paper.objects.about(batch).get()
    assert paper.context["codes"] == [batch.number, *(case.number for case in cases)]
    assert [row["materials"] for row in paper.context["rows"]] == ["2份", "2份"]
    with pytest.raises(NotNow):
        handover.sign_out(batch, by=c.clerk_of_town, at=c.at)


def test_a_list_can_be_filled_up_and_thinned_out_before_it_goes(c):
    first = levels.taken_in(c, c.town)
    batch = handover.draw_up(from_unit=c.town, to_unit=c.window, day=c.at.date(), by=c.clerk_of_town, at=c.at)
    second = levels.taken_in(c, c.town)
    assert handover.refill(batch, by=c.clerk_of_town, at=c.at) == 1
    with pytest.raises(NotNow):
        handover.refill(batch, by=c.clerk_of_town, at=c.at)
    handover.take_out(batch.transfers.get(case=first), by=c.clerk_of_town, at=c.at)
    handover.sign_out(batch, by=c.clerk_of_town, at=c.at)
    assert [one.case for one in batch.transfers.all()] == [second]
    assert levels.hands(first) == ["梨花镇便民服务中心>县中心民政窗口:waiting"]


def test_withdrawn_on_the_road_it_still_comes_home(c):
    """在途时撤回申请：签收照旧，然后往回送；还没有交出的就不交了。"""
    travelling, waiting = levels.taken_in(c, c.town), levels.taken_in(c, c.town)
    batch = handover.draw_up(from_unit=c.town, to_unit=c.window, day=c.at.date(), by=c.clerk_of_town, at=c.at)
    handover.take_out(batch.transfers.get(case=waiting), by=c.clerk_of_town, at=c.at)
    handover.sign_out(batch, by=c.clerk_of_town, at=c.at)
    for case in (travelling, waiting):
        case.refresh_from_db()
        decision.withdraw(case, reason="不办了", by=User.objects.system(), at=c.at, way=ConfirmedBy.EXCHANGE)
    assert levels.hands(waiting) == ["梨花镇便民服务中心>县中心民政窗口:recalled"]
    handover.sign_in(batch.transfers.get(), by=c.clerk_of_window, at=c.at)
    assert levels.hands(travelling)[-1] == "县中心民政窗口>梨花镇便民服务中心:waiting"
    levels.carried(c, c.window, c.town)
    travelling.refresh_from_db()
    assert travelling.unit == c.town
    settle()


def test_the_clocks_run_on_the_road(c):
    case = levels.taken_in(c, c.village)
    before = {clock.kind: clock.due_at for clock in case.clocks.running()}
    levels.carried(c, c.village, c.town)
    levels.carried(c, c.town, c.window)
    assert {clock.kind: clock.due_at for clock in case.clocks.running()} == before
    assert deadlines.sweep(at=moment("2026-12-31 00:00")) == 2  # 承诺、法定，路上照样到期


def test_deemed_accepted_goes_on_its_way_too(c):
    case = casework.received(
        c, unit=c.town, by=c.clerk_of_town, first_contact=c.clerk_of_town, user=None, at=moment("2026-03-02 10:00")
    )
    deadlines.sweep(at=moment("2026-03-10 00:00"))
    case.refresh_from_db()
    assert case.deemed and levels.hands(case) == ["梨花镇便民服务中心>县中心民政窗口:waiting"]


# 数据库守着 -----------------------------------------------------------


def test_the_database_refuses_two_open_transfers(c):
    case = levels.taken_in(c, c.town)
    told = {"from_unit": c.town, "to_unit": c.guest, "leg": "forward", "created_at": c.at, "created_by": c.system}
    with pytest.raises(IntegrityError, match="one_open_transfer_per_case"), transaction.atomic():
        Transfer.objects.create(case=case, **told)


def test_the_database_refuses_a_transfer_from_where_the_case_is_not(c):
    case = casework.received(c, unit=c.window, user=None, first_contact=c.clerk_of_window)
    told = {"from_unit": c.town, "to_unit": c.guest, "leg": "forward", "created_at": c.at, "created_by": c.system}
    with pytest.raises(IntegrityError, match="not in the hands"), transaction.atomic():
        Transfer.objects.create(case=case, **told)


def test_the_database_refuses_a_case_that_changes_hands_by_itself(c):
    case = levels.taken_in(c, c.town)
    with pytest.raises(IntegrityError, match="without a transfer signed in"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(unit=c.section)
        settle()


def test_the_database_refuses_a_sign_in_that_does_not_arrive(c, monkeypatch):
    levels.taken_in(c, c.town)
    batch = levels.sent(c, c.town, c.window)
    monkeypatch.setattr(handover, "_into_the_hands", lambda passages, **told: [])
    monkeypatch.setattr(handover, "_go_on", lambda cases, **told: None)
    with pytest.raises(IntegrityError, match="did not arrive"), transaction.atomic():
        handover.sign_in(batch.transfers.get(), by=c.clerk_of_window, at=c.at)
        settle()


def test_intake_checks_stay_with_the_desk(c):
    """核对材料、受理只在收件的受理点做，县里的人做不了。"""
    case = levels.checked_in(c, c.town)
    with pytest.raises(PermissionDenied):
        intake.accept(case, by=c.reviewer_of_section, at=c.at)
