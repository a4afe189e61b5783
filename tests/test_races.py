"""抢在一起:人和到期、人和人。从来不会两个都算,从来没有晚了还算的,没有死锁。

每一对都真的同时按(两条线程、两个数据库连接、同一道栅栏);料是真做一件再成批照抄(portal.bench.copies)。
"""

import itertools
import os
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import connection

from approvals.actions import correction, decision, drafts, fees, intake, review
from approvals.actions.intake import Check
from approvals.models import Case, Draft, Fee
from denials.actions import deadlines, ladder, register, reports
from denials.models import Clock, Lateness, Precedent, RegisterEntry, Report
from office import clocks
from office.journal.models import Entry
from office.journal.rules import first_break
from office.notices.models import Notice
from office.steps import NotNow
from portal.bench import copies
from tests import casework, invariants
from tests.approvals.charging import FEE
from tests.casework import HOUR, OK
from tests.makers import moment

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NO = (NotNow, PermissionDenied)
DUE = moment("2026-03-02 22:00")  # 09:00 提出、10:00 报到副局长,十二小时
JUST_BEFORE, JUST_AFTER = moment("2026-03-02 21:59:59.999"), moment("2026-03-02 22:00:00.001")
DEADLINE_RACES = int(os.environ.get("DEADLINE_RACES", "500"))  # 手工可以跑一千五
PAIR_RACES = 10


@pytest.fixture
def b(bureau):
    return casework.item_with_guide(bureau)


class Ring:
    """两条线程各有自己的连接,每一回合在栅栏前等齐了再动手;先手轮流让一点点。"""

    def __enter__(self):
        self.pool = ThreadPoolExecutor(2)
        self.gate = threading.Barrier(2)
        self.delays = itertools.cycle([(0, 0), (0.004, 0), (0, 0.004), (0.012, 0), (0, 0.012), (0, 0.03)])
        return self

    def __exit__(self, *error):
        for _ in [self.pool.submit(self._leave) for _ in range(2)]:
            _.result()
        self.pool.shutdown()

    def _leave(self):
        self.gate.wait(10)
        connection.close()

    def race(self, *deeds):
        """同时做;返回每一个做成了没有。NotNow、PermissionDenied 是正常的“没做成”,别的异常照抛。"""
        delays = next(self.delays)
        return [f.result() for f in [self.pool.submit(self._run, *pair) for pair in zip(deeds, delays, strict=True)]]

    def _run(self, deed, delay):
        self.gate.wait(10)
        threading.Event().wait(delay)
        try:
            return deed() is not False
        except NO:
            return False


def fire(key, at):
    """清扫做的那一下:一个到期一个事务。"""
    clock = Clock.objects.only("pk").get(report=key, kind="deputy")
    return bool(clocks.fire_one(Clock, clock.pk, key, deadlines.fire, at=at))


def test_decision_racing_its_deadline(b, capsys):
    """副局长在最后一毫秒按下,清扫正好到点:总有一个算、只有一个算。"""
    keys = copies.copy_report(casework.with_deputy(b, moment("2026-03-02 09:00")), DEADLINE_RACES)
    wins = Counter()
    with Ring() as ring:
        for key in keys:
            sanctioned, fired = ring.race(
                lambda key=key: ladder.sanction(Report.objects.get(pk=key), text="核准。", by=b.deputy, at=JUST_BEFORE),
                lambda key=key: fire(key, DUE),
            )
            wins[sanctioned, fired] += 1
    # 清扫遇到人正锁着就跳过;下一遍它什么也不用做,或者补上
    deadlines.sweep(at=DUE)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(keys)} 回:人先 {wins[True, False]},到期先 {wins[False, True]}\n")
    assert wins[True, True] == 0 and wins[True, False] and wins[False, True]
    assert not Clock.objects.filter(failures__gt=0).exists()  # 死锁会让到期搁置
    raced = Report.objects.filter(pk__in=keys)
    ended = Counter(raced.values_list("state", flat=True))
    assert set(ended) == {"sanctioned", "with_director"} and ended["sanctioned"] == wins[True, False]
    assert not raced.filter(state="sanctioned", decided_at__gte=DUE).exists()
    assert Precedent.objects.filter(report__in=keys).count() == ended["sanctioned"]
    assert Lateness.objects.filter(report__in=keys).count() == ended["with_director"]
    for report in raced.select_related("case")[::10]:
        invariants.check_report(report)
        invariants.check_case(report.case)


