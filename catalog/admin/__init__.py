"""事项目录在后台里的页面：事项、办事指南、同义词、没有搜到的词、对号入座、停办、权责清单、备案与批准、保管期限。"""

from catalog.admin.exceptions import ExceptionFilingAdmin, OnlineExceptionAdmin, ProcedureFilingAdmin
from catalog.admin.finding import MissAdmin, SynonymAdmin
from catalog.admin.guides import GuideAdmin
from catalog.admin.items import ItemAdmin
from catalog.admin.powers import PowerAdmin
from catalog.admin.questions import QuestionSetAdmin
from catalog.admin.retentions import RetentionAdmin
from catalog.admin.suspensions import SuspensionAdmin

__all__ = [
    "ExceptionFilingAdmin",
    "GuideAdmin",
    "ItemAdmin",
    "MissAdmin",
    "OnlineExceptionAdmin",
    "PowerAdmin",
    "ProcedureFilingAdmin",
    "QuestionSetAdmin",
    "RetentionAdmin",
    "SuspensionAdmin",
    "SynonymAdmin",
]
