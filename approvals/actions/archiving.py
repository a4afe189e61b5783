"""归档：办结就写下一行，后台归集成包并检测；登记移交；两个人才销毁得了本系统里的一份。"""

import datetime
import logging
from functools import partial
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from agencies.models import User
from approvals.actions import forgetting, packing, undoing
from approvals.models import Archive, Case, DeliveryConsent, Reuse
from approvals.models.archive import INSPECTED
from approvals.rules import packages
from approvals.rules.originals import wants_signature
from approvals.states import HANDED_OVER, ArchiveState
from catalog.models import Retention
from office.exchange.models import ExchangeMessage
from office.exchange.states import MessageState
from office.journal import actions as journal
from office.papers.kinds import KINDS
from office.papers.models import Paper
from office.steps import NotNow, take
from office.vault import digest
from office.workdays.rules import local

HAND_SIGNED = [code for code, kind in KINDS.items() if kind.hand_signed]
log = logging.getLogger(__name__)
LATER = datetime.timedelta(minutes=30)
SENDING = (MessageState.QUEUED, MessageState.SENT, MessageState.PARKED, MessageState.REJECTED)


def order(case: Case, *, at: datetime.datetime) -> Archive:
    """办结待归档：与办结同一个事务写下一行，包由后台做。"""
    made: Archive = Archive.objects.get_or_create(case=case, defaults={"ordered_at": at, "next_try_at": at})[0]
    return made


def order_missing(*, at: datetime.datetime, limit: int = 1000) -> int:
    """以前办结、还没有写下的，补上；返回补了几件。"""
    late = Case.objects.filter(closed_at__isnull=False, archive=None).order_by("pk")[:limit]
    return len([order(case, at=at) for case in late])


def make_due(*, at: datetime.datetime, limit: int = 20) -> int:
    """归集待做的：一件一个事务，做不成的记下原因，过半小时再做；返回做成几件。"""
    done = 0
    due = Archive.objects.waiting().filter(next_try_at__lte=at).order_by("next_try_at", "pk")
    for key, case in list(due.values_list("pk", "case")[:limit]):
        try:
            with transaction.atomic():
                if not Case.lock_by_key(case, wait=False):
                    continue
                done += _make(Archive.objects.select_related("case").get(pk=key), at=at)
        except packing.NotYet as reason:  # 平常的等：文书还在排
            _later(key, str(reason), at)
        except Exception as error:
            log.exception("归档包没有做成 %s", key)
            _later(key, f"出错：{type(error).__name__}", at)
    return done


def _later(key: int, why: str, at: datetime.datetime) -> None:
    Archive.objects.filter(pk=key).update(last_error=why[:300], next_try_at=at + LATER)


def _make(archive: Archive, *, at: datetime.datetime) -> bool:
    """归集、检测。Raises: packing.NotYet。"""
    archive.lock()
    if archive.state != ArchiveState.ORDERED:
        return False
    case = Case.objects.with_context().get(pk=archive.case_id)
    rule = Retention.objects.of(case.item).first()
    raw = packing.package(case, rule)
    name = default_storage.save(f"archives/{local(at):%Y/%m}/{case.number}.zip", ContentFile(raw))
    facts: dict[str, Any] = {"file": name, "size": len(raw), "digest": digest(raw)}
    facts |= {"period": rule.period if rule else "", "basis": f"{rule.basis}（{rule.document_number}）" if rule else ""}
    take(archive, "make", by=User.objects.system(), at=at, **facts)
    check(archive, by=User.objects.system(), at=at)
    return True


def check(archive: Archive, *, by: User, at: datetime.datetime) -> list[packages.Finding]:
    """四性检测：照存着的包重新查一遍，与归集时的摘要也要对得上。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        archive.lock()
        if archive.state not in (ArchiveState.MADE, ArchiveState.CHECKED, ArchiveState.FAULTY):
            raise NotNow(f"{archive._meta.verbose_name}现在是“{archive.get_state_display()}”，不检测。")
        found = inspected(archive)
        if found:
            told = [{"quality": one.quality, "text": one.text} for one in found]
            take(archive, "fail_check", by=by, at=at, findings=told)
        else:
            take(archive, "pass_check", by=by, at=at)
    return found


def inspected(archive: Archive) -> list[packages.Finding]:
    """存着的包哪里不合格。"""
    try:
        with default_storage.open(str(archive.file.name), "rb") as stored:
            raw = stored.read()
    except OSError:
        return [packages.Finding(packages.WHOLE, "归档包的文件不见了。")]
    found = packages.verified(raw) or packages.lacking(raw, packing.names())
    if digest(raw) != archive.digest:
        found.insert(0, packages.Finding(packages.REAL, "归档包与归集时的摘要对不上。"))
    return found


def make_again(archive: Archive, *, by: User, at: datetime.datetime) -> Archive:
    """重新归集：不合格的、定了保管期限的，重做一个包；旧的包删去。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        archive.lock()
        old = str(archive.file.name)
        take(archive, "make_again", by=by, at=at)
        transaction.on_commit(lambda: default_storage.delete(old))
    return archive


def renew(case: Case, *, at: datetime.datetime) -> None:
    """重新归集：办结以后又有变动（撤销、证照失效、补登），没有移交的包由系统重做；移交了的，另行移交。"""
    found = Archive.objects.filter(case=case, state__in=INSPECTED).first() if case.closed_at else None
    if found is not None:
        make_again(found, by=User.objects.system(), at=at)


