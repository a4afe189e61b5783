"""每一页:照网址表列出来,每个网址配上真的对象,由看得到的人打开。

新加一个网址不必来这里登记;它要的对象这里没有、谁也打不开、又不在“不是页面”的单子上,测试就不过。
"""

import datetime
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from agencies.actions import representatives
from agencies.models import Duty, DutySwap, Seal, User, WeeklyRun
from agencies.states import Role
from approvals.actions import (
    advances,
    archive_batches,
    attendances,
    bars,
    deadlines,
    deferred,
    differences,
    disclosures,
    drafts,
    enquiries,
    extension,
    handover,
    hearing,
    inspection,
    intake,
    last_ways,
    mandates,
    messages,
    overdue,
    parcels,
    parties,
    procedures,
    projects,
    publication,
    rectifying,
    terminating,
    voiding,
)
from approvals.actions.attendances import Came
from approvals.models import Archive, ArchiveBatch, Case, Cover, Difference, Flag, Party, ServicePolicy, Transfer
from catalog.actions import finding, intakes, manuals, powers, publishing, questions, recording, suspending
from catalog.models import Power, ProcedureFiling, QuestionSet
from denials.actions import ladder, register, sheets
from denials.models import LadderPolicy
from office.notices import actions as notices
from office.papers import actions as papers
from office.papers.models import Paper
from office.vault import lock_up
from office.workdays import actions as calendars
from office.workdays.models import CalendarYear, SpecialDay
from office.workdays.rules import DAY, on
from portal import idle
from supervision.actions import assessing, conduct, ratings
from tests import casework, makers
from tests.approvals import asking, barring, certifying, charging, pledging, retracting, together
from tests.catalog import makers as guides
from tests.catalog.makers import questions_to
from tests.catalog.test_delivery_ways import BY_POST, ONLINE, WINDOW
from tests.delegation import makers as delegations
from tests.denials import recalling
from tests.exchanging import archived, exchanged
from tests.portal import hall_cast

HTML = "text/html"
# 打得开,但不是给人看的一页:文件、数据、跳转、脚本。每一条都写明为什么。
NOT_PAGES = {
    "ping": "监测", "ready": "监测", "exchange-receive": "只收签名的报文",
    "shell:manifest": "数据", "shell:worker": "脚本", "shell:offline": "断网时的单页", "shell:language": "跳转",
    "shell:styleguide": "样式手册另有测试", "shell:styleguide-desk": "样式手册另有测试",
    "hall:suggest": "数据", "hall:sitemap": "数据", "hall:robots": "数据", "hall:leaflet": "文件",
    "hall:contact-paper": "文件", "desk:contact-slip": "文件",
    "hall:apply-file": "文件", "hall:file": "文件", "hall:paper": "文件", "hall:party-paper": "文件",
    "hall:joint-paper": "文件", "desk:joint-paper": "文件",
    "hall:form-blank": "文件", "hall:form-sample": "文件", "hall:application": "文件",
    "hall:material-blank": "文件", "admin:sheets_proof": "文件", "hall:material-sample": "文件",
    "desk:case-paper-file": "文件", "desk:handover-list": "文件", "desk:fee-export": "文件",
    "desk:disclosure-export": "文件",
    "desk:case-delivery-blank": "文件", "desk:online-export": "文件",
    **{f"api:{name}": "数据" for name in (
        "root", "contract", "items", "item", "guide", "versions", "version", "materials", "form", "units", "unit",
        "agencies", "catalogue-json", "catalogue-csv", "nowhere", "disclosures", "disclosures-csv",
    )}, "desk:scan": "跳转",
    "admin:login": "跳转", "admin:jsi18n": "脚本", "admin:autocomplete": "数据", "admin:view_on_site": "跳转",
    "admin:approvals_archive_file": "文件", "admin:approvals_archivebatch_paper": "文件",
    "admin:manuals_file": "文件", "admin:exchange_export": "文件",
    "admin:denials_registerentry_export": "文件", "admin:denials_registerentry_paper": "文件",
    "admin:denials_report_paper": "文件", "admin:denials_report_file": "文件", "admin:denials_sheet_paper": "文件",
    "admin:otp_totp_totpdevice_config": "口令设备的原件,只有维护账户看得到",
    "admin:otp_totp_totpdevice_qrcode": "图片",
}  # fmt: skip
# 问的话不同，画的就不同：查到的、没查到的；问到了事项、问到了别处。
ASKED = {
    "hall:items": ["?q=示例", "?q=买火车票", "?local_kind=service"],
    "hall:which-one": ["?yes=0", "?yes=1"],
}
# 别人家的表(登录锁定、口令设备)与自己的表同一套模板:清单和一行各看一页就够了。
LIKE_OURS = re.compile(r"admin:(axes|otp_totp)_\w+_(add|delete|history)$")
# 维护用的表不是谁都改:这几种动作没有人能做,就没有这一页。
OPTIONAL = re.compile(r"admin:\w+_(add|change|delete|history)$|admin:None$|admin:app_list$")
# 谁先打得开,这一页就由谁看:门槛低的在前;newcomer 还没有绑定手机,halfway 过了密码、还没有输口令。
LEADERS = ("newcomer", "chief", "approval_chief", "deputy", "director", "editor", "personnel", "auditor", "maintainer")
OTHERS = ("anyone", "citizen", "halfway", "clerk_a", "reviewer", "chief", "approval_chief", "personnel", "deputy")


