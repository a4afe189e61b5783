"""文书的一生:文号不跳不重,内容不改,排版、用印、送达、作废各有门。"""

import datetime
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from agencies.models import User
from office.journal.models import Entry
from office.papers import actions, engine
from office.papers.guards import PIN_SQL
from office.papers.kinds import MissingFact
from office.papers.models import NumberSeries, Paper
from office.papers.states import PaperState
from office.steps import NotNow
from office.vault import digest
from tests import makers
from tests.office.paper_samples import SAMPLES

AT = makers.moment("2026-11-21 10:00")
SEAL = "湛江市民政局行政许可专用章(示范)"


@pytest.fixture
def clerk(db):
    return makers.user("clerk", "李演示")


def order(clerk, kind="acceptance", at=AT, issuer="zj", **context):
    return actions.order(
        kind, about=clerk, context={**SAMPLES[kind], **context}, issuer=issuer, prefix="湛民", by=clerk, at=at
    )


def minutes(n):
    return AT + datetime.timedelta(minutes=n)


def test_numbers_run_without_gap_per_issuer_kind_and_year(clerk):
    numbers = [order(clerk).number for _ in range(3)]
    assert numbers == ["湛民许受〔2026〕1号", "湛民许受〔2026〕2号", "湛民许受〔2026〕3号"]
    assert order(clerk, "promise").number == "湛民缓答〔2026〕1号"
    assert order(clerk, issuer="sx").serial == 1
    assert order(clerk, at=makers.moment("2027-01-01 00:00")).number == "湛民许受〔2027〕1号"


def test_the_year_is_the_local_year(clerk):
    assert order(clerk, at=datetime.datetime(2026, 12, 31, 16, 30, tzinfo=datetime.UTC)).year == 2027


def test_missing_fact_takes_no_number(clerk):
    with pytest.raises(MissingFact):
        order(clerk, due="")
    assert not NumberSeries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_connections_never_share_or_skip_a_number():
    clerk = makers.user("clerk", "李演示")
    rolled_back = []

    def work(offset):
        try:
            for turn in range(10):
                try:
                    with transaction.atomic():
                        order(clerk)
                        if (turn + offset) % 3 == 0:
                            raise MissingFact("演示", ["回滚"])
                except MissingFact:
                    rolled_back.append(turn)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(offset,)) for offset in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    serials = sorted(Paper.objects.values_list("serial", flat=True))
    assert len(rolled_back) == 7
    assert serials == list(range(1, 14))


@pytest.mark.django_db(transaction=True)
def test_a_second_connection_waits_until_the_first_gives_its_number_back():
    clerk = makers.user("clerk", "李演示")
    order(clerk)
    got, held = [], threading.Event()

    def second():
        held.wait(10)
        try:
            got.append(order(clerk).serial)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    thread.start()
    with transaction.atomic():
        assert order(clerk).serial == 2
        held.set()
        thread.join(0.5)
        assert thread.is_alive() and got == []
        transaction.set_rollback(True)
    thread.join(30)
    assert got == [2]


def test_context_is_frozen_from_what_the_caller_holds(clerk):
    context = {**SAMPLES["receipt"], "materials": [{"name": "申请书", "copies": 1}]}
    paper = actions.order("receipt", about=clerk, context=context, issuer="zj", prefix="湛民", by=clerk, at=AT)
    context["materials"][0]["name"] = "改了"
    assert paper.context["materials"][0]["name"] == "申请书"


def test_context_must_be_plain_json(clerk):
    with pytest.raises(TypeError):
        order(clerk, accepted=AT)


@pytest.mark.parametrize("column", ["context", "number", "serial", "check_code", "subject_key"])
def test_the_database_refuses_to_change_what_was_said(clerk, column):
    paper = order(clerk)
    with connection.cursor() as cursor:
        cursor.execute(PIN_SQL)
    new = {"context": {"a": 1}, "serial": 99}.get(column, "x")
    with pytest.raises(DatabaseError, match="pinned"), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(**{column: new})
    with pytest.raises(DatabaseError, match="pinned"), transaction.atomic():
        paper.delete()


def test_rendering_pins_file_digest_and_template_version(clerk):
    paper = actions.render(order(clerk), at=minutes(1))
    paper.refresh_from_db()
    assert paper.state == PaperState.RENDERED
    assert paper.rendered_at == minutes(1)
    content = default_storage.open(paper.file.name).read()
    assert content.startswith(b"%PDF-")
    assert paper.digest == digest(content)
    assert paper.template_version == engine.template_version("acceptance")
    assert paper.check_code in paper.file.name
    line = Entry.objects.about(paper).get()
    assert (line.before, line.after, line.facts["digest"]) == ("ordered", "rendered", paper.digest)
    assert line.by == User.objects.system()


def test_rendering_twice_is_once(clerk):
    paper = actions.render(order(clerk), at=AT)
    first = paper.file.name
    assert actions.render_now(Paper.objects.get(), at=minutes(5)).file.name == first
    assert Entry.objects.about(paper).count() == 1


def test_seal_prints_anew_and_removes_the_unsealed_file(clerk, django_capture_on_commit_callbacks):
    paper = actions.render(order(clerk), at=AT)
    unsealed, before = paper.file.name, paper.digest
    with django_capture_on_commit_callbacks(execute=True):
        actions.seal(paper, seal_name=SEAL, by=clerk, at=minutes(2))
    paper.refresh_from_db()
    assert (paper.state, paper.seal_name, paper.sealed_at) == (PaperState.SEALED, SEAL, minutes(2))
    assert paper.digest != before
    assert not default_storage.exists(unsealed)
    assert default_storage.exists(paper.file.name)


