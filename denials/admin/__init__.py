"""审定队列:拟否定报告、否定报备、日汇总表、先例、时限政策在后台里的页面。"""

from denials.admin.policies import LadderPolicyAdmin
from denials.admin.precedents import PrecedentAdmin
from denials.admin.register import RegisterEntryAdmin
from denials.admin.reports import ReportAdmin
from denials.admin.sheets import SheetAdmin

__all__ = ["LadderPolicyAdmin", "PrecedentAdmin", "RegisterEntryAdmin", "ReportAdmin", "SheetAdmin"]
