"""收费：产生、核定、减免、缴、退；随办件终止（行政许可法第五十八条、第五十九条）。

费用不起时钟，也不停时钟：受理、审查、决定、送达的期限都照走。
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from agencies.models import User
from approvals.actions import fee_papers, telling
from approvals.models import Case, Fee
from approvals.rules import fees as rules
from approvals.states import FEE_OWED, FeeState, Outcome
from office.journal import actions as journal
from office.papers.words import moment_words
from office.steps import NotNow, take


def arise(case: Case, stage: str, *, by: User, at: datetime.datetime) -> Fee | None:
    """产生费用：指南收费、定在这一步的，才有这一行；一口价的随手核定，其余等窗口核定。

    在受理、准予的事务里，办件已锁住时调用。
    """
    told = case.guide.fee
    if not rules.charges(told, stage):
        return None
    fee: Fee = Fee.objects.create(
        case=case, stage=stage, arose_at=at, basis=told["basis"], holds=bool(told.get("holds")),
        refundable=bool(told.get("refund")),
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(has_fee=True)
    case.has_fee = True
    journal.record("approvals.fee.arise", about=fee, by=by, at=at, after=fee.state)
    _note(fee, "fee_arise", by=by, at=at)
    if (total := rules.fixed(told["lines"])) is not None:
        line = told["lines"][0]
        _assess(fee, [_line(line, "1", total)], total, "", by=by, at=at)
    return fee


def _line(told: Mapping[str, Any], quantity: str, total: int) -> dict[str, Any]:
    named = {"name": told["name"], "standard": told.get("amount", ""), "basis": told.get("basis", "")}
    return {**named, "quantity": quantity, "cents": total}


def assess(
    case: Case, *, quantities: Mapping[int, int], amounts: Mapping[int, int], working: str, by: User,
    at: datetime.datetime,
) -> Fee:  # fmt: skip
    """核定费用：一口价的写几份，要算的写多少分、怎样算的；键是收费标准里的第几项。没有缴的可以重新核定。

    Raises: NotNow（不收费、已经缴了、一项也没有、没有写怎样算的）、PermissionDenied。
    """
    with transaction.atomic():
        fee = _fee_of(case)
        lines = []
        for place, told in enumerate(case.guide.fee["lines"]):
            known = rules.price(str(told.get("amount", "")))
            if known and (count := quantities.get(place, 0)):
                lines.append(_line(told, f"{count}{known[1]}", known[0] * count))
            elif not known and amounts.get(place):
                lines.append(_line(told, "", amounts[place]))
        if not sum(line["cents"] for line in lines):
            raise NotNow("一项也没有核定：不该收的，请按公布的减免办，或者请目录管理员核对指南。")
        if not working and any(line["quantity"] == "" for line in lines):
            raise NotNow("不是一口价的，请写明怎样算的。")
        _assess(fee, lines, sum(line["cents"] for line in lines), working, by=by, at=at)
    return fee


def _assess(
    fee: Fee, lines: list[dict[str, Any]], total: int, working: str, *, by: User, at: datetime.datetime
) -> None:
    again = fee.state == FeeState.DUE
    take(fee, "assess", by=by, at=at, lines=lines, total=total, working=working)
    _note(fee, "fee_assess", by=by, at=at, amount=fee.words)
    _tell_due(fee, "重新核定" if again else "", by=by, at=at)


def _tell_due(fee: Fee, replaced: str, *, by: User, at: datetime.datetime) -> None:
    """出缴费通知书，告诉申请人；以前出过的作废。"""
    fee_papers.notice(fee, replaced=replaced, by=by, at=at)
    body = f"办件 {fee.case.number} 应缴{fee.words}，项目、标准、依据和减免请看缴费通知书。收费不停办理的期限。"
    telling.tell_applicant(fee.case, "fee.due", "应缴的费用", body, by=by, at=at)


def reduce(case: Case, *, amount: int, ground: str, evidence: str, by: User, at: datetime.datetime) -> Fee:
    """减免：只照指南公布的，写明哪一条、凭什么；amount 是减免以后应缴的分，零就是免。

    Raises: NotNow（没有公布这一条、不比应缴的少、已经缴了）、PermissionDenied。
    """
    with transaction.atomic():
        fee = _fee_of(case)
        if ground not in rules.grounds(case.guide.fee):
            raise NotNow("只能照办事指南公布的减免。")
        if fee.amount is None or amount >= fee.amount:
            raise NotNow("减免以后要比应缴的少；不减免的不用登记。")
        told = {"ground": ground, "evidence": evidence}
        if amount:
            take(fee, "reduce", by=by, at=at, amount=amount, **told)
            _note(fee, "fee_reduce", by=by, at=at, reason=ground, amount=fee.words)
            _tell_due(fee, "已经减缴", by=by, at=at)
        else:
            take(fee, "exempt", by=by, at=at, **told)
            _note(fee, "fee_exempt", by=by, at=at, reason=ground)
            fee_papers.replace(case, "已经免缴", by=by, at=at)
            _tell_settled(fee, f"办件 {case.number} 的费用已经免缴：{ground}。", by=by, at=at)
    return fee


def pay(
    case: Case, *, method: str, receipt_number: str, paid_at: datetime.datetime, by: User, at: datetime.datetime
) -> Fee:
    """登记缴费：什么时候、怎样缴的、财政票据的号码；应缴多少就是多少。

    Raises: NotNow（没有要缴的、时间不对、票据用过了）、PermissionDenied。
    """
    with transaction.atomic():
        fee = _fee_of(case)
        if not fee.arose_at.replace(second=0, microsecond=0) <= paid_at <= at:
            raise NotNow(f"缴费的时间要在费用产生（{moment_words(fee.arose_at)}）以后、现在以前。")
        try:
            with transaction.atomic():
                take(fee, "pay", by=by, at=at, way=method, receipt_number=receipt_number, paid_at=paid_at)
        except IntegrityError as error:
            if "a_receipt_is_used_once" not in str(error):
                raise
            raise NotNow("这张财政票据已经登记在别的办件上，请核对号码。") from None
        _note(fee, "fee_pay", by=by, at=at, amount=fee.words, receipt=receipt_number)
        _tell_settled(fee, f"办件 {case.number} 的费用{fee.words}已经缴清，票据号 {receipt_number}。", by=by, at=at)
    return fee


def order_refund(case: Case, *, reason: str, by: User, at: datetime.datetime) -> Fee:
    """应当退费：收错了、多收了，负责人定，写明为什么；全额退，要收的重新核定另收。

    Raises: NotNow（没有缴过）、PermissionDenied。
    """
    with transaction.atomic():
        fee = _fee_of(case)
        take(fee, "order_refund", by=by, at=at, reason=reason)
        _owed_back(fee, by=by, at=at)
    return fee


def _owed_back(fee: Fee, *, by: User, at: datetime.datetime) -> None:
    case = fee.case
    _note(fee, "fee_owe_back", by=by, at=at, reason=fee.refund_reason, amount=fee.words)
    _tell_settled(fee, f"办件 {case.number} 已缴的{fee.words}应当退给您：{fee.refund_reason}", by=by, at=at)
    body = f"请退{fee.words}，登记退付凭证号。原票据 {fee.receipt_number}。"
    telling.tell_staff(case, [case.responsible], "fee.refund", f"请办退费：{case.number}", body, by=by, at=at)


def refund(case: Case, *, number: str, by: User, at: datetime.datetime) -> Fee:
    """登记退费：退付凭证号。Raises: NotNow（没有要退的）、PermissionDenied。"""
    with transaction.atomic():
        fee = _fee_of(case)
        take(fee, "refund", by=by, at=at, number=number)
        _note(fee, "fee_refund", by=by, at=at, amount=fee.words, receipt=number)
        _tell_settled(fee, f"办件 {case.number} 的{fee.words}已经退给您，凭证号 {number}。", by=by, at=at)
    return fee


def end(case: Case, *, by: User, at: datetime.datetime) -> None:
    """随办件终止：撤回、久不补正、说“不”的，没有缴的不再收；缴了的，撤回而指南规定退的，起退费。

    在那一步的事务里、办件已锁住时调用；没有费用的不查库。
    """
    if not case.has_fee:
        return
    fee = _fee_of(case)
    if fee.state in FEE_OWED:
        take(fee, "drop", by=by, at=at)
        _note(fee, "fee_drop", by=by, at=at)
        fee_papers.replace(case, "办件终止，不再收", by=User.objects.system(), at=at)  # 撤回的是申请人
    elif fee.state == FeeState.PAID and case.outcome == Outcome.WITHDRAWN and fee.refundable:
        take(fee, "owe_back", by=by, at=at, reason="申请人撤回，办事指南规定退费。")
        _owed_back(fee, by=by, at=at)


def _fee_of(case: Case) -> Fee:
    """这一件的费用，先锁办件。Raises: NotNow（不收费）。"""
    case.lock()
    fee: Fee | None = case.fees.select_related("case").first()
    if fee is None:
        raise NotNow("这一件不收费，或者还没有到应缴的时候。")
    fee.case = case
    return fee


def _tell_settled(fee: Fee, body: str, *, by: User, at: datetime.datetime) -> None:
    telling.tell_applicant(fee.case, "fee.settled", "费用有变化", body, by=by, at=at)


def _note(fee: Fee, verb: str, *, by: User, at: datetime.datetime, **facts: str) -> None:
    case = fee.case
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
