"""随办件带来：机关改正后另收的一件，申请人签过的告知承诺、许过的容缺日期接着算，不请他再签一遍。

只带合规矩的：告知承诺书的文本换过、已经不适用的要重新签；容缺的日期已经过了的，窗口照平常核对。
"""

import datetime

from agencies.models import User
from approvals.actions import intake, pledge_papers, pledges
from approvals.models import Case, CaseMaterial, Confirmation, Pledge
from approvals.states import Matter, PledgeState, Verdict
from catalog.states import Requirement
from office.journal import actions as journal
from office.workdays.rules import local


def promises(old: Case, new: Case, *, by: User, at: datetime.datetime) -> None:
    """承诺随办件接着算；哪几样带来了、哪几样要重新签，记在新件的日志里。在收件的事务里调用。"""
    waiting = {row.material.key: row for row in new.materials.select_related("material").filter(provided=False)}
    signed = _pledges(old, new, waiting, by=by, at=at)
    deferred = _deferrals(old, new, waiting, at=at)
    left = sorted(set(_keys(old)) - set(signed) - set(deferred))
    if signed or deferred or left:
        facts = {"from_case": old.number, "pledges": signed, "deferred": deferred, "left": left}
        state = new.state
        journal.record("approvals.case.carry_promises", about=new, by=by, at=at, before=state, after=state, facts=facts)


def _keys(old: Case) -> list[str]:
    """原件靠承诺、容缺算齐的材料。"""
    promised = old.materials.filter(verdict__in=[Verdict.PLEDGED, Verdict.DEFERRED])
    return list(promised.values_list("material__key", flat=True))


def _pledges(old: Case, new: Case, waiting: dict[str, CaseMaterial], *, by: User, at: datetime.datetime) -> list[str]:
    """告知承诺：还是那一份文本、还适用的，连签名和签的日期一起带来，另出一份承诺书。"""
    found = old.pledges.filter(state=PledgeState.SIGNED).select_related("case_material__material", "terms")
    offered, carried = pledges.offered(new, at) if found else {}, []
    for one in found:
        key = one.case_material.material.key
        if key not in waiting or offered.get(key) != one.terms:
            continue
        told = {"signer": one.signer, "signed_at": one.signed_at, "signed_by": one.signed_by, "terms": one.terms}
        made = Pledge.objects.create(case=new, case_material=waiting[key], continues=one, **told)
        facts = {"material": key, "from_case": old.number}
        journal.record("approvals.pledge.carry", about=made, by=by, at=at, after=made.state, facts=facts)
        CaseMaterial.objects.filter(pk=waiting[key].pk).update(verdict=Verdict.PLEDGED)
        pledge_papers.pledge(made, by=by, at=at)
        carried.append(key)
    if carried:
        Case.objects.filter(pk=new.pk).update(has_pledges=True)
        new.has_pledges = True
    return carried


def _deferrals(old: Case, new: Case, waiting: dict[str, CaseMaterial], *, at: datetime.datetime) -> list[str]:
    """容缺：日期还没有到、现在的指南仍许容缺的，照原来许的日期；申请人确认过的不再请他确认一遍。"""
    today, carried = local(at).date(), []
    for row in old.materials.filter(verdict=Verdict.DEFERRED, due_date__gte=today).select_related("material"):
        new_row = waiting.get(row.material.key)
        if new_row is None or new_row.material.requirement != Requirement.DEFERRABLE:
            continue
        told = {"verdict": Verdict.DEFERRED, "due_date": row.due_date, "comment": f"办件 {old.number} 里许的日期"}
        CaseMaterial.objects.filter(pk=new_row.pk).update(**told)
        carried.append(row.material.key)
    asked = old.confirmations.filter(matter=Matter.DEFERRAL, confirmed_at__isnull=False).order_by("-pk").first()
    if carried and asked is not None and asked.text == intake.promise_words(new):
        names = ("text", "asked_at", "asked_by", "way", "confirmed_at", "registered_by", "signer", "scan")
        kept = {name: getattr(asked, name) for name in names}
        Confirmation.objects.create(case=new, matter=Matter.DEFERRAL, **kept)
    return carried
