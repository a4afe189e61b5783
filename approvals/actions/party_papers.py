"""利害关系人告知书、给利害关系人的听证通知书、陈述申辩笔录、不予听证通知书。"""

import datetime

from agencies.models import User
from approvals.actions import letters
from approvals.models import Hearing, HearingDenied, Party, Statement
from approvals.states import UNDER_WAY, HearingState, NoHearing, Standing
from office.papers.models import Paper
from office.papers.words import date_words, last_day_words, moment_words

RIGHT = (
    "在作出决定之前，你（单位）还有要求听证的权利，同样在上述日期以前提出；逾期没有提出的，视为放弃这一权利。"
    "提出要求的，本机关在二十个工作日内组织听证。组织听证不收取任何费用。"
)
ASKED = (
    "已经有人要求就本申请举行听证，时间、地点另行通知你（单位），你（单位）可以参加，进行申辩和质证。"
    "组织听证不收取任何费用。"
)
OURS = "ours"  # 是申请人的：他在查进度页看得到；利害关系人的只有他自己看得到
AFTER = "行政许可法第七条"  # 决定以后要撤回、撤销的
HEARD, LISTENED = "行政许可法第三十六条、第四十七条", "行政许可法第三十六条"


def notice(party: Party, hearing: Hearing | None, *, by: User, at: datetime.datetime) -> Paper:
    """利害关系人告知书：什么申请、关系什么利益、可以陈述申辩；听证可以要求，或者已经定了时间。"""
    state = hearing.state if hearing else ""
    sits = hearing.sits_at if hearing and state == HearingState.SCHEDULED else None
    facts = {
        "party": party.name,
        "interest": party.interest,
        "until": last_day_words(party.request_due_at),
        "hearing": RIGHT if state == HearingState.TOLD else ASKED if state == HearingState.REQUESTED else "",
        "sits": moment_words(sits) if sits else "",
        "place": hearing.place if hearing and sits else "",
        "basis": HEARD if hearing else LISTENED,
        "code": party.code,
        "party_key": party.pk,
    }
    return letters.order("party_notice", party.case, facts, by=by, at=at)


def hearing_notice(party: Party, hearing: Hearing, *, by: User, at: datetime.datetime) -> Paper:
    """听证通知书（给利害关系人的一份）。"""
    mine = hearing.party_id == party.pk
    other = "应其他利害关系人的要求" if hearing.party_id else "应申请人的要求"
    asked = "依职权" if hearing.ex_officio else "应你（单位）的要求" if mine else other
    facts = {**letters.sitting(hearing), "party": party.name, "party_key": party.pk, "asked": asked}
    return letters.order("party_hearing", party.case, facts, by=by, at=at)


def statement(one: Statement, *, by: User, at: datetime.datetime) -> Paper:
    """陈述申辩笔录。"""
    facts = {
        "who": one.who,
        "standing": one.get_standing_display(),
        "stated": moment_words(one.stated_at),
        "place": one.place,
        "text": one.text,
        "evidence": one.evidence,
        "signer": one.signer,
        "clerk": by.full_name,
        "basis": LISTENED if one.case.state in UNDER_WAY else AFTER,
        OURS: one.standing != Standing.PARTY,
    }
    return letters.order("statement", one.case, facts, by=by, at=at)


WHY = {
    NoHearing.LATE: "提出要求的时间超过了法律规定的五日（到{until}为止）。",
    NoHearing.NO_RIGHT: "要求的人不是本申请的申请人或者利害关系人，或者本申请不属于依法应当听证的情形。",
    NoHearing.HELD: "本机关已经就本申请举行过听证。",
}


def denied(one: HearingDenied, *, by: User, at: datetime.datetime) -> Paper:
    """不予听证通知书：谁要求、为什么不、还可以怎样说、不服怎么办。"""
    facts = {
        "who": one.who,
        "asked_at": date_words(one.asked_at),
        "ground": WHY[NoHearing(one.ground)].format(until=_until(one)),
        "reasons": one.reasons,
        "complaint": one.case.guide.complaint,
        "basis": "行政许可法第四十七条第一款",
        OURS: is_the_applicant(one),
    }
    return letters.order("hearing_denied", one.case, facts, by=by, at=at)


def is_the_applicant(one: HearingDenied) -> bool:
    """要求听证的是申请人；有同名的利害关系人，分不清是谁的，不算。"""
    return one.who == one.case.applicant.name and not one.case.parties.filter(name=one.who).exists()


def _until(one: HearingDenied) -> str:
    """他要求听证的最后一天：利害关系人照告知他的那一天，别人照听证的。"""
    party = one.case.parties.filter(name=one.who).order_by("-request_due_at").first()
    due_at = party.request_due_at if party else one.hearing.request_due_at if one.hearing else None
    return last_day_words(due_at) if due_at else ""
