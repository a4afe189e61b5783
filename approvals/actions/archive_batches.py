"""成批移交：列清册、登记接收、差异了结、作废。每一件照旧由 archiving 登记移交，多一本清册、一张凭证。"""

import datetime
import io
import zipfile
from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import connection, transaction

from agencies.models import Agency, User
from approvals.actions import archiving, undoing
from approvals.models import Archive, ArchiveBatch, ArchiveBatchLine
from approvals.rules import archives as rules
from approvals.states import ArchiveBatchState, ArchiveState
from office.journal import actions as journal
from office.notices import actions as notices
from office.notices.models import Notice
from office.papers import actions as papers
from office.papers.models import Paper
from office.papers.words import date_words
from office.steps import NotNow, take
from office.vault import digest
from office.workdays.rules import local

UNACKNOWLEDGED = "archive.unacknowledged"
MOST = 200  # 一本清册最多几件：逐件检测、逐件登记，一次做得完


def draw_up(agency: Agency, *, received_by: str, by: User, at: datetime.datetime) -> ArchiveBatch:
    """列一本清册：该移交的、又检测了一遍合格的，旧的在前；不合格的记下，不列进去。出移交清册。

    Raises: NotNow(没有该移交的)、PermissionDenied。
    """
    with transaction.atomic():
        made: ArchiveBatch = ArchiveBatch(
            number=_number(at), agency=agency, received_by=received_by, drawn_at=at, drawn_by=by
        )
        if not rules.may_hand_over_batch(made, by):
            raise PermissionDenied("移交清册由本机关的档案员、管理员列。")
        Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)  # 两个人同时列，同一件不进两本
        sound = _sound(agency, by=by, at=at)
        if not sound:
            raise NotNow("没有该移交的：要检测合格、定了保管期限、没有列在别的清册里的。")
        made.save()
        lines = [
            ArchiveBatchLine(batch=made, archive=one, order=order, digest=one.digest, size=one.size, files=_files(one))
            for order, one in enumerate(sound, 1)
        ]
        ArchiveBatchLine.objects.bulk_create(lines)
        facts = {"lines": len(lines), "received_by": received_by}
        journal.record("approvals.archivebatch.draw_up", about=made, by=by, at=at, after=made.state, facts=facts)
        made.paper = _paper(made, lines, by=by, at=at)
        made.save(update_fields=["paper"])
    return made


def _sound(agency: Agency, *, by: User, at: datetime.datetime) -> list[Archive]:
    """该移交的里面，此刻检测合格、没有在撤回撤销的。"""
    mine = Archive.objects.filter(case__agency=agency).select_related("case")
    due = ArchiveBatch.due(mine).order_by("ordered_at", "pk")
    found = []
    for one in due[:MOST]:
        if undoing.under_way(one.case):
            continue
        if archiving.inspected(one):
            archiving.check(one, by=by, at=at)
            continue
        found.append(one)
    return found


def _files(archive: Archive) -> int:
    with default_storage.open(str(archive.file.name), "rb") as stored:
        raw = stored.read()
    with zipfile.ZipFile(io.BytesIO(raw)) as box:
        return len(box.namelist())