@dataclass(frozen=True)
class Page:
    """一页:网址、谁打开。"""

    name: str
    url: str
    who: str


def patterns() -> Iterator[tuple[str, URLPattern]]:
    """网址表里的每一条,带着命名空间。"""

    def walk(found, space):
        for one in found:
            if isinstance(one, URLPattern):
                yield f"{space}{one.name}", one
            else:
                yield from walk(one.url_patterns, space + (f"{one.namespace}:" if one.namespace else ""))

    return walk(get_resolver().url_patterns, "")


# 对象 -----------------------------------------------------------------


def furnish(b) -> SimpleNamespace:
    """每一种对象至少一个,办件各个状态都有;返回哪个网址用哪一个。"""
    now, anyone = b.now, Client()
    received, accepted, told = casework.received(b, now), casework.accepted(b, now), casework.told(b, now)
    ending = _ending(b, now)
    reviewing, reviewed = casework.accepted(b, now), casework.reviewed(b, now)
    casework.review.begin(reviewing, by=b.reviewer, at=now)
    special = _special_procedures(b, now)
    asked = {"name": "示例协会", "phone": "13800000001", "looked_at": {"proof": "齐全"}, "advice": "补章程。"}
    advance = advances.begin(guide=b.guide, unit=b.window, **asked, by=b.clerk_a, at=now)
    unsure = casework.received(b, now, on_behalf=True)
    mended = {"changes": {"name": "赵申清", "address": "示范路3号"}, "reason": "entered", "checked": True}
    rectifying.register(unsure, **mended, by=b.clerk_a, at=now)
    drafts.supplement(
        again := casework.told(b, now), files={"proof": [("证明.png", hall_cast.photo())]}, by=b.citizen, at=now
    )
    pledging.terms(b)
    pledge, promised = pledging.granted(b, now), pledging.signed(b, now).case
    owing = charging.owing(b, now)
    granted, finished = casework.granted(b, now), casework.granted(b, now)
    certified = certifying.shown(b, now)
    above = casework.item_with_guide(SimpleNamespace(**{**vars(b), "at": now}), "above", decider="deputy")
    passed_up = casework.reviewed(above, now)
    attended = casework.direct(casework.item_with_guide(SimpleNamespace(**{**vars(b), "at": now}), "attended"))
    waiting, met = casework.received(attended, now, channel="2"), casework.received(attended, now)
    came = Came(casework.PERSON.name, casework.PERSON.id_number)
    attendance = attendances.came(met, came, happened_at=now, by=b.clerk_a, at=now)
    papers.empty_tray(at=now, limit=100)
    casework.collected(finished, b.clerk_a, now)
    for late in (accepted, finished):
        told_late = {"unit": b.orgs, "due_at": now - DAY, "raised_at": now}
        flag = Flag.objects.create(case=late, kind="promised", **told_late)
    overdue.explain(flag, text="核查要等另一个县的回函，已经催办。", by=b.reviewer, at=now)
    unsafe = barring.safety(SimpleNamespace(**{**vars(b), "at": now}))
    accused, lied = barring.heard(unsafe), barring.barred(unsafe).case
    bars.find(accused, facts=barring.FACTS, by=b.reviewer, at=now)
    banned = casework.received(unsafe, now)
    taken_back, hearing_views = casework.granted(b, now), casework.granted(b, now)
    papers.empty_tray(at=now, limit=100)
    for one in (taken_back, hearing_views):
        casework.collected(one, b.clerk_a, now)
    proposed, listened = retracting.proposed(b, taken_back, now), retracting.heard(b, hearing_views, now)
    long_ago = now - 30 * DAY
    decided = casework.granted(b, long_ago)
    papers.empty_tray(at=long_ago, limit=100)
    casework.collected(decided, b.clerk_a, long_ago)
    to_sanction = retracting.asked(b, decided, long_ago)
    deemed = casework.granted(b, before := now - 60 * DAY)
    papers.empty_tray(at=before, limit=100)
    last_ways.put_up(deemed, explained="搬走了。", missing=True, place="公告栏", by=b.clerk_a, at=before)
    deadlines.settle(deemed, at=now)
    shown = disclosures.publish(finished.disclosure, told={"representative": "赵示例"}, by=b.reviewer, at=now)
    doubted = disclosures.propose_exclusion(taken_back.disclosure, reason="涉及商业秘密。", by=b.reviewer, at=now)
    refused = casework.received(b, now)
    register.refuse_by_rule(refused, basis=b.guide.bases.get(), refusal=casework.REFUSAL, by=b.clerk_a, at=now)
    undone = recalling.served_and_set_aside(b, now)
    open_report, sent_back = casework.with_deputy(b, now), casework.filed(b, now)
    ladder.send_back(sent_back, text="请附上章程。", by=b.chief, at=now)
    settled = casework.with_deputy(b)
    ladder.sanction(settled, text="核准。", possible="会员满五十个。", by=b.deputy, at=b.at + 2 * casework.HOUR)
    for back in range(9, 0, -1):  # 休息日没有表,所以多走几天
        sheets.roll_up(at=on(now.date() - back * DAY, datetime.time(23)))
    ratings.rate(finished, score="bad", text="等得太久。", by=b.citizen, at=now)
    noted, representative = _conduct(b, now)
    _for_the_keepers(b, now)
    tree = QuestionSet.objects.get().pk
    form = guides.draft(b, guides.item(b, "form-draft"), form=hall_cast.RICH)
    rich = _rich_application(b, anyone)
    draft, handed_in = hall_cast.filled(anyone, b), hall_cast.filled(anyone, b)
    anyone.post(hall_cast.go(draft, "materials"), {"file-application": hall_cast.photo(), "upload": "1"})
    anyone.post(hall_cast.go(handed_in, "materials"), {"file-application": hall_cast.photo()})
    anyone.post(hall_cast.go(handed_in, "submit"))
    _handovers(b, now)
    asked = [asking.asked(b, now, item=b.item), asking.referred(b, now), asking.coordinating(b, now)]
    joined = SimpleNamespace(**{**vars(b), "at": now})
    together.shown(joined)
    enquiry = enquiries.ask(received, kind="progress", text="请问办到哪一步了？", by=b.citizen, at=now)
    messages.write(received, text="章程明天补来可以吗？", by=b.citizen, at=now)
    cover = Cover.objects.create(absent=b.reviewer, to=b.chief, reason="年假", made_at=now, made_by=b.deputy)
    named = {"name": "示范养老综合体", "owner_name": "示范养老公司", "unit": b.orgs, "phone": "0759-0000001"}
    project = projects.open_project(**named, specialist=b.reviewer, by=b.chief, at=now)
    projects.add_contact(project, name="孙示例", role="经理", phone="13800000003", by=b.reviewer, at=now)
    projects.add_case(project, case=granted, by=b.reviewer, at=now)
    projects.raise_issue(project, text="图纸几时交？", raised_by_name="孙示例", by=b.reviewer, at=now)
    terms = mandates.Terms(("supplement", "contact", "withdraw"), now.date() + 30 * DAY)
    mandate = mandates.appoint(
        told, agent=mandates.Agent(user=b.clerk_a), terms=terms, by=b.clerk_a, at=now, signed=True
    )
    messages.write(received, text="可以，明天带来就行。", by=b.clerk_a, at=now)
    told_of = {"carrier": "中国邮政", "tracking_number": "示例9", "contents": "示例证明原件一份"}
    parcel = parcels.announce(told, **told_of, by=b.citizen, at=now)
    opened = parcels.announce(told, **told_of | {"tracking_number": "示例8"}, by=b.citizen, at=now)
    parcels.arrive(opened, found="示例证明复印件一份", difference="不是原件。", by=b.clerk_a, at=now)
    for contact in asked:
        anyone.post(reverse("hall:track"), {"number": contact.number, "code": contact.query_code})
    for party in Party.objects.select_related("case"):
        anyone.post(reverse("hall:track"), {"number": party.case.number, "code": party.code})
    for case in Case.objects.all():
        hall_cast.found(anyone, case)
    promised = _brought_online(b, now)
    graded = _assessed(b, now)  # 暂停代办的不能再任专员、受委托，放在最后
    return SimpleNamespace(
        anyone=anyone,
        known={"code": b.item.code, "token": draft.token, "number": received.number, "app_label": "denials"},
        special={
            "desk:enquiry": {"pk": enquiry.pk},
            "hall:parcels": [case_of(told), case_of(granted)],
            "desk:case-parcels": case_of(told),
            "desk:case-parcel": case_of(told, pk=parcel.pk),
            "desk:case-parcel-settle": case_of(told, pk=opened.pk),
            "desk:case-parcel-new": [case_of(told, name=name) for name in ("came", "back")],
            "desk:case-confirm": case_of(unsure),
            "desk:case-rectify": case_of(unsure),
            "desk:advance": {"pk": advance.pk},
            "desk:case-notify-again": case_of(again),
            "hall:confirm": [case_of(unsure), case_of(received)],
            "hall:amend": case_of(unsure),
            "desk:mandate": {"pk": mandate.pk},
            "desk:cover": {"pk": cover.pk},
            "hall:disclosure": {"code": shown.code},
            "desk:disclosure": [{"pk": one.pk} for one in (granted.disclosure, shown, doubted)],
            "desk:decision-notice": [{"pk": one.decision_notices.latest("pk").pk} for one in (granted, certified.case)],
            "desk:cover-make": {"username": b.reviewer.username},
            "desk:project": {"number": project.number},
            "desk:pledge": case_of(pledge.case, pk=pledge.pk, name="check"),
            "desk:pledge-serve": case_of(pledge.case, pk=pledge.pk),
            "desk:case-retract": case_of(finished),
            "desk:case-cancel": case_of(finished),
            "desk:case-bar": [
                case_of(accused, name="find"),
                case_of(accused, name="drop"),
                case_of(lied, name="lift"),
            ],
            "desk:case-refuse-by-rule": [{}, case_of(banned)],
            "desk:retraction": [case_of(listened.case, pk=listened.pk, name=name) for name in ("ask", "drop")],
            "desk:retraction-serve": case_of(proposed.case, pk=proposed.pk),
            "hall:state": case_of(listened.case),
            "admin:approvals_retraction_change": {"object_id": to_sanction.pk},
            "admin:approvals_retraction_deed": {"key": to_sanction.pk, "name": "sanction"},
            "desk:case-pledge": case_of(received),
            "desk:case-serve-set-aside": case_of(undone.case),
            "desk:case-materials": [case_of(received), case_of(pledge.case)],
            "hall:pledges": [case_of(promised), case_of(told), case_of(pledge.case)],
            "hall:contact": [{"number": one.number} for one in asked],
            "desk:contact": [{"number": one.number} for one in asked],
            "hall:apply-page": [{"key": "basic"}] + [{"token": rich.token, "key": key} for key in ("home", "proof")],
            "hall:apply-check": [{}, {"token": rich.token}],
            "hall:apply-delivery": {"token": rich.token},
            "admin:catalog_guide_form": {"key": form.pk},
            "admin:catalog_guide_form_page": {"key": form.pk, "page": "proof"},
            "admin:catalog_guide_form_field": [{"key": form.pk, "field": one} for one in ("other", "family", "photo")],
            "admin:catalog_guide_form_remove_page": {"key": form.pk, "page": "end"},
            "admin:catalog_guide_form_remove_field": [{"key": form.pk, "field": one} for one in ("needs", "since")],
            "admin:catalog_guide_form_material": {"key": form.pk, "material": "application"},
            "admin:catalog_guide_sheet": {"key": form.pk, "material": "application"},
            "hall:which-one": {"key": "sample"},
            "admin:catalog_questionset_tree": {"key": tree},
            "admin:catalog_questionset_tree_question": {"key": tree, "question": "yes"},
            "admin:catalog_questionset_tree_remove_question": {"key": tree, "question": "yes"},
            "admin:catalog_questionset_tree_exit": {"key": tree, "out": "other"},
            "admin:catalog_questionset_tree_remove_exit": {"key": tree, "out": "other"},
            "hall:apply-receipt": {"token": handed_in.token},
            "hall:supplement": case_of(told),
            "desk:case-lapse": case_of(told),
            "hall:deferred": case_of(promised),
            "desk:case-deferred-again": case_of(promised, key="proof"),
            "hall:rate": [case_of(refused), case_of(finished)],
            "hall:track-case": [case_of(one) for one in (refused, told, granted, certified.case, owing, waiting)]
            + [case_of(listened.case)]
            + [case_of(one) for one in (open_report.case, undone.case, undone.new_case)]
            + special.pop("running"),
            "hall:verify-paper": {"code": Paper.objects.about(granted).first().check_code},
            "desk:case-paper-signed": case_of(told, pk=Paper.objects.about(told).of_kind("correction").get().pk),
            "desk:case-paper": case_of(granted, pk=Paper.objects.about(granted).first().pk),
            "desk:case": [
                case_of(one) for one in (open_report.case, received, finished, again, owing, certified.case, met)
            ]
            + [case_of(one) for one in (listened.case, lied, banned)],
            "desk:case-fee": [case_of(owing, name=name) for name in ("assess", "reduce", "pay")],
            "admin:catalog_guide_change": [{"object_id": one.pk} for one in b.item.guides.all()]
            + [{"object_id": b.checked.pk}],
            "admin:catalog_power_foreseen": {"key": b.power_file.pk},
            "admin:denials_report_change": [{"object_id": one.pk} for one in (open_report, settled)],
            "desk:case-attendance": [case_of(waiting), case_of(met)],
            "desk:case-attendance-drop": case_of(met, pk=attendance.pk),
            "desk:receive": [{}, {"code": attended.item.code}],
            "desk:case-answer": case_of(told),
            "desk:handover-batch": [{"number": one.number} for one in b.batches],
            "desk:calendar-draw-up": {"pk": b.run.pk},
            "desk:duty-swap-settle": {"pk": b.swap.pk},
            "desk:difference-settle": {"pk": Difference.objects.of_handovers().first().pk},
            "desk:case-opinion": case_of(reviewing),
            "desk:case-grant": [case_of(reviewed), case_of(certified.to_decide)],
            "desk:case-endorse": case_of(passed_up),
            "desk:case-certificate": case_of(certified.case),
            "desk:case-grant-on-the-spot": case_of(accepted),
            "desk:case-deliver": case_of(granted),
            "desk:case-electronic": case_of(granted),
            "desk:case-delivery": case_of(granted),
            "desk:case-collect": case_of(deemed, pk=last_ways.uncollected(deemed).get().pk),
            "desk:case-undelivered": case_of(granted, name="result"),
            "desk:case-overdue": case_of(accepted),
            **special,
            **together.words(joined),
            "desk:case-consult": case_of(reviewing),
            "desk:case-hand-off": case_of(accepted),
            "desk:case-withdraw": case_of(accepted),
            "desk:case-termination": case_of(ending),
            "desk:case-void": case_of(received),
            "desk:report": {"number": open_report.number},
            "desk:conduct-record": {"pk": noted.pk},
            "desk:assessment": [{"pk": one.pk} for one in graded],
            "desk:representative-end": {"pk": representative.pk},
            "desk:rating": {"pk": finished.rating.task.pk},
            "desk:report-resubmit": {"number": sent_back.number},
            "admin:exchange_intake": {"key": b.intake.pk},
            "admin:exchange_deed": {"key": b.intake.pk, "name": "discard"},
            "admin:manuals_deed": {"key": 1, "name": "cancel"},
            "admin:approvals_archivebatch_deed": {"key": ArchiveBatch.objects.get().pk, "name": "acknowledge"},
            "admin:approvals_archivebatch_settle": {"key": ArchiveBatch.objects.get().pk, "order": 1},
            "admin:approvals_archive_deed": {"key": Archive.objects.get(state="checked").pk, "name": "check"},
            "admin:catalog_guide_deed": {"key": b.checked.pk, "name": "publish"},
        },
    )


