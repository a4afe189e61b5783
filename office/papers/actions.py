"""文书的动作:登记、排版、用印、送达、作废,以及清空待排托盘。"""

import datetime
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.utils import timezone

from office.papers import engine
from office.papers.kinds import KINDS
from office.papers.models import NumberSeries, Paper
from office.papers.states import PaperState
from office.steps import NotNow, take

RETRY = (1, 5, 15, 60, 240)  # 分钟;以后每四小时再试,直到有人处理


@transaction.atomic
def order(
    kind: str,
    *,
    about: models.Model,
    context: Mapping[str, Any],
    issuer: str,
    prefix: str,
    by: Any,
    at: datetime.datetime,
) -> Paper:
    """登记制发:占一个文号,定下内容;排版留给托盘。文号与调用者的事务同生共灭,所以不跳号。

    Raises: MissingFact(内容不齐)、KeyError(没有这个文种)、TypeError(内容不是普通 JSON)。
    """
    spec = KINDS[kind]
    spec.check(context)
    frozen = json.loads(json.dumps({**capacity(about, by=by, at=at), **context}, ensure_ascii=False))
    year = timezone.localtime(at).year
    serial = _next_serial(issuer, spec.word, year)
    return Paper.objects.create(  # type: ignore[no-any-return]
        kind=kind,
        title=spec.title_for(frozen),
        issuer=issuer,
        prefix=prefix,
        word=spec.word,
        year=year,
        serial=serial,
        number=f"{prefix}{spec.word}〔{year}〕{serial}号",
        subject_type=about._meta.label_lower,
        subject_key=str(about.pk),
        context=frozen,
        ordered_at=at,
        ordered_by=by,
        next_try_at=at,
    )


def capacity(about: models.Model, *, by: Any, at: datetime.datetime) -> dict[str, str]:
    """以什么身份办的：以 B 岗办的、替申请人办的，文书上写明代谁；签自己名的不另写。每一种文书都从这里得(C3)。"""
    signed = by.signs(about, at)
    return {"handled_by": signed} if by.is_official and signed != by.full_name else {}


UNNUMBERED = "预览，未编号"
PREVIEWED = "预览：照此刻填写的内容排成，没有登记、没有编号、没有用印，不作凭证。"


def preview(kind: str, *, context: Mapping[str, Any], prefix: str, at: datetime.datetime) -> bytes:
    """预览：照此刻的内容排一份，写明是预览；不登记、不占文号、不用印、不留存。

    Raises: MissingFact(内容不齐)、MissingGlyph、Refused(见 engine.typeset)。
    """
    told = {"number": UNNUMBERED, "instead": PREVIEWED, "stamp": "预览"}
    return unnumbered(kind, context=context, prefix=prefix, at=at, complete=True, **told)


class _Undone(Exception):
    """试做完了，全部退回。"""


def rehearsed(act: Callable[[], Any], kind: str = "", *, at: datetime.datetime) -> bytes:
    """试做：真的做一遍 act，取下它要出的文书(kind；空的是头一份)，全部退回，再排成预览；与做成的那一份同样的内容。

    act 存文件的不能用：文件退不回。Raises: act 的那些；NotNow(这样做不出文书)、MissingGlyph、Refused。
    """
    made = None
    try:
        with transaction.atomic():
            last = Paper.objects.aggregate(last=models.Max("pk"))["last"] or 0
            act()
            found = Paper.objects.filter(pk__gt=last).order_by("pk")
            made = (found.filter(kind=kind) if kind else found).first()
            raise _Undone
    except _Undone:
        if made is None:
            raise NotNow("照这样填，不出文书。") from None
    return preview(made.kind, context=made.context, prefix=made.prefix, at=at)


def unnumbered(
    kind: str, *, context: Mapping[str, Any], prefix: str, at: datetime.datetime, number: str, instead: str,
    complete: bool, stamp: str = "",
) -> bytes:  # fmt: skip
    """没有登记的一份：number 印在文号的地方，instead 印在核验码的地方，stamp 斜在页面上。

    complete=False 的留着空格给人填。

    Raises: MissingFact、MissingGlyph、Refused。
    """
    spec = KINDS[kind]
    if complete:
        spec.check(context)
    frozen = json.loads(json.dumps(context, ensure_ascii=False))
    paper = Paper(
        kind=kind, title=spec.title_for(frozen), prefix=prefix, word=spec.word, year=timezone.localtime(at).year,
        serial=0, number=number, context=frozen, ordered_at=at, check_code="0" * 16,
    )  # fmt: skip
    return engine.typeset(paper, instead=instead, stamp=stamp).pdf


