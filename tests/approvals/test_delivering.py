"""送达：谁领走的、寄到没有、同意了才用电子的；每次都有回证。"""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from approvals.actions import delivering
from approvals.models import Delivery
from approvals.rules import originals
from office.journal.models import Entry
from office.notices.models import Notice
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework

OWN = {"collector": "赵申请", "id_number": "11010519491231002x", "relation": ""}
OTHER_ID = "44080219900101123" + "8"
POST = {"carrier": "中国邮政", "tracking_number": "示例0001", "address": "示范路1号"}


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


def printed(b):
    """准予了，决定书已经印好。"""
    case = casework.granted(b)
    papers.empty_tray(at=b.at, limit=10)
    return case


def receipt(case):
    return Paper.objects.about(case).of_kind("delivery").get()


@pytest.mark.clause("S7")
def test_the_applicant_collects_at_the_window_and_signs(b):
    case = printed(b)
    row = delivering.hand_over(case, **OWN, by=b.clerk_a, at=b.at)
    case.refresh_from_db()
    assert (case.state, case.delivery_note) == ("delivered", "窗口领取：赵申请（本人）")
    assert (row.result, row.collector_id) == ("received", "11010519491231002X")
    told = receipt(case).context
    assert (told["signed_by"], told["way"], told["servers"]) == ("赵申请", "窗口领取", [b.clerk_a.full_name])
    assert [one["name"] for one in told["documents"]] == [Paper.objects.about(case).of_kind("grant").get().title]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (OWN | {"id_number": "110105194912310021"}, "身份证号码不对"),
        (OWN | {"id_number": OTHER_ID}, "与申请人的不一致"),
    ],
)
def test_a_stranger_does_not_walk_away_with_the_result(b, told, why):
    case = printed(b)
    with pytest.raises(NotNow, match=why):
        delivering.hand_over(case, **told, by=b.clerk_a, at=b.at)
    delivering.hand_over(case, **(OWN | {"id_number": OTHER_ID, "relation": "儿子，有委托书"}), by=b.clerk_a, at=b.at)
    assert receipt(case).context["relation"] == "儿子，有委托书"


def test_an_organisation_says_who_collects(b):
    case = printed(b)
    case.applicant.kind = "organisation"
    case.applicant.save()
    with pytest.raises(NotNow, match="与单位的关系"):
        delivering.hand_over(case, **OWN, by=b.clerk_a, at=b.at)


@pytest.mark.clause("S7")
def test_a_parcel_is_followed_until_it_is_signed_for(b):
    case = printed(b)
    delivering.dispatch(case, **POST, by=b.clerk_a, at=b.at)
    case.refresh_from_db()
    assert case.state == "granted" and case.clocks.running().filter(kind="delivery").exists(), "寄出还不是送达"
    assert "示例0001" in Notice.objects.about(case).filter(kind="case.dispatched").first().body
    for act in (
        lambda: delivering.dispatch(case, **POST, by=b.clerk_a, at=b.at),
        lambda: delivering.hand_over(case, **OWN, by=b.clerk_a, at=b.at),
    ):
        with pytest.raises(NotNow, match="已经寄出了"):
            act()
    later = b.at + 3 * casework.HOUR
    delivering.come_back(case, reason="地址不详", by=b.clerk_a, at=later)
    delivering.dispatch(case, **(POST | {"tracking_number": "示例0002"}), by=b.clerk_a, at=later)
    delivering.arrive(case, collector="赵申请", by=b.clerk_a, at=later)
    case.refresh_from_db()
    assert case.delivered_at == later and "示例0002" in case.delivery_note
    assert list(case.deliveries.order_by("pk").values_list("result", flat=True)) == ["returned", "received"]
    verbs = Entry.objects.about(case).values_list("verb", flat=True)
    assert [verb.rpartition(".")[2] for verb in verbs][-4:] == ["dispatch", "come_back", "dispatch", "deliver"]
    with pytest.raises(NotNow, match="没有寄出过"):
        delivering.arrive(case, collector="赵申请", by=b.clerk_a, at=later)