def test_late_decision_never_counts(b):
    """过了时限一毫秒才按,清扫同时到:永远不算。"""
    keys = copies.copy_report(casework.with_deputy(b, moment("2026-03-02 09:00")), 60)
    with Ring() as ring:
        for key in keys:
            sanctioned, _ = ring.race(
                lambda key=key: ladder.sanction(Report.objects.get(pk=key), text="核准。", by=b.deputy, at=JUST_AFTER),
                lambda key=key: fire(key, JUST_AFTER),
            )
            assert not sanctioned
    raced = Report.objects.filter(pk__in=keys)
    assert set(raced.values_list("state", flat=True)) == {"with_director"}
    for report in raced:
        invariants.check_report(report)


def checked(b):
    case = casework.received(b)
    intake.check_materials(case, checks={"application": OK, "proof": OK}, by=b.clerk_a, at=b.at)
    return case


def lacking(b):
    case = casework.received(b)
    checks = {"application": OK, "proof": Check("missing", "没有提交")}
    intake.check_materials(case, checks=checks, by=b.clerk_a, at=b.at)
    return case


def opinion(case, b, verdict):
    return review.give_opinion(case, opinion=verdict, text="意见。", by=b.reviewer, at=b.at + HOUR)


def under_review(b):
    return review.begin(casework.accepted(b), by=b.reviewer, at=b.at)


def refuse(case, by, b):
    told = {"basis": b.guide.bases.get(), "refusal": casework.REFUSAL}
    return register.refuse_by_rule(case, by=by, at=b.at + HOUR, **told)


DEEDS = {
    "accept": lambda c, b: intake.accept(c, by=b.clerk_a, at=b.at + HOUR),
    "accept_b": lambda c, b: intake.accept(c, by=b.clerk_b, at=b.at + HOUR),
    "withdraw": lambda c, b: decision.withdraw(c, reason="不办了", by=b.citizen, at=b.at + HOUR),
    "notify": lambda c, b: correction.notify(c, by=b.clerk_a, at=b.at + HOUR),
    "notify_b": lambda c, b: correction.notify(c, by=b.clerk_b, at=b.at + HOUR),
    "file": lambda c, b: reports.file(c, statement=casework.STATEMENT, by=b.clerk_a, at=b.at + HOUR),
    "file_b": lambda c, b: reports.file(c, statement=casework.STATEMENT, by=b.reviewer, at=b.at + HOUR),
    "refuse": lambda c, b: refuse(c, b.clerk_a, b),
    "refuse_late": lambda c, b: refuse(c, b.chief, b),
    "grant": lambda c, b: decision.grant(c, decision="准予。", by=b.chief, at=b.at + HOUR),
    "pass": lambda c, b: opinion(c, b, "pass"),
    "doubt": lambda c, b: opinion(c, b, "doubt"),
}  # fmt: skip
PAIRS = [  # (料, 一个, 另一个, 先后都做成也合规矩)
    (checked, "accept", "withdraw", True), (checked, "accept", "accept_b", False), (checked, "accept", "file", True),
    (checked, "accept", "refuse", False), (checked, "file", "file_b", False), (checked, "refuse", "withdraw", False),
    (lacking, "notify", "notify_b", False), (lacking, "notify", "withdraw", True),
    (under_review, "pass", "doubt", False), (casework.reviewed, "grant", "withdraw", False),
    (casework.reviewed, "grant", "refuse_late", False), (casework.reviewed, "grant", "file", False),
]  # fmt: skip


@pytest.mark.parametrize(("prepare", "one", "other", "both"), PAIRS, ids=lambda x: x if isinstance(x, str) else "")
def test_two_people_at_one_case(b, prepare, one, other, both):
    keys = copies.copy_case(prepare(b), PAIR_RACES)
    ended = Counter()
    with Ring() as ring:
        for key in keys:
            deeds = [lambda key=key, d=DEEDS[name]: d(Case.objects.get(pk=key), b) for name in (one, other)]
            ended[sum(ring.race(*deeds))] += 1
    assert set(ended) <= ({1, 2} if both else {1}), ended
    for case in Case.objects.filter(pk__in=keys):
        invariants.check_case(case)
        for report in case.reports.select_related("case"):
            invariants.check_report(report)