def _brought_online(b, now):
    """容缺的材料在网上补来了、等窗口核对的一件。"""
    case = casework.received(b, now, provided={"application"})
    owed = intake.Check("deferred", "下周取得", (now + 8 * DAY).date())
    intake.check_materials(case, checks={"application": casework.OK, "proof": owed}, by=b.clerk_a, at=now)
    case.refresh_from_db()
    intake.accept(casework.promised(case, now), by=b.clerk_a, at=now)
    files = {"proof": [("证明.pdf", ContentFile(hall_cast.PDF))]}
    return deferred.bring_online(case, files=files, by=b.citizen, at=now)


def _ending(b, now):
    """一件催告过、报请终止的；一件误录作废了的。"""
    case = casework.accepted(b, now)
    told = {"what": "inspection", "text": "请在场所等候核查。", "until": now.date() + 30 * DAY}
    terminating.remind(case, **told, by=b.reviewer, at=now)
    why = {"ground": "no_object", "facts": "场所已经拆除。", "basis": "《示例条例》第十条"}
    terminating.ask(case, **why, proof=[("核查.pdf", ContentFile(hall_cast.PDF))], by=b.reviewer, at=now)
    wrong = casework.received(b, now)
    voiding.void(wrong, why="item", text="应当是变更登记。", by=b.clerk_a, at=now)
    return case


