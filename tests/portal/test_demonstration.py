"""演示数据:照自带的目录,戏都演得下来;新的页面上都有东西看。"""

import io

import pytest
from django.core.management import call_command

from agencies.models import User
from approvals.actions import archiving
from approvals.models import (
    Advance,
    Archive,
    Attendance,
    Cancellation,
    Case,
    Cover,
    DecisionNotice,
    Disclosure,
    Extension,
    Flag,
    Joint,
    Mandate,
    Pledge,
    Procedure,
    Project,
    Retraction,
    Slip,
)
from approvals.states import CaseState
from catalog.actions import joints
from catalog.management.commands.load_catalogue import DATA
from catalog.models import Item
from denials.models import Lateness, Recall, Report
from denials.states import ReportState
from office.exchange.models import ExchangeMessage, ExchangePeer
from office.journal.models import Entry
from office.papers import actions as papers
from office.papers import engine
from office.vault import digest
from office.workdays import clock
from portal.demonstration import joined
from portal.demonstration import programme as p

ITEMS = [
    p.ORGS,
    p.CHANGE,
    p.SEAL,
    p.FUND,
    p.CHARITY,
    p.CARE,
    p.RELIEF,
    p.PLACE,
    p.FUNERAL,
    "relief-minimum",
    "funeral-facility",
    "places-naming",
    "elderly-allowance",
    "services-found",
    "orgs-certificate",
    "orgs-certificate-worn",  # 登记证书到期换发的，是这个事项
    "care-subsidy",
    "care-subsidy-build",
    "disability-subsidy",
    "disability-living",
    "disability-nursing",
    "places-certificate",
    "volunteer-service",
    "volunteer-register",
]


def states(model) -> set[str]:
    return set(model.objects.values_list("state", flat=True))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)  # 演示不在一个大事务里演：每个动作各是各的
def test_the_demonstration_plays_to_the_end(monkeypatch):
    monkeypatch.setattr(
        engine, "typeset", lambda paper, **_: engine.Sheet(joined.sheet(), "示例", digest(joined.sheet()))
    )
    call_command("load_workdays", verbosity=0)
    call_command("load_bureau", verbosity=0)
    call_command("load_catalogue", *(DATA / f"{code}.json" for code in ITEMS), verbosity=0)
    now = clock.now()
    joints.load(paths=sorted((DATA.parent / "joints").glob("*.json")), by=User.objects.system(), at=now)
    played = p.load(now)
    assert played >= 60
    assert Case.objects.count() >= 60
    assert set(Procedure.objects.running().values_list("kind", flat=True)) == {
        "publicity", "hearing", "inspection", "other"
    }  # fmt: skip
    assert Extension.objects.asked().exists()
    assert {"hkm_permit", "passport"} <= set(Case.objects.values_list("applicant__id_kind", flat=True))
    assert states(Case) == set(CaseState.values) and states(Report) == set(ReportState.values)
    assert set(Lateness.objects.values_list("rung", flat=True)) == {"chief", "deputy", "director"}
    assert states(Joint) == {"running", "ended"} and states(Mandate) == {"running", "asked"}
    assert states(Pledge) == {"checking", "mending"} and {"asked", "answered"} >= states(Slip) != set()
    assert Project.objects.get().issues.count() == 2 and Advance.objects.count() == 2 and Cover.objects.count() == 1
    assert states(DecisionNotice) == {"sent", "signed"} and Flag.objects.filter(kind="supervision").exists()
    assert {"published", "proposed"} <= states(Disclosure) and Flag.objects.filter(kind="disclosure").exists()
    assert states(Recall) == {"studying", "set_aside"}
    assert states(Retraction) == {"hearing", "asked"} and Cancellation.objects.count() == 1
    above = Case.objects.exclude(guide__decider="").exclude(decided_at=None)
    assert set(above.values_list("guide__decider", flat=True)) == {"deputy", "director"}, (
        "由分管副局长、局长决定的各一件"
    )
    assert all(one.endorsements.get().by != one.decided_by for one in above)
    verbs = Entry.objects.filter(verb="approvals.case.assign_handler")
    assert verbs.filter(facts__reason__startswith="原承办人下乡").exists(), "承办人换过的"
    named = Case.objects.exclude(handler=None).filter(state="accepted")
    assert named.exists() and Attendance.objects.filter(way="visit").exists(), (
        "负责人定了还没有开始审查的；到现场看过的"
    )
    redone = Recall.objects.get(state="set_aside")
    assert redone.new_case.mandates.get().continues and redone.case.clocks.running().filter(kind="set_aside").exists()
    assert states(ExchangeMessage) == {"accepted", "sent", "rejected", "queued"}
    assert not ExchangePeer.objects.filter(active=True).exists(), "演示不往外送"
    while papers.empty_tray(at=now, limit=500):
        pass
    Archive.objects.waiting().update(next_try_at=now)
    archiving.make_due(at=now, limit=500)
    assert states(Archive) == {"checked", "transferred"}, Archive.objects.values_list("state", "findings")
    held = Case.objects.count()
    p.load(now)  # 还没有开场的(今天晚些时候的)，这时也还演不了
    assert Case.objects.count() == held
    copied_for_the_bench()


def copied_for_the_bench():
    """照抄到要的数为止；已经够的不再抄。"""
    held = [model.objects.count() for model in (Case, Report, Item)]
    wanted = dict(zip(("cases", "reports", "items"), (count + 40 for count in held), strict=True))
    for told in ("新抄办件 40 件、报告 40 份、事项 40 个。", "新抄办件 0 件、报告 0 份、事项 0 个。"):
        said = io.StringIO()
        call_command("load_bench", **wanted, stdout=said)
        assert said.getvalue().strip() == told
    assert not Case.objects.waiting().filter(clocks=None).exists()


@pytest.mark.clause("Z7")
@pytest.mark.django_db(transaction=True)
def test_the_ladder_is_played_in_the_terminal_and_taken_back():
    call_command("load_workdays", verbosity=0)
    call_command("load_bureau", verbosity=0)
    call_command("load_catalogue", DATA / f"{p.ORGS}.json", verbosity=0)
    before, said = Entry.objects.count(), io.StringIO()
    call_command("play", "ladder", pause=0, stdout=said)
    told = said.getvalue()
    scenes = ["提出拟否定报告", "日汇总", "自动上报分管副局长", "自动转局长", "沉默从不等于不行", "告知申请人", "演完"]
    places = [told.index(scene) for scene in scenes]
    assert places == sorted(places) and "已记逾期 4 次" in told  # 两位科室负责人、副局长、局长
    for verb in ("denials.report.file", "pass_over_chief", "pass_over_deputy"):
        assert verb in told
    assert (Entry.objects.count(), Report.objects.count(), Case.objects.count()) == (before, 0, 0)
