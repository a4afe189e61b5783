"""步与时钟的总表和代码一字不差；步自己不带、由动作去动别的对象时钟的几步，写的和做的一样。"""

import datetime
from pathlib import Path

import pytest
from django.apps import apps

from approvals.actions import contact_deadlines, delivering, enquiries, extension, pledges, procedures
from approvals.models import Case
from approvals.models.delivery import Sent
from office.papers import actions as papers
from office.stateful import Stateful, moves_of
from portal.management.commands.list_steps import BEYOND, document
from tests import casework
from tests.approvals import asking, pledging
from tests.approvals.listed import ADVICE, EXPERTS
from tests.approvals.test_delivering import OWN

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def test_document_is_generated_from_the_code():
    page = Path(__file__).parents[2] / "docs" / "steps.md"
    assert page.read_text() == document(), "请重新生成：python manage.py list_steps > docs/steps.md"


def test_what_is_written_beside_the_steps_is_about_real_ones():
    models = [model for model in apps.get_models() if issubclass(model, Stateful)]
    real = {(model._meta.label, move.name) for model in models for move in moves_of(model)}
    assert set(BEYOND) <= real
    for label in ("approvals.Extension", "approvals.Procedure"):
        assert {name for one, name in real if one == label} == {name for one, name in BEYOND if one == label}


def ticking(case: Case) -> dict[str, str]:
    """各时钟此刻怎样：走着、停着、停了，连同到期的那一刻。"""
    rows = case.clocks.order_by("kind", "pk")
    return {
        row.kind: f"{'停' if row.ended_at else '暂停' if row.paused_at else '走'} {row.due_at:%m-%d %H:%M}"
        for row in rows
    }


@pytest.mark.clause("D10")
def test_extension_and_procedures_move_the_clocks_as_written(bureau):
    b = casework.item_with_guide(bureau, special_procedures=[EXPERTS, ADVICE])
    case = casework.accepted(b)
    before = ticking(case)
    asked = extension.ask(case, value=5, reason="还要征求意见。", by=b.reviewer, at=b.at)
    extension.decline(asked, text="不必。", by=b.director, at=b.at)
    assert ticking(case) == before
    asked = extension.ask(case, value=5, reason="还要征求意见。", by=b.reviewer, at=b.at)
    extension.sanction(asked, text="同意。", by=b.director, at=b.at)
    after = ticking(case)
    assert all(after[kind] > before[kind] for kind in ("statutory", "promised")), "顺延"
    counted = procedures.start(case, key="advice", reason="要问。", by=b.reviewer, at=b.at)
    assert ticking(case) == after | {"procedure:advice": ticking(case)["procedure:advice"]}, "计入的不停"
    excluded = procedures.start(case, key="experts", reason="要评审。", by=b.reviewer, at=b.at)
    assert all(ticking(case)[kind].startswith("暂停") for kind in ("statutory", "promised"))
    procedures.finish(counted, result="问完了。", by=b.reviewer, at=b.at + HOUR)
    assert ticking(case)["statutory"].startswith("暂停") and ticking(case)["procedure:advice"].startswith("停")
    procedures.finish(excluded, result="评完了。", by=b.reviewer, at=b.at + 2 * DAY)
    now = ticking(case)
    assert all(now[kind].startswith("走") for kind in ("statutory", "promised"))
    assert now["procedure:experts"].startswith("停")


@pytest.mark.clause("D5")
def test_a_pledge_starts_and_stops_its_clocks_as_written(bureau):
    b = casework.item_with_guide(bureau, informed_commitment=True)
    pledging.terms(b)
    pledge = pledging.granted(b)
    case = pledge.case

    def running() -> list[str]:
        kinds = case.clocks.running().filter(kind__regex="^(pledge|revoked):")
        return sorted(f"{one.kind} {one.due_at:%m-%d}" for one in kinds)

    checking = running()
    assert len(checking) == 1 and checking[0].startswith("pledge:proof")
    pledges.check(pledge, result="false", found="没有这个住所。", by=b.reviewer, at=b.at)
    mending = running()
    assert len(mending) == 1 and mending != checking, "停，再起"
    over = pledge.mend_due_at + HOUR
    pledges.ask_to_revoke(pledge, reason="逾期没有整改。", by=b.reviewer, at=over)
    assert len(running()) == 1 and running() != mending
    pledges.revoke(pledge, decision="同意撤销。", by=b.deputy, at=over)
    assert [one.split()[0] for one in running()] == ["revoked:proof"]
    papers.empty_tray(at=over, limit=20)
    delivering.hand_over(pledge.case, **OWN, by=b.clerk_a, at=over, what=Sent(pledge))
    assert running() == []


@pytest.mark.clause("D15", "Z1")
def test_what_climbs_stops_one_clock_and_starts_another_as_written(bureau):
    b = casework.item_with_guide(bureau)
    asked = enquiries.ask(casework.received(b), kind="progress", by=b.citizen, at=b.at)
    contact = asking.coordinating(b)
    for subject, sweep in ((asked, enquiries.sweep), (contact, contact_deadlines.sweep)):
        before = subject.clocks.running().get()
        assert sweep(at=before.due_at) == 1
        after = subject.clocks.running().get()
        assert after.pk != before.pk and after.due_at > before.due_at