def _assessed(b, now):
    """两份代办考核：等审定的，暂停了代办、本人有异议的。"""
    why = {"reasons": "几次约好没有到场。", "basis": "代办员考核办法(示范)第六条"}
    until = now.date() + 90 * DAY
    fail = assessing.Proposal(grade="unqualified", outcome="suspended", until=until, successor=b.clerk_b, **why)
    few = assessing.Proposal(grade="none", reasons="只代办了一件。")
    told = {"year": now.year - 1, "at": now}
    waiting = assessing.propose(b.clerk_b, unit=b.window, told=few, by=b.approval_chief, **told)
    stopped = assessing.propose(b.reviewer, unit=b.orgs, told=fail, by=b.chief, **told)
    assessing.confirm(stopped, text="同意。", by=b.deputy, at=now)
    assessing.lodge_appeal(stopped, text="约的那两天病假。", by=b.reviewer, at=now)
    return waiting, stopped


def _conduct(b, now):
    """本人陈述过、申诉了的一件纪律记录；一位在任的首席代表。"""
    what = {"kind": "discipline", "rule": "absence", "source": "inspection", "facts": "上班时间窗口没有人。"}
    told = conduct.Told(person=b.reviewer, unit=b.orgs, happened_on=now.date(), **what)
    noted = conduct.raise_one(told, by=b.chief, at=now)
    conduct.state_case(noted, text="去取材料了。", by=b.reviewer, at=now)
    conduct.decide(noted, outcome="talk", reasons="没有安排人顶岗。", by=b.chief, at=now)
    conduct.lodge_appeal(noted, text="安排了人顶岗。", by=b.reviewer, at=now)
    signed = {"instrument_number": "湛民授〔2026〕1号(示范)", "signed_by": b.director, "signed_on": now.date()}
    told = {"unit": b.orgs, "window": b.window, "user": b.reviewer, "powers": ["accept", "instant"], **signed}
    terms = representatives.Terms(**told, valid_from=now.date(), limits="要听证的。")
    return noted, representatives.appoint(terms, by=b.personnel, at=now)


