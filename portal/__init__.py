"""整个项目:设置、网址、后台任务和两个柜台。"""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