def transfer(
    archive: Archive, *, receipt_number: str, received_by: str, transferred_on: datetime.date, by: User,
    at: datetime.datetime, unsigned_known: bool = False,
) -> Archive:  # fmt: skip
    """登记移交：档案部门收了，凭证号写下；移交以前再检测一遍。

    有手写签名的文书没有签名页的，管理员知道了(unsigned_known)也可以移交，记下是哪几份。

    Raises: NotNow、PermissionDenied。
    """
    if transferred_on > local(at).date():
        raise NotNow("移交日期不能晚于今天。")
    told = {"receipt_number": receipt_number, "received_by": received_by, "transferred_on": transferred_on}
    with transaction.atomic():
        archive.lock()
        if why := undoing.under_way(archive.case):
            raise NotNow(f"{why}：文书还要归进来，了结以后再移交。")
        if archive.state == ArchiveState.CHECKED and (found := inspected(archive)):
            raise NotNow(f"移交以前又检测了一遍，不合格：{found[0].text}请先“再检测一次”。")
        if bare := [str(paper) for paper in unsigned(archive.case)]:
            if not unsigned_known:
                raise NotNow(
                    f"还有{len(bare)}份文书没有签名页：{'、'.join(bare)}。先补存；补不了的，勾选知道了再移交。"
                )
            state, facts = archive.state, {"papers": bare}
            verb = "approvals.archive.note_unsigned"
            journal.record(verb, about=archive, by=by, at=at, before=state, after=state, facts=facts)
        take(archive, "transfer", by=by, at=at, **told)
    return archive


def unsigned(case: Case) -> list[Paper]:
    """该有签名页、还没有存的文书。"""
    rows = Paper.objects.about(case)
    if case.joint_id:  # 统一出件的回证、一次同意的电子送达确认书是联办件的，管着这一件
        receipts = case.deliveries.exclude(receipt=None).values("receipt")
        consents = DeliveryConsent.objects.filter(case=case).exclude(paper=None).values("paper")
        rows |= Paper.objects.filter(Q(pk__in=receipts) | Q(pk__in=consents))
    bare = rows.filter(kind__in=HAND_SIGNED).exclude(signed_originals__case=case).in_force()
    return [one for one in bare.select_related("ordered_by").order_by("pk") if wants_signature(one, case)]


def propose(archive: Archive, *, reason: str, by: User, at: datetime.datetime) -> Archive:
    """提出销毁：移交登记了才可以；还要另一位管理员同意。Raises: NotNow、PermissionDenied。"""
    take(archive, "propose", by=by, at=at, reason=reason)
    return archive


def decline(archive: Archive, *, text: str, by: User, at: datetime.datetime) -> Archive:
    """不同意销毁：提出的人自己也可以收回。Raises: NotNow、PermissionDenied。"""
    take(archive, "decline", by=by, at=at, text=text)
    return archive


def destroy(archive: Archive, *, by: User, at: datetime.datetime) -> Archive:
    """同意并销毁：由另一位管理员。材料文件、归档包删去，个人信息清空；日志、文书、决定留着。

    依据：个人信息保护法第四十七条(目的已实现，应当删除)；档案已由档案部门保管。
    Raises: NotNow(还有没送完的报文、没核查完的承诺、别的件还要用它的材料)、PermissionDenied(与提出的是同一个人)。
    """
    with transaction.atomic():
        archive.lock()
        if archive.proposed_by_id == by.pk:
            raise PermissionDenied("提出销毁的人不能自己同意：要另一位管理员。")
        case = archive.case
        _refuse_needed(case)
        package = str(archive.file.name)
        take(archive, "destroy", by=by, at=at)
        stored = [package, *forgetting.forget(case, by=by, at=at)]
        facts = {"files": len(stored), "receipt": archive.receipt_number}
        journal.record(
            "approvals.case.destroy_copies", about=case, by=by, at=at, before=case.state, after=case.state, facts=facts
        )
        transaction.on_commit(lambda: _remove(stored))
    return archive


def forget_again(*, by: User, at: datetime.datetime) -> int:
    """再清空：早先销毁的，照现在的各表再清一遍(那时漏清的)；已经清空的不变。返回几件。"""
    gone = Archive.objects.filter(state=ArchiveState.DELETED).order_by("pk").values_list("case", flat=True)
    for key in gone:
        with transaction.atomic():
            stored = forgetting.forget(Case.objects.select_for_update(of=("self",)).get(pk=key), by=by, at=at)
            transaction.on_commit(partial(_remove, stored))
    return len(gone)


def _refuse_needed(case: Case) -> None:
    """别处还要用的不销毁。"""
    if ExchangeMessage.objects.about(case).filter(state__in=SENDING).exists():
        raise NotNow("还有没有了结的交换报文：先送完，或者不再送。")
    if case.pledges.under_way().exists():
        raise NotNow("承诺的事后核查还没有了结，材料还要用。")
    if case.retractions.open().exists():
        raise NotNow("撤回、撤销还没有了结，材料还要用。")
    if case.deliveries.on_the_way().exists():
        raise NotNow("还有文书寄出、公告了没有结果：登记了结果再销毁。")
    reused = Reuse.objects.filter(source__case=case)
    kept = Archive.objects.filter(state__in=HANDED_OVER).values("case")
    if reused.exclude(case_material__case__in=kept).exclude(draft__discarded_at__isnull=False).exists():
        raise NotNow("别的申请再用了这一件的材料，等那一件移交了再销毁。")


def _remove(names: list[str]) -> None:
    for name in names:
        try:
            default_storage.delete(name)
        except OSError:
            log.exception("文件没有删成 %s", Path(name).name)
