"""拟否定报告：提出、逐级审核审定、退回、研究；不作声的由清扫上移。说话的一定是那一刻值守的人。"""

from denials.actions import ladder, reports, sheets
from denials.models import Report
from tests.casework import STATEMENT
from tests.walks.strolling import HOUR


class Ladder:
    def file(self, case):
        crew = self.crew_of(case)
        self.press(reports.file, case, statement=STATEMENT, by=self.by(*crew.window, *crew.reviewers))

    def climb(self, case):
        """动这一件正在审定的报告；没有的就提出一份。"""
        report = Report.objects.open().filter(case=case).first()
        if report is None:
            return self.file(case)
        return self.one_of(RUNGS[report.state] if self.right else ANYHOW, report)

    def seats(self, report):
        """此刻轮到的人。"""
        standings = [turn.post.holder_at(self.at) for turn in report.turns.open().select_related("post") if turn.post]
        return [standing.user for standing in standings if standing]

    def speak(self, deed, report, *, by=None, **told):
        """说成了的，说的人此刻就值守那个岗，身份写得对(A 岗，或 B 岗代谁)。"""
        by = by or self.by(*self.seats(report))
        if self.press(deed, report, **told, by=by):
            turn = report.turns.filter(by=by, closed_at=self.at).exclude(standing="").order_by("pk").last()
            standing = turn.post.standing_of(by, self.at)
            assert standing is not None and turn.standing == standing.describe(), f"{by}此刻不值守{turn.post}"
            self.tally.count(f"以{standing.rank}岗说话", "成了")

    def refer_up(self, report):
        self.speak(ladder.review, report, text="同意。")

    def all_refer_up(self, report):
        for user in self.seats(report):
            self.speak(ladder.review, report, text="同意。", by=user)

    def sanction(self, report):
        self.speak(ladder.sanction, report, text="核准。")

    def overturn(self, report):
        self.speak(ladder.overturn, report, text="可以办。", how_to="照此办。")

    def send_back(self, report):
        self.speak(ladder.send_back, report, text="请补充。")

    def study(self, report):
        due_at = self.at + [HOUR, 24 * HOUR, 96 * HOUR][self.n % 3]
        self.speak(ladder.study, report, text="请示上级。", due_at=due_at)

    def resubmit(self, report):
        crew = self.crew_of(report.case)
        told = {"reasons": "补充。", "basis_text": "依据。", "reply": "已补。"}
        self.press(reports.resubmit, report, **told, by=self.by(*crew.window, *crew.reviewers))

    def roll_up(self):
        """汇总表：出过的不再出。"""
        sheets.roll_up(at=self.at)
        assert sheets.roll_up(at=self.at) == 0


L = Ladder
RUNGS = {
    "with_chief": [L.refer_up, L.all_refer_up, L.all_refer_up, L.overturn, L.send_back, L.study, L.sanction],
    "with_deputy": [L.sanction, L.sanction, L.overturn, L.send_back, L.study, L.refer_up],
    "with_director": [L.sanction, L.sanction, L.overturn, L.send_back, L.study],
    "returned": [L.resubmit], "studying": [L.sanction, L.overturn, L.send_back, L.refer_up],
}  # fmt: skip
ANYHOW = [deed for some in RUNGS.values() for deed in some]
