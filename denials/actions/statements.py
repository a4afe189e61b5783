"""经办人写的话:拟否定报告的陈述、依规定或先例否定时的说明。一栏都不能空。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from approvals.models import Case
from approvals.rules.not_accepting import Why
from approvals.states import BEFORE_ACCEPTANCE
from catalog.models import LegalBasis
from office.steps import NotNow


@dataclass(frozen=True)
class Statement:
    """拟否定报告里由经办人写的部分(《拟否定报告登记表》各栏)。policies 是所附政策:标题与原文。"""

    progress: str
    question: str
    reasons: str
    basis_text: str
    clerk_contact: str
    policies: Sequence[Mapping[str, str]] = ()
    bases: Sequence[LegalBasis] = ()
    why: Why = Why()

    def check(self) -> None:
        """每栏都要写。Raises: NotNow。"""
        _every(
            {
                "办理答复情况": self.progress,
                "拿不准的问题": self.question,
                "拟否定理由": self.reasons,
                "拟否定依据": self.basis_text,
                "经办人联系方式": self.clerk_contact,
            }
        )


@dataclass(frozen=True)
class Refusal:
    """否定时由经办人写的:事实、理由、办理答复情况;怎样才能办、还可以去哪里,给申请人看。"""

    facts: str
    reasons: str
    progress: str
    clerk_contact: str
    possible: str = ""
    elsewhere: str = ""
    why: Why = Why()

    def check(self) -> None:
        """每栏都要写。Raises: NotNow。"""
        _every(
            {
                "查明的事实": self.facts,
                "否定理由": self.reasons,
                "办理答复情况": self.progress,
                "经办人联系方式": self.clerk_contact,
            }
        )


def why_early(case: Case, why: Why) -> Why:
    """受理以前说“不”，写明是哪一种不予受理；受理以后的不用。Raises: NotNow(没有写，或没有写明归哪个机关)。"""
    if case.state not in BEFORE_ACCEPTANCE:
        return Why()
    if missing := why.missing():
        raise NotNow(f"不予受理要写明：{'、'.join(missing)}（行政许可法第三十二条第一款）。")
    return why


def _every(words: Mapping[str, str]) -> None:
    if empty := [name for name, text in words.items() if not text.strip()]:
        raise NotNow(f"登记表还没有填完：{'、'.join(empty)}。")
