"""纪律与追责：登记、听取陈述、处理、申诉，全走页面；本人以外只有管他的人和审计看得到，谁也不能处理自己的。"""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from agencies.actions import posts
from agencies.models import User
from agencies.states import Role
from office.journal.models import Entry
from office.notices.models import Notice
from office.steps import NotNow
from office.workdays import clock
from supervision.actions import conduct
from supervision.models import ConductRecord
from tests import makers
from tests.makers import MONDAY, moment
from tests.portal.desks import said

pytestmark = pytest.mark.clause("D5", "D17")
FACTS = "上午十点窗口没有人，群众等了半小时。"


def told(b, **changes):
    first = {
        "kind": "discipline", "person": b.reviewer, "unit": b.orgs, "rule": "absence", "happened_on": MONDAY.date(),
        "facts": FACTS, "source": "inspection", "reference": "检查〔2026〕3号",
    }  # fmt: skip
    return conduct.Told(**{**first, **changes})


def raised(b, at=MONDAY, by=None, **changes) -> ConductRecord:
    return conduct.raise_one(told(b, **changes), by=by or b.chief, at=at)


def desk(user) -> Client:
    client = Client()
    makers.sign_in(client, user)
    return client


def act(client, record, name, **words):
    return client.post(
        reverse(f"desk:conduct-{name.replace('_', '-')}", args=[record.pk]),
        {f"{name}-{key}": value for key, value in words.items()},
        follow=True,
    )


def test_a_record_goes_from_the_facts_to_the_appeal_through_the_pages(bureau):
    b, day = bureau, clock.now().date().isoformat()
    chief, person, deputy = desk(b.chief), desk(b.reviewer), desk(b.deputy)
    form = {
        "kind": "discipline", "seat": f"{b.orgs.pk}-{b.reviewer.pk}", "rule": "absence", "happened_on": day,
        "facts": FACTS, "source": "inspection", "reference": "",
    }  # fmt: skip
    page = chief.post(reverse("desk:conduct-raise"), form, follow=True)
    record = ConductRecord.objects.get()
    assert (record.person, record.unit, record.raised_by) == (b.reviewer, b.orgs, b.chief) and FACTS in said(page)
    assert Notice.objects.get(kind="conduct.yours").to == b.reviewer
    assert "要先听取本人的陈述" in said(act(chief, record, "decide", outcome="talk", reasons="查明属实。"))
    act(person, record, "state_case", text="去取材料了。")
    assert "已经陈述过了" in said(act(person, record, "state_case", text="再说一次。"))
    act(chief, record, "decide", outcome="talk", reasons="查明属实。")
    record.refresh_from_db()
    assert (record.state, record.outcome, record.decided_by) == ("decided", "talk", b.chief)
    assert "批评教育" in said(person.get(reverse("desk:conduct-record", args=[record.pk])))
    told = Notice.objects.filter(kind="conduct.theirs", subject_key=str(record.pk))
    assert set(told.values_list("to", flat=True)) >= {b.chief.pk} and b.reviewer.pk not in told.values_list("to")
    act(person, record, "lodge_appeal", text="有人顶岗。")
    again = told.filter(subject__contains="申诉").values_list("to", flat=True)
    assert b.deputy.pk in again and b.chief.pk not in again, "复核的不是处理的人"
    assert reverse("desk:conduct-record", args=[record.pk]) in said(deputy.get(reverse("desk:today")))
    assert act(chief, record, "overturn", text="我再看看。").status_code == 403
    act(deputy, record, "overturn", text="查明有人顶岗。")
    record.refresh_from_db()
    assert (record.state, record.appeal_answered_by) == ("overturned", b.deputy)
    verbs = [one.verb.rpartition(".")[2] for one in Entry.objects.about(record).order_by("seq")]
    assert verbs == ["raise", "state_case", "decide", "lodge_appeal", "overturn"]
    assert "没有了结" in said(chief.get(reverse("desk:conduct")))


def test_only_the_person_those_over_him_and_the_auditor_see_it(bureau):
    b = bureau
    record = raised(b)
    url, index = reverse("desk:conduct-record", args=[record.pk]), reverse("desk:conduct")
    for user, seen in (
        (b.reviewer, True), (b.chief, True), (b.deputy, True), (b.director, True), (b.auditor, True),
        (b.clerk_a, False), (b.editor, False), (b.personnel, False), (b.stranger, False),
    ):  # fmt: skip
        client = desk(user)
        assert client.get(url).status_code == (200 if seen else 404), user
        assert ("擅自离岗" in said(client.get(index))) == seen, user


def test_the_window_answers_to_the_chief_of_the_approval_section(bureau):
    b = bureau
    record = raised(b, by=b.approval_chief, person=b.clerk_a, unit=b.window)
    assert desk(b.approval_chief).get(reverse("desk:conduct-record", args=[record.pk])).status_code == 200
    assert desk(b.chief).get(reverse("desk:conduct-record", args=[record.pk])).status_code == 404


