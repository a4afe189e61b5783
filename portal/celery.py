"""后台任务:Celery 应用与时刻表。任务只读时钟、调一个动作;时刻表是数据。"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

# 过期的不补:下一轮会把积下的一并做完,补跑只会堵住队列。
SCHEDULE = {
    "sweep": {"task": "portal.tasks.sweep", "schedule": 60.0, "options": {"expires": 55}},
    "empty-trays": {"task": "portal.tasks.empty_trays", "schedule": 10.0, "options": {"expires": 9}},
    "take-in": {"task": "portal.tasks.take_in", "schedule": 5.0, "options": {"expires": 4}},
    "run-presses": {"task": "portal.tasks.run_presses", "schedule": 20.0, "options": {"expires": 19}},
    "exchange": {"task": "portal.tasks.exchange", "schedule": 10.0, "options": {"expires": 9}},
    # 夜里没有人等的时候；错过了就用昨天的数。
    "roll-up": {
        "task": "portal.tasks.roll_up",
        "schedule": crontab(hour=2, minute=40),
        "options": {"expires": 3600},
    },
    # 每分钟那次已经足够;这一次只为让 16:30 的日报表准点出来。
    "daily-sheet": {
        "task": "portal.tasks.sweep",
        "schedule": crontab(hour=16, minute=30),
        "options": {"expires": 55},
    },
}

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()