def test_no_file_is_left_behind_by_a_step_that_fails(clerk, monkeypatch):
    paper = order(clerk)
    saved = []
    save = default_storage.save
    monkeypatch.setattr(default_storage, "save", lambda *a, **k: saved.append(save(*a, **k)) or saved[-1])
    monkeypatch.setattr(actions, "take", lambda *a, **k: (_ for _ in ()).throw(NotNow("不行")))
    with pytest.raises(NotNow):
        actions.render(paper, at=AT)
    assert saved and not default_storage.exists(saved[0])


def test_a_sealed_kind_is_not_delivered_unsealed(clerk):
    paper = actions.render(order(clerk), at=AT)
    with pytest.raises(NotNow, match="还没有用印"):
        actions.deliver_mark(paper, how="直接送达", by=clerk, at=AT)
    actions.seal(paper, seal_name=SEAL, by=clerk, at=AT)
    actions.deliver_mark(paper, how="直接送达", by=clerk, at=minutes(3))
    paper.refresh_from_db()
    assert (paper.state, paper.delivered_how) == (PaperState.DELIVERED, "直接送达")


def test_a_form_needs_no_seal(clerk):
    paper = actions.render(order(clerk, "referral"), at=AT)
    with pytest.raises(NotNow, match="不需要用印"):
        actions.seal(paper, seal_name=SEAL, by=clerk, at=AT)
    actions.deliver_mark(paper, how="当场交付", by=clerk, at=AT)
    assert paper.state == PaperState.DELIVERED


def test_a_void_paper_keeps_its_number_and_says_why(clerk):
    paper = order(clerk)
    actions.void(paper, reason="申请人名称写错", by=clerk, at=minutes(1))
    assert not Paper.objects.in_force().exists()
    assert order(clerk).serial == 2
    with pytest.raises(NotNow):
        actions.seal(paper, seal_name=SEAL, by=clerk, at=AT)


def test_citizens_do_not_handle_papers(clerk):
    paper = actions.render(order(clerk), at=AT)
    with pytest.raises(PermissionDenied):
        actions.seal(paper, seal_name=SEAL, by=makers.citizen(), at=AT)


def test_check_code_finds_the_paper_as_people_type_it(clerk):
    paper = order(clerk)
    assert len(paper.check_code) == 16
    for typed in (paper.check_code, paper.check_code_grouped, f" {paper.check_code_grouped.lower()} "):
        assert Paper.objects.by_check_code(typed) == paper
    assert Paper.objects.by_check_code("A" * 16) is None
    assert paper.verify_url.endswith(f"/verify/{paper.check_code}/")


def test_papers_are_found_by_subject_and_kind(clerk):
    paper, other = order(clerk), order(clerk, "promise")
    assert set(Paper.objects.about(clerk)) == {paper, other}
    assert list(Paper.objects.about(clerk).of_kind("promise")) == [other]
    assert not Paper.objects.about(paper).exists()


def test_one_paper_that_cannot_be_printed_does_not_hold_up_the_others(clerk):
    bad = order(clerk, applicant="张\U0002ebf0")
    good = order(clerk)
    assert actions.empty_tray(at=AT, limit=10) == 1
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.attempts, bad.next_try_at) == (PaperState.ORDERED, 1, minutes(1))
    assert "U+2EBF0" in bad.last_error
    assert good.state == PaperState.RENDERED
    assert list(Paper.objects.stuck()) == [bad]


def test_a_failing_paper_is_tried_less_and_less_often(clerk):
    bad = order(clerk, applicant="张\U0002ebf0")
    waits, at = [], AT
    for _ in range(7):
        assert actions.empty_tray(at=at, limit=5) == 0
        assert actions.empty_tray(at=at, limit=5) == 0, "同一时刻不重复试"
        bad.refresh_from_db()
        waits.append((bad.next_try_at - at).total_seconds() / 60)
        at = bad.next_try_at
    assert waits == [1, 5, 15, 60, 240, 240, 240]


def test_tray_stops_at_its_limit(clerk):
    for _ in range(3):
        order(clerk, "referral")
    assert actions.empty_tray(at=AT, limit=2) == 2
    assert actions.empty_tray(at=AT, limit=2) == 1


@pytest.mark.django_db(transaction=True)
def test_a_paper_in_another_workers_hands_is_skipped():
    clerk = makers.user("clerk", "李演示")
    held, free = order(clerk, "referral"), order(clerk, "referral")
    done = []

    def other_worker():
        try:
            done.append(actions.empty_tray(at=AT, limit=10))
        finally:
            connection.close()

    with transaction.atomic():
        Paper.objects.select_for_update().get(pk=held.pk)
        thread = threading.Thread(target=other_worker)
        thread.start()
        thread.join(60)
    held.refresh_from_db()
    free.refresh_from_db()
    assert done == [1]
    assert (held.state, free.state) == (PaperState.ORDERED, PaperState.RENDERED)


def test_a_paper_whose_seal_is_known_is_sealed_with_the_printing(clerk):
    """登记时授权事项已写明用哪个章:排一次,两步都记。"""
    paper = order(clerk, seal_name=SEAL)
    assert actions.empty_tray(at=AT, limit=1) == 1
    paper.refresh_from_db()
    assert (paper.state, paper.seal_name) == (PaperState.SEALED, SEAL)
    assert [line.after for line in Entry.objects.about(paper)] == ["rendered", "sealed"]
    assert digest(default_storage.open(paper.file.name).read()) == paper.digest
