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
from office.journal.models import Entry
from office.papers.kinds import KINDS
from office.papers.models import Paper
from office.steps import NotNow, take
from office.vault import digest
from office.workdays.rules import local

HAND_SIGNED = [code for code, kind in KINDS.items() if kind.hand_signed]
log = logging.getLogger(__name__)
DESTROYED_COPIES = "approvals.case.destroy_copies"
LATER = datetime.timedelta(minutes=30)
SENDING = (MessageState.QUEUED, MessageState.SENT, MessageState.PARKED, MessageState.REJECTED)


def order(case: Case, *, at: datetime.datetime) -> Archive:
    """办结待归档：与办结同一个事务写下一行，包由后台做。"""
    told = {"ordered_at": at, "next_try_at": at}
    made: Archive = Archive.objects.get_or_create(case=case, supplements=None, defaults=told)[0]
    return made


def order_missing(*, at: datetime.datetime, limit: int = 1000) -> int:
    """以前办结、还没有写下的，补上；返回补了几件。"""
    late = Case.objects.filter(closed_at__isnull=False, archives=None).order_by("pk")[:limit]
    return len([order(case, at=at) for case in late])


LOOKED_BACK = datetime.timedelta(days=3)  # 汇总一夜一次，停两夜也不漏


def catch_up(*, at: datetime.datetime) -> int:
    """归集以后又有变动的(日志比包新)，重新归集，移交了的补充归档；返回几件。"""
    lines = Entry.objects.filter(
        subject_type=Case._meta.label_lower, at__gt=at - LOOKED_BACK, verb__startswith="approvals."
    ).exclude(verb=DESTROYED_COPIES)
    newest = {int(key): when for key, when in lines.order_by("at").values_list("subject_key", "at")}
    packed = Archive.objects.filter(case__in=newest, made_at__isnull=False).exclude(state=ArchiveState.DELETED)
    last = dict(packed.order_by("made_at").values_list("case", "made_at"))
    stale = [key for key, made in last.items() if newest[key] > made]
    for key in stale:
        with transaction.atomic():
            if Case.lock_by_key(key, wait=True):
                renew(Case.objects.get(pk=key), at=at)
    return len(stale)


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
    raw = packing.package(case, rule, supplements=archive.supplements)
    name = default_storage.save(f"archives/{local(at):%Y/%m}/{name_of(archive)}", ContentFile(raw))
    facts: dict[str, Any] = {"file": name, "size": len(raw), "digest": digest(raw)}
    facts |= {"period": rule.period if rule else "", "basis": f"{rule.basis}（{rule.document_number}）" if rule else ""}
    take(archive, "make", by=User.objects.system(), at=at, **facts)
    check(archive, by=User.objects.system(), at=at)
    return True


def name_of(archive: Archive) -> str:
    """包的文件名：补充的写明是补充的第几包。"""
    number = archive.case.number
    if archive.supplements_id is None:
        return f"{number}.zip"
    earlier = Archive.objects.filter(supplements=archive.supplements_id, pk__lte=archive.pk).count()
    return f"{number}-{earlier}.zip"


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
    """重新归集：办结以后又有变动（撤销、证照失效、补登），没有移交的包由系统重做；移交了的，另做一个补充的包。"""
    rows = list(Archive.objects.filter(case=case).order_by("pk")) if case.closed_at else []
    if not rows:
        return
    whole, last = rows[0], rows[-1]
    if last.state in INSPECTED:
        make_again(last, by=User.objects.system(), at=at)
    elif whole.state in (ArchiveState.TRANSFERRED, ArchiveState.PROPOSED) and last.state != ArchiveState.ORDERED:
        made = Archive.objects.create(case=case, supplements=whole, ordered_at=at, next_try_at=at)
        verb, by = "approvals.archive.supplement", User.objects.system()
        journal.record(verb, about=made, by=by, at=at, after=made.state, facts={"digest": whole.digest})


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
    """提出销毁：移交登记了才可以，补充的一并提出；还要另一位管理员同意。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        for one in _with_supplements(archive):
            take(one, "propose", by=by, at=at, reason=reason)
    return archive


def _with_supplements(archive: Archive) -> list[Archive]:
    """这一包和补充它的各包。Raises: NotNow(它自己是补充的，还有没移交的补充)。"""
    if archive.supplements_id is not None:
        raise NotNow("补充归档的包随原来那一包一起销毁，不单独销毁。")
    more = list(archive.supplementary.order_by("pk"))
    if any(one.state not in HANDED_OVER for one in more):
        raise NotNow("还有补充归档的包没有移交：先移交，再销毁。")
    return [archive, *more]


def decline(archive: Archive, *, text: str, by: User, at: datetime.datetime) -> Archive:
    """不同意销毁：提出的人自己也可以收回。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        take(archive, "decline", by=by, at=at, text=text)
        for one in archive.supplementary.filter(state=ArchiveState.PROPOSED).order_by("pk"):
            take(one, "decline", by=by, at=at, text=text)
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
        case, packages_of_it = archive.case, _with_supplements(archive)
        if any(one.state != ArchiveState.PROPOSED for one in packages_of_it[1:]):
            raise NotNow("提出销毁以后又补充归档了：请先不同意，移交了再重新提出。")
        _refuse_needed(case)
        kept = [str(one.file.name) for one in packages_of_it]
        for one in packages_of_it:
            take(one, "destroy", by=by, at=at)
        stored = [*kept, *forgetting.forget(case, by=by, at=at)]
        facts = {"files": len(stored), "receipt": archive.receipt_number}
        journal.record(DESTROYED_COPIES, about=case, by=by, at=at, before=case.state, after=case.state, facts=facts)
        transaction.on_commit(lambda: _remove(stored))
    return archive


def forget_again(*, by: User, at: datetime.datetime) -> int:
    """再清空：早先销毁的，照现在的各表再清一遍(那时漏清的)；已经清空的不变。返回几件。"""
    gone = (
        Archive.objects.filter(state=ArchiveState.DELETED, supplements=None)
        .order_by("pk")
        .values_list("case", flat=True)
    )
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