def _number(at: datetime.datetime) -> str:
    """清册编号：DA + 年月日 + 全局流水。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('approvals_archive_batch_number')")
        return f"DA{local(at):%Y%m%d}{cursor.fetchone()[0]:05d}"


def _paper(batch: ArchiveBatch, lines: list[ArchiveBatchLine], *, by: User, at: datetime.datetime) -> Paper:
    """移交清册这份纸：一件一行，写明摘要；清册自己的摘要把各件连起来，换一件、改一件都看得出来。"""
    context = {
        "agency": batch.agency.name,
        "to_office": batch.received_by,
        "batch_number": batch.number,
        "prepared_by": by.full_name,
        "total": f"{len(lines)}件",
        "size": f"{sum(line.size for line in lines):,} 字节",
        "digest": digest("".join(line.digest for line in lines).encode()),
        "rows": [
            {
                "case_number": f"{line.archive.case.number}{'（补充）' if line.archive.supplements_id else ''}",
                "item": line.archive.case.guide.name,
                "period": line.archive.get_period_display(),
                "files": str(line.files),
                "size": f"{line.size:,}",
                "digest": line.digest,
            }
            for line in lines
        ],
    }
    agency = batch.agency
    return papers.order(
        "archive_list", about=batch, context=context, issuer=agency.code, prefix=agency.paper_prefix, by=by, at=at
    )


def remind(*, at: datetime.datetime) -> int:
    """交出去很久没有登记接收的：提醒列清册的人，他不在任了的，提醒本机关现在管档案的人；到登记接收、作废为止。

    返回提醒了几本。
    """
    span, system = datetime.timedelta(days=settings.ARCHIVE_RECEIPT_DAYS), User.objects.system()
    rows = ArchiveBatch.objects.filter(state=ArchiveBatchState.DRAWN, drawn_at__lte=at - span)
    told, found = Notice.objects.filter(kind=UNACKNOWLEDGED, queued_at__gt=at - span), 0
    for batch in rows.select_related("agency", "drawn_by").order_by("pk"):
        if told.about(batch).exists():
            continue
        found += 1
        for person in _keepers(batch):
            notices.queue(
                UNACKNOWLEDGED, about=batch, to=person, subject=f"还没有接收凭证：{batch.number}", responsible=person,
                body=f"移交清册 {batch.number} {date_words(batch.drawn_at)}列给{batch.received_by}，还没有登记接收。"
                "请催接收凭证；没有交出去的，作废以后另列。", by=system, at=at,
            )  # fmt: skip
    return found


def _keepers(batch: ArchiveBatch) -> list[User]:
    if batch.drawn_by.is_active and rules.may_hand_over_batch(batch, batch.drawn_by):
        return [batch.drawn_by]
    mine = User.objects.filter(is_active=True, holdings__to_at=None, holdings__post__unit__agency=batch.agency)
    return [one for one in mine.distinct().order_by("pk") if rules.may_hand_over_batch(batch, one)]


def acknowledge(
    batch: ArchiveBatch, *, receipt_number: str, transferred_on: datetime.date, differences: Mapping[int, str],
    by: User, at: datetime.datetime, unsigned_known: bool = False,
) -> ArchiveBatch:  # fmt: skip
    """登记接收：一张凭证，没有差异的各件都登记移交；differences 是 {序号: 哪里不对}，那几件留下，由登记的人负责了结。

    列清册以后又重新归集了的(摘要变了)，不写差异就登记不了。Raises: NotNow、PermissionDenied。
    """
    with transaction.atomic():
        batch.lock()
        lines = list(batch.lines.select_related("archive__case").order_by("order"))
        if unknown := sorted(set(differences) - {line.order for line in lines}):
            raise NotNow(f"清册上没有第 {'、'.join(map(str, unknown))} 件。")
        told = {"receipt_number": receipt_number, "transferred_on": transferred_on}
        take(batch, "acknowledge", by=by, at=at, **told, differences=len(differences))
        for line in lines:
            if line.order in differences:
                line.difference, line.owner = differences[line.order].strip()[:300], by
                line.save(update_fields=["difference", "owner"])
                continue
            _hand_over(line, unsigned_known=unsigned_known, received_by=batch.received_by, by=by, at=at, **told)
    return batch


def _hand_over(line: ArchiveBatchLine, *, by: User, at: datetime.datetime, **told: object) -> None:
    """登记这一件移交。Raises: NotNow(写明是第几件)。"""
    archive = Archive.objects.select_related("case").get(pk=line.archive_id)
    called = f"第 {line.order} 件({archive.case.number})"
    if archive.state != ArchiveState.CHECKED or archive.digest != line.digest:
        raise NotNow(f"{called}列清册以后变过，与清册上的摘要对不上：请写明差异，重新列进下一本。")
    try:
        archiving.transfer(archive, by=by, at=at, **told)  # type: ignore[arg-type]
    except NotNow as reason:
        raise NotNow(f"{called}：{reason}") from reason


def settle(line: ArchiveBatchLine, *, settlement: str, by: User, at: datetime.datetime) -> ArchiveBatchLine:
    """差异了结：写明怎样了结；这一件随后可以列进下一本清册。Raises: NotNow、PermissionDenied。"""
    if not settlement.strip():
        raise NotNow("请写明差异怎样了结。")
    with transaction.atomic():
        batch = line.batch
        batch.lock()
        if not rules.may_hand_over_batch(batch, by):
            raise PermissionDenied("差异由本机关的档案员、管理员了结。")
        line.refresh_from_db()
        if not line.difference or line.settled_at:
            raise NotNow("没有要了结的差异。")
        line.settled_at, line.settlement = at, settlement.strip()[:300]
        line.save(update_fields=["settled_at", "settlement"])
        facts = {"line": line.order}
        verb = "approvals.archivebatch.settle"
        journal.record(verb, about=batch, by=by, at=at, before=batch.state, after=batch.state, facts=facts)
    return line


def drop(batch: ArchiveBatch, *, reason: str, by: User, at: datetime.datetime) -> ArchiveBatch:
    """作废：还没有交接的清册；各件可以另列。Raises: NotNow、PermissionDenied。"""
    with transaction.atomic():
        take(batch, "drop", by=by, at=at, reason=reason)
    return batch