def render(paper: Paper, *, at: datetime.datetime) -> Paper:
    """排版:把登记的内容印成 PDF,记下版式版本和 SM3 摘要;登记时已定用哪个章(seal_name)的,随即用印。

    Raises: MissingGlyph、Refused(见 engine.typeset)、NotNow(已经排过或已作废)。
    """
    with transaction.atomic():
        paper.lock()
        if paper.state != PaperState.ORDERED:
            return paper  # 托盘与窗口可能同时要排:先到者排,后到者直接用
        name = str(paper.context.get("seal_name", "")) if paper.spec.sealed else ""
        sheet = engine.typeset(paper, seal_name=name)
        _put(paper, "set_type", sheet, by=_system(), at=at)
        if name:
            facts = {"template_version": sheet.template_version, "digest": sheet.digest, "file": paper.file.name}
            take(paper, "affix_seal", by=_system(), at=at, seal_name=name, **facts)
    return paper


def render_now(paper: Paper, *, at: datetime.datetime) -> Paper:
    """当场排版:有人在窗口等着,不等托盘。已经排好的原样返回。"""
    return render(paper, at=at)


def seal(paper: Paper, *, seal_name: str, by: Any, at: datetime.datetime) -> Paper:
    """用印:印章名来自授权事项(catalog.Authority);演示环境画上示范印章,重新计摘要。

    Raises: NotNow、PermissionDenied。
    """
    with transaction.atomic():
        paper.lock()
        sheet = engine.typeset(paper, seal_name=seal_name)
        _put(paper, "affix_seal", sheet, by=by, at=at, seal_name=seal_name)
    return paper


def deliver_mark(paper: Paper, *, how: str, by: Any, at: datetime.datetime) -> Paper:
    """送达:记下送达的时间和方式。

    Raises: NotNow(须用印而未用印)、PermissionDenied。
    """
    take(paper, "hand_over", by=by, at=at, delivered_how=how)
    return paper


def void(paper: Paper, *, reason: str, by: Any, at: datetime.datetime) -> Paper:
    """作废:文号不再使用,文件留存,核验页从此显示作废。

    Raises: NotNow、PermissionDenied。
    """
    take(paper, "withdraw", by=by, at=at, reason=reason)
    return paper


def empty_tray(*, at: datetime.datetime, limit: int) -> int:
    """清空待排托盘:一份一个事务,别的工人拿着的跳过,一份排不出不耽误别的;返回排好的份数。"""
    done = 0
    for _ in range(limit):
        with transaction.atomic():
            paper = (
                Paper.objects.waiting()
                .filter(next_try_at__lte=at)
                .order_by("next_try_at", "id")
                .select_for_update(skip_locked=True)
                .first()
            )
            if paper is None:
                break
            done += _try_one(paper, at=at)
    return done


def _try_one(paper: Paper, *, at: datetime.datetime) -> bool:
    """排一份;不成就在行上记下原因,过一会儿再试。"""
    try:
        with transaction.atomic():
            render(paper, at=at)
    except Exception as error:
        wait = RETRY[min(paper.attempts, len(RETRY) - 1)]
        Paper.objects.filter(pk=paper.pk).update(
            attempts=models.F("attempts") + 1,
            last_error=f"{type(error).__name__}:{error}"[:500],
            next_try_at=at + datetime.timedelta(minutes=wait),
        )
        return False
    return True


def _next_serial(issuer: str, word: str, year: int) -> int:
    """下一个序号:一条语句加行锁,锁到调用者提交为止;回滚则序号退回。"""
    table = connection.ops.quote_name(NumberSeries._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS s (issuer, word, year, last) VALUES (%s, %s, %s, 1)"  # noqa: S608 表名来自模型
            " ON CONFLICT (issuer, word, year) DO UPDATE SET last = s.last + 1 RETURNING last",
            [issuer, word, year],
        )
        return int(cursor.fetchone()[0])


def _put(paper: Paper, step: str, sheet: engine.Sheet, *, by: Any, at: datetime.datetime, **facts: Any) -> None:
    """存文件、走一步;这一步不成,文件也不留。未用印的旧文件在提交后才删。"""
    name = f"papers/{paper.issuer}/{paper.year}/{paper.check_code}-{sheet.digest[:12]}.pdf"
    former = paper.file.name
    stored = default_storage.save(name, ContentFile(sheet.pdf))
    try:
        take(
            paper,
            step,
            by=by,
            at=at,
            template_version=sheet.template_version,
            digest=sheet.digest,
            file=stored,
            **facts,
        )
    except BaseException:
        default_storage.delete(stored)
        raise
    if former:
        transaction.on_commit(lambda: default_storage.delete(former))


def _system() -> Any:
    return get_user_model().objects.system()
