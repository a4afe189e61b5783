"""费用的算术：一口价、大写、公布的减免；数据库说什么不行。"""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from approvals.actions import decision, fees
from approvals.models import Fee
from approvals.rules import fees as rules
from office.papers.models import Paper
from office.steps import NotNow
from tests import casework
from tests.approvals.charging import FEE


@pytest.mark.parametrize(
    ("standard", "known"),
    [
        ("10 元", (1000, "")), ("10元/份", (1000, "份")), ("每证 10.5 元", (1050, "证")),
        ("每平方米2元", (200, "平方米")), ("按造价的1%", None), ("10 元至 20 元", None),
        ("10.005元", None), ("-10元", None), ("", None),
    ],
)  # fmt: skip
def test_a_price_is_read_or_left_to_a_person(standard, known):
    assert rules.price(standard) == known


@pytest.mark.parametrize(
    ("cents", "figures", "capital"),
    [
        (1000, "10.00元", "壹拾元整"), (305, "3.05元", "叁元零伍分"), (20, "0.20元", "贰角整"), (5, "0.05元", "伍分"),
        (1000500, "10,005.00元", "壹万零伍元整"), (100100000, "1,001,000.00元", "壹佰万零壹仟元整"),
        (120050, "1,200.50元", "壹仟贰佰元伍角整"), (10000000000100, "100,000,000,001.00元", "壹仟亿零壹元整"),
    ],
)  # fmt: skip
def test_money_is_written_twice(cents, figures, capital):
    assert (rules.yuan(cents), rules.capital(cents)) == (figures, capital)


def test_yuan_become_cents_exactly():
    assert rules.cents(Decimal("0.07")) == 7 and rules.cents(Decimal("4.35")) == 435
    with pytest.raises(ValueError, match="0.001"):
        rules.cents(Decimal("0.001"))


@pytest.mark.clause("C8")
def test_a_free_item_has_no_fee_and_a_fee_is_named_by_the_guide_of_the_case(bureau):
    case = casework.granted(casework.item_with_guide(bureau))
    assert not case.has_fee and not Fee.objects.exists()
    with pytest.raises(NotNow, match="不收费"):
        fees.pay(case, method="cash", receipt_number="x", paid_at=bureau.at, by=bureau.clerk_a, at=bureau.at)


@pytest.mark.clause("C8")
def test_the_database_keeps_a_fee_honest(bureau):
    b = casework.item_with_guide(bureau, fee=FEE)
    fee = casework.granted(b).fees.get()
    assert (fee.state, fee.amount, fee.assessed_by) == ("due", 1000, b.chief)
    for wrong in (
        {"amount": 2000}, {"amount": 500}, {"amount": 0}, {"receipt_number": "1"}, {"assessed_by": None},
        {"paid_at": b.at, "recorded_at": b.at, "recorded_by": b.clerk_a, "method": "cash", "receipt_number": "1"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Fee.objects.filter(pk=fee.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Fee.objects.create(case=fee.case, stage="decision", arose_at=b.at, basis="示例")


@pytest.mark.clause("C8")
def test_a_case_withdrawn_owes_nothing_and_gets_back_what_the_guide_promises(bureau):
    b = casework.item_with_guide(bureau, fee={**FEE, "due": "acceptance", "refund": True})
    unpaid, paid = casework.accepted(b), casework.accepted(b)
    fees.pay(paid, method="cash", receipt_number="12345678 0000000001", paid_at=b.at, by=b.clerk_a, at=b.at)
    with pytest.raises(NotNow, match="已经登记在别的办件上"):
        fees.pay(unpaid, method="cash", receipt_number="12345678 0000000001", paid_at=b.at, by=b.clerk_a, at=b.at)
    for case in (unpaid, paid):
        decision.withdraw(case, reason="不办了。", by=b.citizen, at=b.at)
    assert (unpaid.fees.get().state, paid.fees.get().state) == ("dropped", "refunding")
    assert not Paper.objects.about(unpaid).of_kind("fee_notice").in_force().exists()
    fees.refund(paid, number="退1", by=b.clerk_a, at=b.at)
    assert paid.fees.get().state == "refunded"


def test_without_that_promise_a_withdrawn_case_is_not_paid_back(bureau):
    b = casework.item_with_guide(bureau, fee={**FEE, "due": "acceptance"})
    case = casework.accepted(b)
    fees.pay(case, method="scan", receipt_number="12345678 0000000001", paid_at=b.at, by=b.clerk_a, at=b.at)
    decision.withdraw(case, reason="不办了。", by=b.citizen, at=b.at)
    assert case.fees.get().state == "paid"
