"""叫回重新研究：阅知的领导把一件叫回来，承办科室限期答复，由叫回的那一级以上维持或改正。

叫回不停原决定：决定书、送达、救济的期限都照旧，改正的时候才撤销。
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.models import Post, User
from agencies.models.post import Standing
from agencies.states import Rank
from approvals.actions import bars, decision_notices, redoing, serving
from approvals.models import Case
from approvals.rules import stays_out
from approvals.states import Decided
from denials.actions import letters, register, telling
from denials.models import Reading, Recall, RecallClock, RegisterEntry
from denials.rules import from_rung_up
from denials.states import RECALL_OPEN, ClockKind, RecallOpinion, RecallState, Rung, Verdict
from office import clocks
from office.journal import actions as journal
from office.papers.words import moment_words
from office.steps import NotNow, take
from office.sure import sure

Seat = tuple[Reading, Standing]


def seats(entry: RegisterEntry, *, by: User, at: datetime.datetime, rung: str = Rung.CHIEF) -> list[Seat]:
    """他此刻在这条报备上值守的各席，rung 以上的，低的在前。自己作的决定，只有在任的局长可以自己叫回、自己定。"""
    if stays_out(entry.case, by):
        return []
    mine, order = by.standings(at), from_rung_up(rung)
    rows = sorted((row for row in entry.readings.all() if row.rung in order), key=lambda row: order.index(row.rung))
    held = [(row, mine[row.post_id]) for row in rows if row.post_id in mine]
    if entry.case.decided_by_id != by.pk:
        return held
    return [(row, standing) for row, standing in held if row.rung == Rung.DIRECTOR and standing.rank == Rank.A]


def lowest(entry: RegisterEntry) -> str:
    """哪一级以上可以叫回：依规定、循先例的各级都可以；经审定的，审定它的那一级以上。"""
    if entry.report is None:
        return Rung.CHIEF
    turn = entry.report.turns.filter(verdict=Verdict.SANCTION).order_by("-pk").first()
    return turn.rung if turn else Rung.DIRECTOR


def obstacle(entry: RegisterEntry, *, by: User, at: datetime.datetime) -> str:
    """为什么他此刻不能叫回；能就是空串。"""
    if seats(entry, by=by, at=at, rung=lowest(entry)):
        return ""
    if entry.case.decided_by_id == by.pk:
        return "这是您自己作的决定，要叫回重新研究的，由上一级叫回。"
    if entry.report is not None:
        return "这是逐级审定过的，由审定它的那一级以上叫回。"
    return "这条报备此刻不由您阅知，不能叫回。"


def call_back(entry: RegisterEntry, *, reason: str, by: User, at: datetime.datetime) -> Recall:
    """叫回重新研究：写明为什么；叫回就是阅知过了。Raises: NotNow(正在研究、已改正)、PermissionDenied。"""
    if not reason.strip():
        raise NotNow("请写明为什么叫回。")
    with transaction.atomic():
        entry.case.lock()
        if why := obstacle(entry, by=by, at=at):
            raise PermissionDenied(why)
        _once_at_a_time(entry)
        seat, standing = seats(entry, by=by, at=at, rung=lowest(entry))[0]
        if Reading.objects.waiting_for(by, at).filter(entry=entry).exists():
            register.read(entry, by=by, at=at)
        recall: Recall = Recall(
            entry=entry, case=entry.case, rung=seat.rung, post=seat.post, called_by=by, standing=standing.describe(),
            reason=reason, called_at=at, study_post=_studied_by(entry),
        )  # fmt: skip
        term = sure(recall.term(ClockKind.STUDY, at=at, facts={}))
        recall.due_at = term.due_at
        recall.save()
        clocks.start(recall, ClockKind.STUDY, term, at=at)
        facts = {"rung": seat.rung, "standing": recall.standing, "reason": reason, "due_at": recall.due_at}
        journal.record("denials.recall.call_back", about=recall, by=by, at=at, after=recall.state, facts=facts)
        note(recall, "call_back", facts, by=by, at=at)
        body = (
            f"{_who(recall)}叫回了“{_what(recall)}”：{reason} 请在{moment_words(recall.due_at)}前写明维持还是应当改正。"
        )
        telling.tell_posts([recall.study_post], entry, "denials.recall", "请重新研究", body, by=by, at=at)
    return recall


def _once_at_a_time(entry: RegisterEntry) -> None:
    states = set(entry.recalls.values_list("state", flat=True))
    if RecallState.SET_ASIDE in states:
        raise NotNow("这件已经改正，不能再叫回。")
    if states & {RecallState.STUDYING, RecallState.ANSWERED}:
        raise NotNow("这件正在重新研究，还没有结论，不能再叫回一次。")


def _studied_by(entry: RegisterEntry) -> Post:
    """由承办科室负责人研究；科室没有设的，由接着的一级。"""
    rows = {row.rung: row.post for row in entry.readings.select_related("post")}
    return next(rows[rung] for rung in from_rung_up(Rung.CHIEF) if rung in rows)


def answer(recall: Recall, *, opinion: str, text: str, by: User, at: datetime.datetime) -> Recall:
    """答复重新研究：承办科室负责人写明维持还是应当改正；逾期了也还要答复。Raises: NotNow、PermissionDenied。"""
    _reason(text)
    settle(recall, at=at)
    with transaction.atomic():
        recall.lock()
        standing = recall.study_post.standing_of(by, at)
        if standing is None:
            raise PermissionDenied("这件此刻不由您研究。")
        said: dict[str, Any] = {"opinion": opinion, "text": text, "standing": standing.describe()}
        due_at = recall.settle_due_at or _to_settle(recall, at)
        take(recall, "answer", by=by, at=at, **said, due_at=due_at)
        note(recall, "answer", said | {"due_at": due_at}, by=by, at=at)
        label, until = RecallOpinion(opinion).label, moment_words(due_at)
        body = f"“{_what(recall)}”：{label}。{text} 请在{until}前定维持还是改正。"
        telling.tell_posts([recall.post], recall.entry, "denials.recall_answered", "重新研究有答复", body, by=by, at=at)
    return recall


def _to_settle(recall: Recall, at: datetime.datetime) -> datetime.datetime:
    """领导定的期限：从答复、或者从研究到期那一刻起算，只起一次。"""
    term = sure(recall.term(ClockKind.SETTLE, at=at, facts={}))
    clocks.start(recall, ClockKind.SETTLE, term, at=at)
    return term.due_at


def uphold(recall: Recall, *, text: str, by: User, at: datetime.datetime) -> Recall:
    """维持：原决定和救济途径不变。Raises: NotNow、PermissionDenied。"""
    _reason(text)
    settle(recall, at=at)
    with transaction.atomic():
        recall.lock()
        said = {"text": text, "standing": settler(recall, by=by, at=at).describe()}
        take(recall, "uphold", by=by, at=at, **said)
        note(recall, "uphold", said, by=by, at=at)
        tell_settled(recall, f"维持原决定。{text}", by=by, at=at)
        body = f"办件 {recall.case.number} 的决定重新研究过了，维持原决定。理由、怎样才能办、救济途径仍看原决定书。"
        telling.tell_applicant(recall.case, "denials.upheld", "重新研究有结论", body, by=by, at=at)
    return recall


def set_aside(recall: Recall, *, text: str, basis: str, by: User, at: datetime.datetime) -> Recall:
    """改正：撤销原决定，照原来交的另收一件，两个编号和新的查询码告诉申请人。原件不重开。

    Raises: NotNow(开不了新件，写明为什么，改用 set_aside_elsewhere)、PermissionDenied。
    """
    return _set_aside(recall, text, basis, "", by=by, at=at)


def set_aside_elsewhere(
    recall: Recall, *, text: str, basis: str, elsewhere: str, by: User, at: datetime.datetime
) -> Recall:
    """改正、另指去处：开不了新件的（事项已取消、正停办），撤销原决定，告知书写明去哪里办。

    Raises: NotNow(开得了新件)、PermissionDenied。
    """
    if not elsewhere.strip():
        raise NotNow("请写明申请人去哪里办。")
    if not redoing.obstacle(recall.case, at=at):
        raise NotNow("这件可以重新收件，请照原来交的重新办理，不要让申请人另跑。")
    return _set_aside(recall, text, basis, elsewhere, by=by, at=at)


def _set_aside(recall: Recall, text: str, basis: str, elsewhere: str, *, by: User, at: datetime.datetime) -> Recall:
    _reason(text)
    if not basis.strip():
        raise NotNow("请写明改正的依据。")
    settle(recall, at=at)
    with transaction.atomic():
        recall.lock()
        standing = settler(recall, by=by, at=at).describe()
        made = None if elsewhere else redoing.redo(recall.case, key=f"recall-{recall.pk}", by=by, at=at)
        said = {"text": text, "basis": basis, "standing": standing, "elsewhere": elsewhere}
        take(recall, "set_aside", by=by, at=at, new_case=made, **said)
        paper = letters.set_aside(recall, by=by, at=at)
        decision_notices.tell(recall.case, Decided.SET_ASIDE, reference=paper.number, by=by, at=at)
        serving.begin(recall.case, by=by, at=at)
        facts = said | {"new_case": made.number if made else ""}
        note(recall, "set_aside", facts, by=by, at=at)
        bars.fall_with(recall.case, basis=f"《{paper.title}》（{paper.number}）", by=by, at=at)
        _tell_applicant(recall, made, by=by, at=at)
        _doubt_precedents(recall, by=by, at=at)
        tell_settled(recall, f"改正。{text} {_onward(made, elsewhere)}", by=by, at=at)
    return recall


def _onward(made: Case | None, elsewhere: str) -> str:
    return f"已照原来交的重新收件，办件 {made.number}，请接着办。" if made else f"请申请人：{elsewhere}"


def _tell_applicant(recall: Recall, made: Case | None, *, by: User, at: datetime.datetime) -> None:
    case, state = recall.case, recall.case.state
    facts = {"text": recall.decision_text, "number": made.number if made else ""}
    journal.record("approvals.case.set_aside", about=case, by=by, at=at, before=state, after=state, facts=facts)
    what = f"办件 {case.number} 的{case.get_outcome_display()}决定已经撤销。"
    onward = f"这件请这样办：{recall.elsewhere}"
    if made:
        codes = f"新的办件编号 {made.number}，查询码 {made.query_code}"
        onward = f"已按您原来交的重新收件，不必再交：{codes}。五个工作日内答复是否受理。"
    body = f"{what}{onward}"
    telling.tell_applicant(made or case, "denials.set_aside", "撤销原决定、重新办理", body, by=by, at=at)


def _doubt_precedents(recall: Recall, *, by: User, at: datetime.datetime) -> None:
    """所循的先例、由它成了的先例，请管先例的人复查；先例本身不动。"""
    entry = recall.entry
    found = [entry.precedent, getattr(entry.report, "precedent", None)]
    for precedent in [one for one in found if one]:
        posts = [Post.objects.deputy_for(precedent.section), Post.objects.director_of(precedent.agency)]
        body = f"参照先例 {precedent.code} 的“{_what(recall)}”已经改正，请复查这条先例要不要限定、取代或撤销。"
        keepers = [post for post in posts if post]
        telling.tell_posts(keepers, entry, "denials.precedent_doubted", "请复查先例", body, by=by, at=at)


def settler(recall: Recall, *, by: User, at: datetime.datetime) -> Standing:
    """此刻由他定的身份：叫回的那个岗，或上面的。Raises: PermissionDenied。"""
    held = seats(recall.entry, by=by, at=at, rung=recall.rung)
    if not held:
        raise PermissionDenied("维持还是改正，由叫回的那一级以上、此刻值守的领导定；自己作的决定由上一级定。")
    return held[0][1]


def tell_settled(recall: Recall, body: str, *, by: User, at: datetime.datetime) -> None:
    """有了结论，告诉研究的科室和经办人。"""
    told = {"kind": "denials.recall_settled", "subject": "重新研究有结论", "body": f"“{_what(recall)}”：{body}"}
    telling.tell_posts([recall.study_post], recall.entry, **told, by=by, at=at, also=[recall.entry.clerk])


def _reason(text: str) -> None:
    if not text.strip():
        raise NotNow("请写明理由。")


def _who(recall: Recall) -> str:
    return f"{recall.get_rung_display()}{recall.standing}"


def _what(recall: Recall) -> str:
    return f"{recall.entry.matter} {recall.entry.number}"


def note(recall: Recall, name: str, facts: Mapping[str, object], *, by: User, at: datetime.datetime) -> None:
    """在报备上也记一笔：一条报备的经过一处看全。"""
    journal.record(f"denials.register.{name}", about=recall.entry, by=by, at=at, facts=facts)


# 到期 -----------------------------------------------------------------


def sweep(*, at: datetime.datetime, limit: int = 1000) -> int:
    """叫回研究、领导定的期限到了：返回处理了几个。"""
    return clocks.sweep(RecallClock, fire, at=at, limit=limit)


def settle(recall: Recall, *, at: datetime.datetime) -> None:
    """人动手之前，先把已经到期的记下；研究到期带出领导定的期限，那一个可能也过了，所以做到没有为止。"""
    while clocks.sweep(RecallClock, fire, at=at, only=recall):
        pass


def fire(clock: RecallClock, *, at: datetime.datetime) -> None:
    """一个期限到了；已经有了结论的不再记。"""
    recall = clock.recall
    if clock.kind == ClockKind.STUDY and recall.state == RecallState.STUDYING:
        _unanswered(clock, at=at)
    elif clock.kind == ClockKind.SETTLE and recall.state in RECALL_OPEN:
        _unsettled(clock, at=at)


def _unanswered(clock: RecallClock, *, at: datetime.datetime) -> None:
    """没有答复：记在承办科室到点时值守的人名下，告诉叫回的领导和局长。还要答复，领导也可以不等了直接定。"""
    recall, system = clock.recall, User.objects.system()
    standing = recall.study_post.holder_at(clock.due_at)
    due_at = _to_settle(recall, clock.due_at)
    take(recall, "run_late", by=system, at=at, user=standing.user if standing else None, due_at=due_at)
    note(recall, "run_late", {"due_at": clock.due_at, "user": standing and standing.user.full_name}, by=system, at=at)
    late = f"{recall.study_post}没有在{moment_words(clock.due_at)}前答复，已记逾期"
    body = f"“{_what(recall)}”：{late}。可以不等答复直接定，最迟{moment_words(due_at)}前定。"
    _tell_late(recall, "denials.recall_late", "重新研究逾期", body, standing, at=at)


def _unsettled(clock: RecallClock, *, at: datetime.datetime) -> None:
    """领导没有定：记在叫回的那个岗到点时值守的人名下，告诉他和局长，只记一次；不定不等于维持，还要定。"""
    recall, system = clock.recall, User.objects.system()
    standing = recall.post.holder_at(clock.due_at)
    take(recall, "run_over", by=system, at=at, user=standing.user if standing else None)
    note(recall, "run_over", {"due_at": clock.due_at, "user": standing and standing.user.full_name}, by=system, at=at)
    late = f"{recall.post}没有在{moment_words(clock.due_at)}前定维持还是改正，已记逾期"
    body = f"“{_what(recall)}”：{late}。没有定不等于维持，请现在定；叫回的那一级以上都可以定。"
    _tell_late(recall, "denials.recall_unsettled", "重新研究没有按时定", body, standing, at=at)


def _tell_late(
    recall: Recall, kind: str, subject: str, body: str, standing: Standing | None, *, at: datetime.datetime
) -> None:
    """逾期的告诉叫回的领导、局长和逾期的人。"""
    director, also = Post.objects.director_of(recall.entry.agency), [standing.user] if standing else []
    posts, told = [recall.post, director] if director else [recall.post], {"kind": kind, "subject": subject}
    telling.tell_posts(posts, recall.entry, **told, body=body, by=User.objects.system(), at=at, also=also)
