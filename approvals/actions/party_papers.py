"""利害关系人告知书、给利害关系人的听证通知书、陈述申辩笔录、不予听证通知书。"""

import datetime

from agencies.models import User
from approvals.actions import letters
from approvals.models import Hearing, HearingDenied, Party, Statement
from approvals.states import HearingState
from office.papers.models import Paper
from office.papers.words import date_words, last_day_words, moment_words

HEARD, LISTENED = "行政许可法第三十六条、第四十七条", "行政许可法第三十六条"


def notice(party: Party, hearing: Hearing | None, *, by: User, at: datetime.datetime) -> Paper:
    """利害关系人告知书：什么申请、关系什么利益、可以陈述申辩；听证可以要求，或者已经定了时间。"""
    state = hearing.state if hearing else ""
    sits = hearing.sits_at if hearing and state == HearingState.SCHEDULED else None
    facts = {
        "party": party.name,
        "interest": party.interest,
        "until": last_day_words(party.request_due_at),
        "may_ask": state == HearingState.TOLD,
        "asked": state == HearingState.REQUESTED,
        "sits": moment_words(sits) if sits else "",
        "place": hearing.place if hearing and sits else "",
        "basis": HEARD if hearing else LISTENED,
    }
    return letters.order("party_notice", party.case, facts, by=by, at=at)


def hearing_notice(party: Party, hearing: Hearing, *, by: User, at: datetime.datetime) -> Paper:
    """听证通知书（给利害关系人的一份）。"""
    facts = {**letters.sitting(hearing), "party": party.name}
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
        "basis": LISTENED,
    }
    return letters.order("statement", one.case, facts, by=by, at=at)


def denied(one: HearingDenied, *, by: User, at: datetime.datetime) -> Paper:
    """不予听证通知书：谁要求、为什么不、还可以怎样说、不服怎么办。"""
    facts = {
        "who": one.who,
        "asked_at": date_words(one.asked_at),
        "ground": one.get_ground_display(),
        "until": last_day_words(one.hearing.request_due_at) if one.hearing and one.ground == "late" else "",
        "reasons": one.reasons,
        "complaint": one.case.guide.complaint,
        "basis": "行政许可法第四十七条第一款",
    }
    return letters.order("hearing_denied", one.case, facts, by=by, at=at)
