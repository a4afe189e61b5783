"""特别程序：听证、公示、现场核查、专家评审、征求社会意见，起一个、往下走一步、了一个。"""

import datetime

from approvals.actions import hearing, inspection, procedures, publication
from tests.walks.strolling import HOUR

SHOWN = publication.Shown(matter="拟公示的示例。")


class Specials:
    def start_procedure(self, case):
        crew = self.crew_of(case)
        told = {"reason": "示例。", "by": self.by(*crew.reviewers)}
        which = self.n % 6
        if which < 2:
            self.press(procedures.start, case, key=["experts", "advice"][which], **told)
        elif which < 4:
            self.press(hearing.tell, case, key="hearing", **told)
        elif which == 4:
            self.press(publication.publish, case, key="publicity", shown=SHOWN, **told)
        else:
            officers = (crew.reviewers[0], crew.chiefs[-1])
            told |= {"officers": officers, "visits_at": self.at + self.n % 5 * 12 * HOUR, "place": "住所"}
            self.press(inspection.assign, case, key="visit", **told)

    def go_on_with_procedures(self, case):
        """往下走一步，能结束的结束；没有进行中的就起一个。"""
        running = list(case.procedures.running().order_by("pk"))
        if not running:
            return self.start_procedure(case)
        one, by = running[self.n % len(running)], self.by(*self.crew_of(case).reviewers)
        if one.kind == "hearing":
            self.hear(one.hearing, by)
        elif one.kind == "publicity" and self.n % 2:
            self.object_or_answer(one.publication, by)
        elif one.kind == "inspection":
            self.inspect(one.inspection)
        self.press(procedures.finish, one, result="结束。", by=by)

    def hear(self, one, by):
        crew = self.crew_of(one.case)
        if one.state == "told" and self.n % 3 == 1:
            self.press(hearing.request, one, text="要求。", by=self.by(*crew.applicant))
        elif one.state == "told" and self.n % 3 == 2:
            self.press(hearing.order, one, text="重大公共利益。", by=by)
        elif one.state == "told":
            self.press(hearing.waive, one, text="不要求。", by=by)
        elif one.state == "requested":
            told = {"sits_at": self.at + datetime.timedelta(days=11 + self.n % 14), "place": "会议室"}
            self.press(hearing.schedule, one, **told, chair=self.by(*crew.chairs), by=by)
        else:
            self.press(hearing.record, one, present="到场。", text="记录。", signers="示例", by=by)

    def object_or_answer(self, publicity, by):
        asked = publicity.objections.filter(answered_at=None).first()
        if asked:
            self.press(publication.answer, asked, text="已核实。", by=by)
        else:
            self.press(publication.object_to, publicity, text="有异议。", by=self.b.system)

    def inspect(self, visit):
        told = {"found": "示例。", "conclusion": "符合。", "present": "到场。"}
        one, two = visit.officer_1, visit.officer_2
        if visit.recorded_at is None:
            self.press(inspection.record, visit, **told, by=self.by(one, two))
        else:
            self.press(inspection.sign, visit, by=self.by(one if visit.signed_1_at is None else two))
