"""事项目录在后台里的页面：事项、办事指南。"""

from catalog.admin.guides import GuideAdmin
from catalog.admin.items import ItemAdmin

__all__ = ["GuideAdmin", "ItemAdmin"]
