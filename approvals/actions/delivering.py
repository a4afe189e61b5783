"""送达：窗口领取、邮寄、电子送达；每一次都有回证。电子送达先要同意，随时可以收回。"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import User
from approvals import rules
from approvals.actions import deadlines, letters, mandates, served, serving, telling
from approvals.actions.acceptance import in_name_of
from approvals.models import Case, Clock, Delivery, DeliveryChoice, DeliveryConsent, Pledge, Retraction
from approvals.models.delivery import RESULT, Sent
from approvals.rules.delivery import letters_to_come, not_offered
from approvals.rules.fees import paid_up
from approvals.rules.pledges import may_serve
from approvals.rules.retractions import may_serve as may_serve_retraction
from approvals.states import (
    DECIDED,
    ApplicantKind,
    DeliveryResult,
    LastWay,
    PledgeState,
    RetractionGround,
    RetractionState,
)
from catalog.states import DeliveryWay
from office import identity
from office.identity import IdentityKind
from office.journal import actions as journal
from office.papers import actions as papers
from office.papers.models import Paper
from office.steps import NotNow

ONLINE, AT_WINDOW = "在网上同意", "在窗口签电子送达确认书"


def agree(case: Case, *, how: str, by: User, at: datetime.datetime) -> DeliveryConsent:
    """同意电子送达：申请人自己在网上点，或在窗口签确认书、由窗口登记；出电子送达确认书。同意过的还是那一份。

    Raises: NotNow、PermissionDenied。
    """
    _refuse_other_ways(case, DeliveryWay.ELECTRONIC, RESULT)
    with transaction.atomic():
        case.lock()
        _may_settle(case, by)
        _chosen_electronic(case, by=by, at=at)
        known = DeliveryConsent.objects.filter(case=case, withdrawn_at=None).first()
        if known is not None:  # 连按两下，还是那一次同意
            return known
        paper = letters.electronic_consent(case, how, by=by, at=at)
        told = {"how": how, "given_at": at, "given_by": by, "withdrawn_at": None, "paper": paper}
        consent, _made = DeliveryConsent.objects.update_or_create(case=case, defaults=told)
        noted(case, "agree_to_electronic", by=by, at=at, how=how)
    return consent


def _chosen_electronic(case: Case, *, by: User, at: datetime.datetime) -> None:
    """结果还没有送达的，选的就是电子送达；以后的文书不算。"""
    if not case.delivered_at:
        chosen: dict[str, Any] = {"way": DeliveryWay.ELECTRONIC, "receiver": "", "phone": "", "address": ""}
        chosen |= {"chosen_at": at, "chosen_by": by}
        DeliveryChoice.objects.update_or_create(case=case, defaults=chosen)


def covered(case: Case, paper: Paper, *, by: User, at: datetime.datetime) -> None:
    """整件事一次同意的，这一件也算：连着联办件的那一份确认书，怎样同意的照它写；自己同意过的不动。办件已锁住。"""
    if DeliveryConsent.objects.filter(case=case, withdrawn_at=None).exists():
        return
    _chosen_electronic(case, by=by, at=at)
    how = str(paper.context["how"])
    told = {"how": how, "given_at": at, "given_by": by, "withdrawn_at": None, "paper": paper}
    DeliveryConsent.objects.update_or_create(case=case, defaults=told)
    noted(case, "agree_to_electronic", by=by, at=at, how=how)


def take_back(case: Case, *, by: User, at: datetime.datetime) -> None:
    """收回同意：送达之前都可以，送达以后还有文书要送的也可以；确认书作废，以后改用纸质送达。

    Raises: NotNow、PermissionDenied。
    """
    with transaction.atomic():
        case.lock()
        _may_settle(case, by)
        consent = DeliveryConsent.objects.select_related("paper").filter(case=case, withdrawn_at=None).first()
        if consent is None:
            raise NotNow("没有同意过电子送达，不必收回。")
        consent.withdrawn_at = at
        consent.save(update_fields=["withdrawn_at"])
        # 以前同意的没有这份文书；整件事的那一份还管着别的事项，只收回这一件
        if consent.paper is not None and consent.paper.subject_type == case._meta.label_lower:
            papers.void(consent.paper, reason="申请人收回同意", by=User.objects.system(), at=at)
        if not case.delivered_at:
            DeliveryChoice.objects.filter(case=case, way=DeliveryWay.ELECTRONIC).delete()
        noted(case, "refuse_electronic", by=by, at=at)


def may_still_settle(case: Case) -> bool:
    """还能改送达方式：没有送达、终止，或者以后还有文书要送。"""
    over = case.delivered_at or case.closed_at
    return not over or letters_to_come(case.clocks.running().values_list("kind", flat=True))


def _may_settle(case: Case, by: User) -> None:
    if not may_still_settle(case):
        raise NotNow("结果已经送达或者已经终止，不能再改送达方式。")
    if not rules.may_handle_materials(case, by):
        raise PermissionDenied("只有申请人自己或收件窗口可以登记。")


def hand_over(
    case: Case, *, collector: str, id_number: str, relation: str, by: User, at: datetime.datetime,
    what: Sent = RESULT, second: User | None = None, id_kind: str = IdentityKind.RESIDENT, alone: bool = True,
) -> Delivery:  # fmt: skip
    """窗口领取：核对领取人的证件；本人领取的，号码要与申请人的一致，代领的写明关系。relation 空着就是本人。

    what 是送什么，缺省是办件的结果（下同）；second 是另一名送达人，有就都印在送达回证上。alone=False 是一件事统一出件的
    一件：不出自己的回证，几件合出一份（joint_delivering）。
    Raises: NotNow(证件号码不对、不是本人、另一名送达人不能是他)、PermissionDenied。
    """
    _refuse_other_ways(case, DeliveryWay.WINDOW, what)
    if second is not None and second not in served.servers(case, by):
        raise NotNow("另一名送达人要是收件窗口、承办科室的人，不能是您自己。")
    who = identified(case, id_kind=id_kind, id_number=id_number, relation=relation, at=at)
    told: dict[str, Any] = {"collector": collector, "collector_id_kind": id_kind, "collector_id": who.number}
    told |= {"relation": who.relation, "second": second}
    note = f"窗口领取：{who.words(collector)}"
    row = Delivery(case=case, **columns(what), way=DeliveryWay.WINDOW, sent_at=at, sent_by=by, **told)
    deadlines.settle(case, at=at)
    return served.received(row, note, by=by, at=at, alone=alone)


@dataclass(frozen=True)
class Collector:
    """核对过的领取人：证件号码，与受送达人的关系（空着是本人）。"""

    number: str
    relation: str

    def words(self, name: str) -> str:
        return f"{name}{f'（{self.relation}）' if self.relation else '（本人）'}"


def identified(
    case: Case, *, id_number: str, relation: str, at: datetime.datetime, id_kind: str = IdentityKind.RESIDENT
) -> Collector:
    """核对领取人。Raises: NotNow(证件号码不对、不是本人、没有写关系、委托不在了)。"""
    number = identity.tidied(id_number)
    if wrong := identity.fault(id_kind, number):
        raise NotNow(wrong)
    index = identity.index(id_kind, number)
    relation = mandates.check_collector(case, id_index=index, at=at) or relation
    applicant = case.applicant
    own = applicant.kind == ApplicantKind.PERSON and not relation
    if own and index != applicant.id_index:
        raise NotNow("证件与申请人的不一致。代领的，请写明与申请人的关系，并收下委托书。")
    if not own and not relation:
        raise NotNow("单位的结果由谁领取，请写明他与单位的关系，例如“经办人”。")
    return Collector(number, relation)


def deliver_online(case: Case, *, by: User, at: datetime.datetime, what: Sent = RESULT) -> Delivery:
    """电子送达：同意在先；到达查进度页和站内信的时刻就是送达时间。Raises: NotNow、PermissionDenied。"""
    _refuse_other_ways(case, DeliveryWay.ELECTRONIC, what)
    if not DeliveryConsent.objects.filter(case=case, withdrawn_at=None).exists():
        raise NotNow("申请人没有同意电子送达：请改用别的方式，或请申请人先在网上或窗口同意。")
    row = Delivery(case=case, **columns(what), way=DeliveryWay.ELECTRONIC, sent_at=at, sent_by=by)
    against = any(paper.tells_remedies for paper in served.papers_of(row))
    if against and not in_name_of(case).reconsideration_url:  # 行政复议法第二十二条
        raise NotNow(f"网上送达的决定要同时告知网上申请复议的渠道，{in_name_of(case)}还没有登记：请改用别的方式送达。")
    deadlines.settle(case, at=at)
    return served.received(row, "电子送达：网上查进度页", by=by, at=at)


def dispatch(
    case: Case, *, carrier: str, tracking_number: str, address: str, receiver: str = "", phone: str = "", by: User,
    at: datetime.datetime, what: Sent = RESULT,
) -> Delivery:  # fmt: skip
    """寄出：记下单号，告诉申请人；收到才算送达，送达的期限照走。Raises: NotNow、PermissionDenied。"""
    deadlines.settle(case, at=at)
    _refuse_other_ways(case, DeliveryWay.EXPRESS, what)
    with transaction.atomic():
        case.lock()
        may_send(case, what, by)
        if case.deliveries.of(what).on_the_way().exists():
            raise NotNow(served.ON_THE_WAY)
        row = Delivery.objects.create(
            case=case, **columns(what), way=DeliveryWay.EXPRESS, sent_at=at, sent_by=by, carrier=carrier,
            tracking_number=tracking_number, receiver=receiver, phone=phone, address=address,
        )  # fmt: skip
        noted(case, "dispatch", by=by, at=at, carrier=carrier)
        name = _name(what)
        body = f"办件 {case.number} 的{name}已由{carrier}寄出，单号 {tracking_number}。"
        telling.tell_applicant(case, "case.dispatched", f"{name}已寄出", body, by=by, at=at)
    return row


def _refuse_other_ways(case: Case, way: str, what: Sent) -> None:
    """指南没有公布的方式不用。Raises: NotNow。"""
    if why := not_offered(case, way, result=what.is_result):
        raise NotNow(why)


def columns(what: Sent) -> dict[str, Any]:
    return {
        "pledge": what.pledge, "set_aside": what.set_aside, "retraction": what.retraction,
        "of_notice": what.of_notice,
    }  # fmt: skip


def _name(what: Sent) -> str:
    if what.retraction is not None:
        return "告知书" if what.of_notice else f"{what.retraction.get_kind_display()}决定书"
    return "撤销告知书" if what.set_aside else "撤销决定书" if what.pledge else "结果"


def may_send(case: Case, what: Sent, by: User) -> None:
    """有没有要送的、谁可以送。Raises: NotNow、PermissionDenied。"""
    if what.set_aside:
        serving.may_send(case, by)
        return
    if (one := what.retraction) is not None:
        if not may_serve_retraction(one, by):
            raise PermissionDenied("只有办过这一件的窗口和科室可以送达。")
        wanted = RetractionState.PROPOSED if what.of_notice else RetractionState.DECIDED
        if one.state != wanted or one.ground == RetractionGround.ELSEWHERE:
            raise NotNow("没有要送达的文书。")
        return
    if (pledge := what.pledge) is not None:
        if not may_serve(pledge, by):
            raise PermissionDenied("只有办过这一件的窗口和科室可以寄出。")
        if pledge.state != PledgeState.REVOKED or pledge.served_at is not None:
            raise NotNow("没有要送达的撤销决定书。")
        return
    if case.state not in DECIDED:
        raise NotNow(f"这件申请现在是“{case.get_state_display()}”，没有要送达的结果。")
    if not rules.may_take_in(case, by):
        raise PermissionDenied("只有收件窗口的人可以寄出。")
    if not paid_up(case):
        raise NotNow(paid_up.reason)


def arrive(case: Case, *, collector: str, by: User, at: datetime.datetime, what: Sent = RESULT) -> Delivery:
    """邮寄签收：谁签收的；从签收起算送达。Raises: NotNow(没有寄出的)、PermissionDenied。"""
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        row = _on_the_way(case, what)
        if row.way == LastWay.NOTICE:
            raise NotNow("公告还没有期满，到期由系统登记送达；本人来领的，先撤下公告再登记领取。")
        row.collector = collector
        return served.received(row, f"邮寄送达：{row.carrier} {row.tracking_number}，{collector}签收", by=by, at=at)


def come_back(case: Case, *, reason: str, by: User, at: datetime.datetime, what: Sent = RESULT) -> Delivery:
    """退回，或者公告撤下：没有送到，写明原因，另想办法再送。Raises: NotNow(没有寄出的)、PermissionDenied。"""
    deadlines.settle(case, at=at)
    with transaction.atomic():
        case.lock()
        if not (rules.may_take_in(case, by) if what.is_result else rules.handles(case, by)):
            raise PermissionDenied("只有寄出的窗口、科室可以登记退回。")
        row = _on_the_way(case, what)
        row.result, row.ended_at, row.reason = DeliveryResult.RETURNED, at, reason
        row.save(update_fields=["result", "ended_at", "reason"])
        if row.way == LastWay.NOTICE:
            _go_on(row, at=at)
        noted(case, "take_down_notice" if row.way == LastWay.NOTICE else "come_back", by=by, at=at)
    return row


def _go_on(row: Delivery, *, at: datetime.datetime) -> None:
    """公告撤下了：它自己的三十日停下，送达的期限接着走。"""
    full = Clock.objects.select_for_update().get(pk=row.clock_id)
    full.stop(at)
    full.save(update_fields=["ended_at", "late"])
    for clock in served.clocks_of(row):
        clock.resume(at)
        clock.save(update_fields=["paused_at", "due_at", "provisional"])
        _due(row, clock.due_at)


def _due(row: Delivery, due_at: datetime.datetime) -> None:
    """撤回撤销、承诺不实的，那一样上抄着的期限跟着改。"""
    Retraction.objects.filter(pk=row.retraction_id).update(due_at=due_at)
    Pledge.objects.filter(pk=row.pledge_id).update(due_at=due_at)


def _on_the_way(case: Case, what: Sent) -> Delivery:
    row: Delivery | None = case.deliveries.of(what).on_the_way().first()
    if row is None:
        raise NotNow(served.OVER)
    return row


def noted(case: Case, verb: str, *, by: User, at: datetime.datetime, **facts: str) -> None:
    journal.record(f"approvals.case.{verb}", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