@pytest.mark.clause("S7")
def test_nothing_is_delivered_electronically_without_consent(b):
    case = printed(b)
    with pytest.raises(NotNow, match="没有同意电子送达"):
        delivering.deliver_online(case, by=b.clerk_a, at=b.at)
    with pytest.raises(PermissionDenied):
        delivering.agree(case, how=delivering.ONLINE, by=b.stranger, at=b.at)
    delivering.agree(case, how=delivering.ONLINE, by=case.user or b.clerk_a, at=b.at)
    delivering.take_back(case, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="没有同意电子送达"):
        delivering.deliver_online(case, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="没有同意过"):
        delivering.take_back(case, by=b.clerk_a, at=b.at)
    delivering.agree(case, how=delivering.AT_WINDOW, by=b.clerk_a, at=b.at)
    delivering.deliver_online(case, by=b.clerk_a, at=b.at)
    case.refresh_from_db()
    assert case.state == "delivered" and receipt(case).context["way"] == "电子送达"
    with pytest.raises(NotNow, match="已经送达"):
        delivering.take_back(case, by=b.clerk_a, at=b.at)


def test_only_the_accepting_window_delivers_and_only_a_result(b):
    case = casework.accepted(b)
    with pytest.raises(NotNow, match="没有要送达的结果"):
        delivering.dispatch(case, **POST, by=b.clerk_a, at=b.at)
    done = casework.granted(b)
    for act in (
        lambda: delivering.dispatch(done, **POST, by=b.stranger, at=b.at),
        lambda: delivering.hand_over(done, **OWN, by=b.stranger, at=b.at),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"way": "express"},
        {"way": "window"},
        {"way": "electronic", "result": "returned", "reason": ""},
    ],
)
def test_the_database_wants_a_whole_record(b, fields):
    case = printed(b)
    if fields.get("result"):
        fields = fields | {"ended_at": b.at}
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(case=case, sent_at=b.at, sent_by=b.clerk_a, **fields)


@pytest.mark.clause("S7")
def test_a_second_server_at_the_window_is_printed_beside_the_first(b):
    case = printed(b)
    for other in (b.clerk_a, b.stranger):
        with pytest.raises(NotNow, match="另一名送达人"):
            delivering.hand_over(case, **OWN, second=other, by=b.clerk_a, at=b.at)
    delivering.hand_over(case, **OWN, second=b.reviewer, by=b.clerk_a, at=b.at)
    assert receipt(case).context["servers"] == [b.clerk_a.full_name, b.reviewer.full_name]


@pytest.mark.clause("S7", "D11")
def test_consent_is_a_numbered_paper_and_taking_it_back_voids_it(b):
    case = casework.accepted(b)
    first = delivering.agree(case, how=delivering.AT_WINDOW, by=b.clerk_a, at=b.at).paper
    assert delivering.agree(case, how=delivering.AT_WINDOW, by=b.clerk_a, at=b.at).paper == first
    told = first.context
    assert first.number and originals.wants_signature(first, case)
    assert "查进度" in told["system"] and "决定书" in told["documents"][0] and "送达日期" in told["arrival"]
    assert "收回" in told["take_back"] and "纸质" in told["paper_copy"]
    assert case.applicant.phone not in str(told) and case.applicant.phone[-4:] in told["reminder"]
    delivering.take_back(case, by=b.citizen, at=b.at)
    first.refresh_from_db()
    assert first.state == "voided" and "收回" in first.void_reason
    again = delivering.agree(case, how=delivering.ONLINE, by=b.citizen, at=b.at).paper
    assert again != first and not originals.wants_signature(again, case), "网上点的不另签名"
    with pytest.raises(PermissionDenied):
        delivering.take_back(case, by=b.stranger, at=b.at)