def test_nobody_raises_judges_or_reviews_his_own(bureau):
    b = bureau
    with pytest.raises(PermissionDenied):
        raised(b, person=b.chief)
    with pytest.raises(PermissionDenied):
        raised(b, by=b.clerk_a)
    own = raised(b, person=b.chief, by=b.deputy)
    conduct.state_case(own, text="没有。", by=b.chief, at=MONDAY)
    with pytest.raises(PermissionDenied):
        conduct.decide(own, outcome="talk", reasons="示例。", by=b.chief, at=MONDAY)
    conduct.decide(own, outcome="talk", reasons="示例。", by=b.deputy, at=MONDAY)
    conduct.lodge_appeal(own, text="不服。", by=b.chief, at=MONDAY)
    for judge in (b.deputy, b.chief):
        with pytest.raises(PermissionDenied):
            conduct.uphold(own, text="示例。", by=judge, at=MONDAY)
    conduct.uphold(own, text="维持。", by=b.director, at=MONDAY)
    with pytest.raises(IntegrityError, match="his_own"), transaction.atomic():
        ConductRecord.objects.create(
            kind="discipline", person=b.chief, unit=b.orgs, rule="late", happened_on=MONDAY.date(), facts="示例",
            source="audit", raised_at=MONDAY, raised_by=b.chief,
        )  # fmt: skip


def test_who_came_from_another_unit_is_recorded_where_he_was(bureau):
    """先在窗口、后来调到科室的：那一天在这里的登记得上，不在的不行。"""
    b, before = bureau, MONDAY - datetime.timedelta(days=30)
    mover = makers.user("mover", "沈调来")
    held = makers.appoint(makers.post(b.window, Role.CLERK, "zj-window-9"), mover, at=before)
    posts.relieve(holding=held, by=b.personnel, at=MONDAY)
    makers.appoint(b.posts.reviewer, mover, "B", at=MONDAY)
    assert raised(b, person=mover, at=MONDAY + datetime.timedelta(hours=8)).unit == b.orgs
    with pytest.raises(NotNow, match="那天不在"):
        raised(b, person=mover, happened_on=(MONDAY - datetime.timedelta(days=1)).date())
    assert raised(b, person=mover, unit=b.window, by=b.approval_chief, happened_on=before.date()).unit == b.window


def test_when_no_other_leader_is_left_the_auditor_answers_the_appeal(bureau):
    b = bureau
    own = raised(b)
    conduct.state_case(own, text="没有。", by=b.reviewer, at=MONDAY)
    conduct.decide(own, outcome="talk", reasons="示例。", by=b.deputy, at=MONDAY)
    conduct.lodge_appeal(own, text="不服。", by=b.reviewer, at=MONDAY)
    with pytest.raises(PermissionDenied):
        conduct.uphold(own, text="示例。", by=b.auditor, at=MONDAY)
    User.objects.filter(pk__in=[b.deputy_b.pk, b.director.pk]).update(is_active=False)
    act(desk(b.auditor), own, "overturn", text="事实不清。")
    own.refresh_from_db()
    assert (own.state, own.appeal_answered_by) == ("overturned", b.auditor)


def test_accountability_is_decided_by_those_above_the_section(bureau):
    b = bureau
    record = raised(b, kind="accountability", rule="late")
    conduct.state_case(record, text="件多。", by=b.reviewer, at=MONDAY)
    with pytest.raises(PermissionDenied):
        conduct.decide(record, outcome="criticism", reasons="示例。", by=b.chief, at=MONDAY)
    conduct.decide(record, outcome="referred", reasons="示例。", by=b.deputy, at=MONDAY)
    assert record.state == "decided"


def test_the_terms_for_a_statement_and_an_appeal_are_kept(bureau):
    b = bureau
    record = raised(b)
    with pytest.raises(NotNow, match="要先听取"):
        conduct.decide(record, outcome="talk", reasons="示例。", by=b.chief, at=moment("2026-03-09 23:59"))
    conduct.decide(record, outcome="talk", reasons="示例。", by=b.chief, at=moment("2026-03-10 00:00"))
    with pytest.raises(NotNow, match="已经过了"):
        conduct.lodge_appeal(record, text="示例。", by=b.reviewer, at=moment("2026-03-18 00:00"))
    conduct.lodge_appeal(record, text="示例。", by=b.reviewer, at=moment("2026-03-17 23:59"))
    for wrong, words in (
        ({"facts": " "}, "事实"), ({"happened_on": MONDAY.date() + datetime.timedelta(days=1)}, "晚于今天"),
        ({"person": b.clerk_a}, "不在"),
    ):  # fmt: skip
        with pytest.raises(NotNow, match=words):
            raised(b, **wrong)


def test_the_database_keeps_what_was_written(bureau):
    b = bureau
    record = raised(b)
    conduct.state_case(record, text="去取材料了。", by=b.reviewer, at=MONDAY)
    for statement in (
        "UPDATE supervision_conductrecord SET facts = '改过'",
        "UPDATE supervision_conductrecord SET statement = '改过'",
        "UPDATE supervision_conductrecord SET state = 'upheld'",
        "DELETE FROM supervision_conductrecord",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_nine_rules_show_where_each_lives_and_what_was_counted(bureau, rows, django_assert_max_num_queries):
    b = bureau
    now = clock.now()
    for _number in range(rows):
        raised(b, at=now)
    client = desk(b.chief)
    client.get(reverse("desk:rules"))
    with django_assert_max_num_queries(45):
        page = said(client.get(reverse("desk:rules")))
    for name in (
        "告知承诺制",
        "首问负责制",
        "否定备案制",
        "容缺受理制",
        "限时办结制",
        "首席代表制",
        "AB岗制",
        "责任追究制",
        "服务纪律",
    ):
        assert name in page, name
    assert f'登记 <b class="num">{rows}</b>' in page and reverse("desk:representatives") in page
    other = said(desk(b.stranger).get(reverse("desk:rules")))
    assert '登记 <b class="num">0</b>' in other
