"""演示数据:照自带的目录,戏都演得下来;新的页面上都有东西看。"""

import pytest
from django.core.management import call_command

from agencies.models import User
from approvals.actions import archiving
from approvals.models import Advance, Archive, Case, Cover, Extension, Joint, Mandate, Pledge, Procedure, Project, Slip
from catalog.actions import joints
from catalog.management.commands.load_catalogue import DATA
from denials.models import Recall
from office.exchange.models import ExchangeMessage, ExchangePeer
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
    "care-subsidy",
    "care-subsidy-build",
    "disability-subsidy",
    "disability-living",
    "disability-nursing",
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
    assert len(set(Case.objects.values_list("state", flat=True))) >= 5
    assert states(Joint) == {"running", "ended"} and states(Mandate) == {"running", "asked"}
    assert states(Pledge) == {"checking", "mending"} and {"asked", "answered"} >= states(Slip) != set()
    assert Project.objects.get().issues.count() == 2 and Advance.objects.count() == 2 and Cover.objects.count() == 1
    assert states(Recall) == {"studying", "set_aside"}
    redone = Recall.objects.get(state="set_aside")
    assert redone.new_case.mandates.get().continues and redone.case.clocks.running().filter(kind="set_aside").exists()
    assert states(ExchangeMessage) == {"accepted", "sent", "rejected", "queued"}
    assert not ExchangePeer.objects.filter(active=True).exists(), "演示不往外送"
    while papers.empty_tray(at=now, limit=500):
        pass
    Archive.objects.waiting().update(next_try_at=now)
    archiving.make_due(at=now, limit=500)
    assert states(Archive) == {"checked", "transferred"}, Archive.objects.values_list("state", "findings")
    assert p.load(now) == 0
