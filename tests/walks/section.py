"""承办科室会按的：审查、征求意见、决定、依规定说“不”、报请延期、回避。"""

import datetime

from approvals import rules
from approvals.actions import certifying, consulting, decision, extension, handlers, recusals, review
from approvals.models import Slip
from approvals.rules import certificates
from denials.actions import register
from denials.models import Precedent, RegisterEntry
from tests.approvals.certifying import NAME
from tests.casework import REFUSAL

YEAR, MONTH = datetime.timedelta(days=365), datetime.timedelta(days=40)


class Section:
    def begin_review(self, case):
        """即办的，一半的时候当场办结。"""
        if rules.is_instant(case) and self.n % 2:
            return self.grant_on_the_spot(case)
        return self.press(review.begin, case, by=self.by(*self.crew_of(case).reviewers))

    def give_opinion(self, case):
        opinion = ["pass", "pass", "pass", "doubt"][self.n % 4]
        by = self.by(*self.crew_of(case).reviewers)
        self.press(review.give_opinion, case, opinion=opinion, text="意见。", by=by)

    def consult(self, case):
        """发征求意见单；有等答复的就答复。"""
        waiting = Slip.objects.unanswered().filter(case=case).select_related("unit").order_by("pk").last()
        if waiting:
            able = [user for user in self.staff if user.may("review_case", waiting.unit)]
            opinion = ["pass", "doubt"][self.n % 2]
            self.press(consulting.answer, waiting, opinion=opinion, text="意见。", by=self.by(*able))
            return
        units = [unit for unit in self.b.consulted if unit != case.section][: 1 + self.n % 2]
        told = {"units": units, "question": "请看示例。", "days": 1 + self.n % 4, "in_turn": bool(self.n % 2)}
        self.press(consulting.consult, case, **told, by=self.by(*self.crew_of(case).reviewers))

    def grant(self, case):
        """意见里有疑问的，多半退回重审；没有的，八回里一回也退。"""
        if self.n % (8 if rules.reviews_agree(case) else 2) == 1:
            told = {"reason": "请再核一遍。", "by": self.by(*self.crew_of(case).chiefs)}
            return self.press(review.return_for_review, case, **told)
        told = {"decision": "准予。", "certificate": self.told_of(case)}
        return self.press(decision.grant, case, **told, by=self.by(*self.crew_of(case).chiefs))

    def told_of(self, case, **fields):
        """发证照的写明证照；延续的多半沿用原来的编号，接着原来的日子。"""
        if not certificates.certifies(case):
            return None
        told = {"name": NAME, "number": f"示范证字{case.pk}", "valid_from": self.at.date(), "scope": ""}
        told["valid_until"] = told["valid_from"] + YEAR if self.n % 3 else told["valid_from"] + MONTH
        old = getattr(case, "prior", None)
        if old and self.n % 4:
            told |= {"number": old.certificate.number, "reissued": True}
        return certifying.Told(**told | fields)

    def refuse(self, case):
        """有结论是不行的先例，一半参照先例；不然依条文。"""
        crew = self.crew_of(case)
        told = {"refusal": REFUSAL, "by": self.by(*(crew.window if case.accepted_at is None else crew.chiefs))}
        precedent = Precedent.objects.filter(item=case.item_id, holding="refuse").last()
        if precedent and self.n % 2:
            self.press(register.refuse_by_precedent, case, precedent=precedent, **told)
        else:
            self.press(register.refuse_by_rule, case, basis=case.guide.bases.first(), **told)

    def read(self, case):
        crew = self.crew_of(case)
        if entry := RegisterEntry.objects.filter(case=case).last():
            self.press(register.read, entry, by=self.by(*crew.chiefs, *crew.deputies, *crew.directors))

    def extend(self, case):
        crew, asked = self.crew_of(case), case.extensions.asked().first()
        if asked is None:
            told = {"value": 1 + self.n % 12, "reason": "示例。"}
            if self.press(extension.ask, case, **told, by=self.by(*crew.reviewers)) and self.n % 2:
                self.extend(case)  # 一半的时候局长当天就看
        else:
            deed = extension.decline if self.n % 3 == 0 else extension.sanction
            self.press(deed, asked, text="意见。", by=self.by(*crew.directors))

    def handle(self, case):
        """定承办人：负责人指定、换人，或者审查的人领办；已经有人的，只有负责人换得了。"""
        crew = self.crew_of(case)
        able = [one for one in crew.reviewers if rules.may_be_handler(case, one) and one.pk != case.handler_id]
        if able:
            to = able[self.n % len(able)]
            by = self.by(*crew.chiefs) if case.handler_id or self.n % 2 else to
            self.press(handlers.assign, case, to=to, reason="轮岗。", by=by)

    def recuse(self, case):
        """回避：交给能接的人；没有人能接的不走。"""
        people = recusals.concerned(case)
        who = people[self.n % len(people)] if people else None
        others = recusals.able(case, who) if who else []
        if others:
            told = {"who": who, "reason": "亲属。", "successor": others[self.n % len(others)]}
            self.press(recusals.recuse, case, **told, by=self.by(who, *self.crew_of(case).chiefs))