LADDER = {
    "sanction": lambda r, b: ladder.sanction(r, text="核准。", by=b.deputy, at=b.at + 2 * HOUR),
    "overturn": lambda r, b: ladder.overturn(r, text="可以。", how_to="照此办。", by=b.deputy, at=b.at + 2 * HOUR),
    "send_back": lambda r, b: ladder.send_back(r, text="补充。", by=b.deputy, at=b.at + 2 * HOUR),
    "study": lambda r, b: ladder.study(
        r, text="请示。", due_at=b.at + 99 * HOUR, by=b.deputy, at=b.at + 2 * HOUR),
    "withdraw": lambda r, b: decision.withdraw(r.case, reason="不办了", by=b.citizen, at=b.at + 2 * HOUR),
}  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [*itertools.combinations(["sanction", "overturn", "send_back", "study"], 2), ("sanction", "withdraw")],
)
def test_two_people_at_one_report(b, one, other):
    keys = copies.copy_report(casework.with_deputy(b), PAIR_RACES)
    with Ring() as ring:
        for key in keys:
            deeds = [lambda key=key, d=LADDER[name]: d(Report.objects.get(pk=key), b) for name in (one, other)]
            # 先研究、再核准或可以办,本来就是一条路
            assert sum(ring.race(*deeds)) in ({1, 2} if "study" in (one, other) else {1})
    deadlines.sweep(at=b.at + 2 * HOUR)
    for report in Report.objects.filter(pk__in=keys).select_related("case"):
        invariants.check_report(report)
        invariants.check_case(report.case)


@pytest.mark.clause("Z9")
def test_two_chiefs_at_the_same_moment_go_up_once(b):
    keys = copies.copy_report(casework.filed(b), PAIR_RACES)
    with Ring() as ring:
        for key in keys:
            deeds = [
                lambda key=key, by=by: ladder.review(Report.objects.get(pk=key), text="同意。", by=by, at=b.at + HOUR)
                for by in (b.approval_chief, b.chief)
            ]
            assert ring.race(*deeds) == [True, True]
    for report in Report.objects.filter(pk__in=keys).select_related("case"):
        assert report.state == "with_deputy"
        invariants.check_report(report)


@pytest.mark.clause("Z10")
def test_two_rungs_read_the_same_entry_at_once(b):
    entries = []
    for key in copies.copy_case(casework.received(b), PAIR_RACES):
        told = {"basis": b.guide.bases.get(), "refusal": casework.REFUSAL, "by": b.clerk_a, "at": b.at}
        entries.append(register.refuse_by_rule(Case.objects.get(pk=key), **told))
    with Ring() as ring:
        for entry in entries:
            deeds = [
                lambda pk=entry.pk, by=by: register.read(RegisterEntry.objects.get(pk=pk), by=by, at=b.at + HOUR)
                for by in (b.chief, b.deputy)
            ]
            assert ring.race(*deeds) == [True, True]
    for entry in entries:
        assert entry.readings.filter(read_at=None).count() == 1
        assert first_break(Entry.objects.about(entry)) == ""


def submitted_twice(submit):
    """同一份提交同时来两次,来十回;每回两次得到的都是同一件。"""
    with Ring() as ring:
        for n in range(PAIR_RACES):
            got = []
            assert ring.race(*[lambda n=n, got=got: got.append(submit(n).pk)] * 2) == [True, True]
            assert len(got) == 2 and len(set(got)) == 1
    assert Case.objects.count() == PAIR_RACES


def test_same_submission_twice_is_one_case(b):
    """浏览器重发:同一凭据只有一件,两次都得到它。"""
    submitted_twice(lambda n: casework.received(b, key=f"key-{n}"))


def test_same_draft_submitted_twice_is_one_case(b):
    told = {"by": b.citizen, "at": b.at}
    keys = [drafts.start(guide=b.guide, user=b.citizen, **told).pk for _ in range(PAIR_RACES)]
    for draft in Draft.objects.all():
        pdf = ContentFile(b"%PDF-1.7 " + b"x" * 64)
        drafts.attach(draft, key="proof", name="示例.pdf", content=pdf, **told)
    submitted_twice(lambda n: drafts.submit(Draft.objects.get(pk=keys[n]), person=casework.PERSON, answers={}, **told))
    assert Notice.objects.filter(kind="case.received", channel="inbox").count() == PAIR_RACES


@pytest.mark.clause("C8")
def test_one_receipt_pays_one_fee_however_fast_two_clerks_type(bureau):
    b = casework.item_with_guide(bureau, fee={**FEE, "due": "acceptance"})
    with Ring() as ring:
        for number in range(PAIR_RACES):
            pair = [casework.accepted(b).pk for _ in range(2)]
            paid = ring.race(
                *(
                    lambda key=key, number=number: fees.pay(
                        Case.objects.get(pk=key), method="cash", receipt_number=f"12345678 {number:010}",
                        paid_at=b.at, by=b.clerk_a, at=b.at,
                    )
                    for key in pair
                )
            )  # fmt: skip
            assert sorted(paid) == [False, True]
            assert sorted(Fee.objects.filter(case__in=pair).values_list("state", flat=True)) == ["due", "paid"]