def _special_procedures(b, now) -> dict:
    """一件在走特别程序、报请了延期的办件：各页用它。"""
    case = casework.accepted(b, now)
    extension.ask(case, value=5, reason="还要征求意见。", by=b.reviewer, at=now)
    running = procedures.start(case, key="experts", reason="涉及专业标准。", by=b.reviewer, at=now)
    other = casework.accepted(b, now)
    told = {"reason": "与他人有重大利益关系。", "by": b.reviewer, "at": now}
    asked = hearing.tell(case, key="hearing", **told).hearing
    who = {"name": "钱邻居", "interest": "场所紧邻他的住宅。", "phone": "", "address": ""}
    parties.tell(case, **who, by=b.reviewer, at=now)
    shown = publication.Shown(matter="拟评定为示例等级。")
    public = publication.publish(case, key="publicity", shown=shown, **told).publication
    objection = publication.object_to(public, text="不符合条件。", by=b.system, at=now)
    visit = {"officers": (b.reviewer, b.chief), "visits_at": now, "place": "示范路1号"}
    visited = inspection.assign(case, key="visit", **visit, **told).inspection
    heard = hearing.tell(other, key="hearing", **told).hearing
    hearing.request(heard, text="要求当面说清楚。", by=b.citizen, at=now)
    return {
        "running": [case_of(case)],
        "desk:case-procedures": [case_of(case), case_of(other)],
        "desk:procedure-start": [case_of(other, key=key) for key in ("experts", "publicity", "visit")],
        "desk:procedure-end": case_of(case, pk=running.pk),
        "desk:case-party": [case_of(case, name=name) for name in ("tell", "hear", "deny")],
        "desk:case-extend": case_of(other),
        "desk:objection": case_of(case, pk=objection.pk),
        "desk:hearing": [case_of(case, pk=asked.pk, name="request"), case_of(other, pk=heard.pk, name="schedule")],
        "desk:inspection": [case_of(case, pk=visited.pk, name=name) for name in ("record", "sign")],
        "hall:hearing": case_of(case),
        "hall:party": case_of(case),
        "hall:publication": {"code": public.code},
    }


