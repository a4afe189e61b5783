"""说了“不”以后叫回：领导叫回重新研究，科室答复，维持或者改正；改正的另收一件，撤销告知书另行送达。"""

from agencies.models import Post
from approvals.actions import leaders, serving
from approvals.models.delivery import SET_ASIDE
from denials.actions import recalls
from denials.models import RegisterEntry

FAULT = {"text": "人数算少了。", "basis": "示例依据"}


class Recalling:
    def recall(self, case):
        entry = RegisterEntry.objects.filter(case=case).last()
        if entry is None:
            return
        one = entry.recalls.open().last()
        if one is None and serving.is_apart(case) and self.n % 4:
            self.send(case, SET_ASIDE, self.at_the_window(case))
        elif one is None:
            self.press(recalls.call_back, entry, reason="请再看一遍。", by=self.by(*leaders.on_duty(case, self.at)))
        elif one.state == "studying" and self.n % 4:
            told = {"opinion": ["correct", "uphold"][self.n % 2], "text": "示例的意见。"}
            self.press(recalls.answer, one, **told, by=self.by(*self.crew_of(case).chiefs))
        else:
            self.settle_recall(one)

    def settle_recall(self, one):
        """维持，或者改正；改正了的，新收的那一件接着走。"""
        posts = [one.post, Post.objects.director_of(one.case.agency)]
        by, which = self.by(*(post.holder_at(self.at).user for post in posts if post.holder_at(self.at))), self.n % 4
        if which == 0:
            self.press(recalls.uphold, one, text="没有错。", by=by)
        elif which == 1:
            self.press(recalls.set_aside_elsewhere, one, **FAULT, elsewhere="请到示范窗口。", by=by)
        elif self.press(recalls.set_aside, one, **FAULT, by=by):
            one.refresh_from_db()
            self.cases.append(one.new_case_id)