def _rich_application(b, anyone):
    """各种字段都有的一份申请，填了一半：表格两行，附件一个。"""
    item = casework.item_with_guide(
        SimpleNamespace(**vars(b)), "rich", form=hall_cast.RICH, delivery=[WINDOW, BY_POST, ONLINE]
    )
    draft = hall_cast.begun(anyone, item)
    anyone.post(hall_cast.go(draft, "person"), hall_cast.PERSON)
    anyone.post(hall_cast.go(draft, "page", key="home"), hall_cast.HOME | {"more": "family"})
    anyone.post(hall_cast.go(draft, "page", key="home"), hall_cast.HOME)
    anyone.post(hall_cast.go(draft, "page", key="proof"), {"photo": hall_cast.photo("病历.png"), "upload": "1"})
    return draft


def _handovers(b, now) -> None:
    """送来的、送出的、列好没有签出的清单各一张，有一条差异；周历、值班各一行。"""
    b.run = WeeklyRun.objects.create(from_unit=b.window, to_unit=b.stranger_unit, weekday=3, time="10:00")
    Duty.objects.create(unit=b.window, weekday=now.isoweekday(), user=b.clerk_a)
    swap = {"unit": b.window, "giver": b.clerk_a, "taker": b.clerk_b, "asked_by": b.clerk_a, "asked_at": now}
    b.swap = DutySwap.objects.create(**swap, day=now.date(), reason="示例")
    desk = makers.unit(b.agency, "zj-town", "town_desk", level="town", name="示范镇便民服务中心")
    staff = makers.user("zj.town", "朱示例")
    makers.staffed(desk, Role.CLERK, staff)
    staff.refresh_from_db()
    b.batches = []
    for giver, taker, by, signs in (
        (desk, b.window, staff, True), (b.window, desk, b.clerk_a, True), (b.window, b.stranger_unit, b.clerk_a, False),
    ):  # fmt: skip
        case = casework.received(b, now, unit=giver, by=by)
        told = {"from_unit": giver, "to_unit": taker}
        Transfer.objects.create(case=case, leg="forward", created_at=now, created_by=by, **told)
        b.batches.append(handover.draw_up(**told, day=now.date(), by=by, at=now))
        if signs:
            handover.sign_out(b.batches[-1], by=by, at=now)
    waiting = casework.received(b, now)
    told = {"from_unit": b.window, "to_unit": desk, "leg": "back", "created_at": now, "created_by": b.clerk_a}
    Transfer.objects.create(case=waiting, **told)
    extra = casework.received(b, now, unit=desk, by=staff)
    differences.note_extra(b.batches[0], extra, by=b.clerk_a, at=now)


def case_of(case: Case, **more) -> dict:
    return {"number": case.number, **more}


def _for_the_keepers(b, now) -> None:
    """维护的人看的表:日历、通知、亮牌、政策、委托、口令、登录锁定,各来一行。"""
    b.maintainer = User.objects.create_superuser("maintainer", "x" * 12, full_name="维护示例")
    day = SpecialDay(date=now.date().replace(month=1, day=1), works=False, name="元旦示例", source="示例")
    calendars.keep_day(day, by=b.editor, at=now)
    CalendarYear.objects.get_or_create(year=now.year)
    notices.queue(
        "denials.your_turn", about=Case.objects.first(), to=b.clerk_a, subject="示例", body="示例。",
        responsible=b.clerk_a, by=b.system, at=now,
    )  # fmt: skip
    exchanged(b)
    archive_batches.draw_up(archived(b).case.agency, received_by="示例档案室", by=b.editor, at=now)
    makers.away(b.reviewer, now)
    scope = {"agency": b.agency, "section": b.orgs, "on": now.date()}
    told = '{"items": [{"item": {"code": "no-such", "name": "示例"}}, {"item": {"code": "%s", "short_name": "例"}}]}'
    b.intake = intakes.hand_in(name="示例.json", content=(told % b.item.code).encode(), by=b.editor, at=now)
    intakes.go_on(intake=b.intake, at=now)
    manuals.order(**scope, contents=[], total=1, by=b.chief, at=now)
    case = Case.objects.first()
    Flag.objects.create(case=case, kind="yellow", unit=case.unit, due_at=now, raised_at=now)
    ServicePolicy.objects.create(agency=b.agency, valid_from=now.date())
    LadderPolicy.objects.create(agency=b.agency, valid_from=now.date())
    b.county = b.stranger_agency
    approval = makers.unit(b.county, "sx-approval", "approval")
    editor = makers.user("sx.editor", "曾示例")
    makers.staffed(approval, Role.EDITOR, editor)
    b.seal = Seal.objects.create(code="zj-special", agency=b.agency, name="业务专用章", kind="special")
    delegations.drafted(b)
    _changed(publishing.draft_from(item=b.item, guide=b.guide, by=b.editor, at=now))
    guides.item(b, "hidden", withheld="涉及内部管理")
    suspending.suspend(item=b.item, starts_on=now.date() + 30 * DAY, message="示例说明", by=b.editor, at=now)
    content = "权力编码,权力名称,权力类型,设定依据\nP1,示例权力,行政许可,示例条例\nP2,,行政许可,示例条例\n"
    b.power_file = powers.receive(
        agency=b.agency, name="清单.csv", content=content.encode(), whole=True, by=b.editor, at=now
    )
    Power.objects.create(agency=b.agency, code="P9", name="示例权力", kind="01", basis="示例条例第一条")
    filed = {"document_number": "示例1号", "filed_on": now.date(), "recorded_by": b.editor, "recorded_at": now}
    ProcedureFiling.objects.create(guide=b.guide, procedure="x", value=5, unit="wd", **filed)
    why = {
        "reason": "示例",
        "approved_by": "示例市人民政府",
        "document_number": "示例1号",
        "until": now.date() + 90 * DAY,
    }
    approved = recording.except_online(item=b.item, **why, approved_on=now.date(), by=b.editor, at=now)
    filed = {"document_number": "示营商备〔2026〕2号", "filed_on": now.date(), "filed_with": "营商环境建设部门"}
    recording.file_exception(exception=approved, **filed, by=b.editor, at=now)
    b.checked = guides.checked(b, guides.draft(b, guides.item(b, "checked")), now)
    finding.keep_synonym(said="示例", means="示例登记", items=[b.item], by=b.editor, at=now)
    finding.note_miss(text="没有的事", at=now)
    body = questions_to(b.item.code)
    told = {"title": "示例，该办哪一项？", "theme": "orgs", "position": 1, "body": body}
    questions.keep(key="sample", told=told, by=b.editor, at=now)
    told = {"username": "nobody", "ip_address": "127.0.0.1", "user_agent": "示例", "path_info": "/login/"}
    AccessAttempt.objects.create(failures_since_start=1, **told)
    AccessFailureLog.objects.create(**told)
    AccessLog.objects.create(**told)
    drafts.start(guide=b.guide, by=b.citizen, at=now, user=b.citizen)


def _changed(draft) -> None:
    """与前一版处处不同的一份草稿：对照页上增的、删的、改的都有。"""
    told = {"content": f"{draft.content}另加一句。", "promised_value": 3, "faq": [{"q": "要钱吗？", "a": "不要。"}]}
    type(draft).objects.filter(pk=draft.pk).update(**told, form=hall_cast.FORM)
    draft.materials.order_by("pk")[:1].get().delete()
    draft.materials.create(
        key="added", name="新加的示例材料", standard="清楚。", basis="示例条例第九条", remedy="补交。"
    )


# 页面 -----------------------------------------------------------------


def visitors(b, world) -> dict[str, Client]:
    """各种人,都进了门。"""
    found = {"anyone": world.anyone}
    for name in ("citizen", "clerk_a", "reviewer", *LEADERS[1:]):
        found[name] = Client()
        makers.sign_in(found[name], getattr(b, name))
    newcomer = makers.user("newcomer", "新来示例")
    newcomer.is_staff = True
    newcomer.save()
    found["newcomer"], found["halfway"] = Client(), Client()
    found["newcomer"].force_login(newcomer)
    found["halfway"].post(reverse("hall:play"), {"username": b.director.username})
    _came_back_late(found["clerk_a"], b.clerk_a)
    return found


def _came_back_late(client: Client, user) -> None:
    """闲置退出时正好交上来一页，重新登录了还没有接着交。"""
    fields, until = {"name": ["赵申请"]}, time.time() + idle.KEPT_FOR
    kept = {"who": user.pk, "path": "/desk/", "fields": fields, "files": {"scan": ["委托书.pdf"]}, "until": until}
    session = client.session
    session[idle.KEPT] = lock_up(json.dumps(kept))
    session.save()


def pages(b) -> tuple[list[Page], list[str], dict[str, Client]]:
    """全部页面,没有人打得开的网址,和来看的人。"""
    world = furnish(b)
    clients = visitors(b, world)
    found, lost = [], []
    for name, pattern in patterns():
        if name in NOT_PAGES or LIKE_OURS.match(name) or not pattern.name:
            continue
        urls = [reverse(name, kwargs=given) for given in arguments(name, pattern, world)]
        urls += [f"{urls[0]}{asked}" for asked in ASKED.get(name, ())]
        opened = [(url, who) for url in urls if (who := opened_by(clients, url))]
        shown = opened if name in world.special or name in ASKED else opened[:1]
        found += [Page(name, url, who) for url, who in shown]
        if not opened and not OPTIONAL.match(name) and not only_posted(clients, urls):
            lost.append(name)
    return found, lost, clients


def arguments(name: str, pattern: URLPattern, world) -> list[dict]:
    """这一条网址要的对象,可以有几组;这里没有的,就在这里停下。"""
    wanted = set(pattern.pattern.converters) | set(pattern.pattern.regex.groupindex)
    given = {"pk": 1, "key": "proof", "name": "review", "page": "end", "field": "since", **world.known}
    special = world.special.get(name, {})
    if name.startswith("admin:") and wanted & {"object_id", "key"} and not special:
        special = [{"object_id": row.pk, "key": row.pk} for row in some_rows(name)]
    groups = [{**given, **one} for one in (special if isinstance(special, list) else [special])]
    missing = wanted - set(groups[0])
    assert not missing, f"{name} 要 {missing}:请在 furnish 里给它一个真的"
    return [{key: group[key] for key in wanted} for group in groups]


def some_rows(name: str) -> list:
    """admin 网址里的那张表,末一行和头一行:总有一行是有人管的。不叫表名的(只收 POST)随便给一行。"""
    label = name.removeprefix("admin:").rpartition("_")[0]
    model = next((m for m in admin.site._registry if f"{m._meta.app_label}_{m._meta.model_name}" == label), None)
    if model is None:
        return [SimpleNamespace(pk=1)]
    rows = model._default_manager.order_by("pk")
    assert rows, f"{name}:一行“{model._meta.verbose_name}”也没有,请在 furnish 里造一个"
    return [rows.last(), rows.first()]


def opened_by(clients: dict[str, Client], url: str) -> str:
    """谁打得开;谁也打不开的是空串。"""
    for who in LEADERS if url.startswith("/queue/") else OTHERS:
        answer = clients[who].get(url)
        assert answer.status_code < 500, url
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith(HTML):
            return who
    return ""


def only_posted(clients: dict[str, Client], urls: list[str]) -> bool:
    """只收 POST:进了门的人打开是 405。"""
    people = LEADERS if urls[0].startswith("/queue/") else OTHERS
    return any(clients[who].get(urls[0]).status_code == 405 for who in people)
