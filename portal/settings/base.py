"""各环境共用的设置;机密与地址只从环境变量来。"""

import datetime
import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.settings.addresses import celery_address

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("HALL_VAR", ROOT / "var"))

INSTALLED_APPS = [
    "portal.queue.apps.QueueConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "guardian",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "axes",
    "csp",
    "office",
    "agencies",
    "catalog",
    "approvals",
    "denials",
    "delegation",
    "supervision",
    "portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "portal.odd_input.refuse_nul",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.language.middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.idle.Middleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.shell",
            ],
            "builtins": ["portal.templatetags.addresses"],
        },
    },
]

# 让 templates/admin/widgets 能替换 admin 的控件(日期、时间两格各有标签)。
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# 同一个库两个身份:迁移用属主,运行用 hall_app(见 docs/operations.md)。
DATABASES: dict[str, Any] = {
    "default": {
        **dj_database_url.parse(os.environ.get("DATABASE_URL", "postgres://hall@/hall"), conn_max_age=600),
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": os.environ.get("TEST_DB")},
    }
}
# 一页取齐一件要连十来张表:外键连接照写的次序走就好,让计划器穷举各种次序,光排计划就要十几毫秒。
PLANNER = "-c jit=off -c join_collapse_limit=4"
DATABASES["default"].setdefault("OPTIONS", {})["options"] = f"{PLANNER} -c timezone=Asia/Shanghai"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

# 时刻表在 portal/celery.py。做完才确认、一次只取一件:工人中途被杀,任务会重来(任务都可重复做)。
CELERY_BROKER_URL = celery_address(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # KB；排完一本工作手册的进程换新的，占过的内存还给系统
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "hall:login"
LOGIN_REDIRECT_URL = "hall:home"
GUARDIAN_ANONYMOUS_USER_NAME = None
ANONYMOUS_USER_NAME = None
OTP_TOTP_ISSUER = "民政服务大厅"
OTP_ADMIN_HIDE_SENSITIVE_DATA = True  # 口令的密钥只在绑定那一刻给本人看,维护账户也看不到

# 按“用户名+地址”一起锁,半小时后自动解;默认会把整个大厅的同一出口地址永久锁死。
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "hall/locked.html"
BEHIND_PROXY = False  # 前面有没有 nginx;有,才认它写的来访地址

SESSION_COOKIE_AGE = 8 * 3600
# 登录着多少分钟没有动静就退出，0 是不退：等保的常见取值是 10 到 30 分钟，群众在家里慢慢填，宽一些。本局参数。
IDLE_MINUTES = {"staff": 30, "citizen": 120}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体"), ("zh-hant", "繁體"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = VAR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# 保险柜:加密与盲索引的主钥(urlsafe base64,32 字节);第一把用来加密,其余只用来解密。
VAULT_KEYS = [k for k in os.environ.get("VAULT_KEYS", "").split(",") if k]
# 交换报文里的证件类型代码(GA/T 2000.156)：只写核实过的；别的照标准核对以后在环境里补，如 IDENTITY_CODES=passport=…,…
IDENTITY_CODES = {"resident": "111"} | dict(
    pair.split("=", 1) for pair in os.environ.get("IDENTITY_CODES", "").split(",") if "=" in pair
)
SECRET_KEY = os.environ.get("SECRET_KEY", "")
PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")
DEMONSTRATION = os.environ.get("HALL_DEMO") == "1"
# 页眉页脚上的名称与电话;空着的不显示。
BUREAU = {
    "name": os.environ.get("BUREAU_NAME") or _("湛江市民政局"),
    "hall": _("政务服务大厅"),
    "phone": os.environ.get("BUREAU_PHONE", ""),
    "complaint_phone": os.environ.get("BUREAU_COMPLAINT_PHONE", ""),
    "hours": os.environ.get("BUREAU_HOURS", ""),
    "address": os.environ.get("BUREAU_ADDRESS", ""),
}
if DEMONSTRATION:
    BUREAU |= {
        "phone": "0759-0000100",
        "complaint_phone": "0759-0000111",
        "hours": _("工作日 8:30–12:00，14:30–17:30"),
        "address": _("演示路 1 号 政务服务中心二楼民政窗口"),
    }

# 开放接口：同一地址每分钟几次，整份下载另算；数据可以怎样用；哪些网站可以把办事指南嵌进自己的页面。
API_RATE, API_WHOLE_RATE = 120, 10
OPEN_DATA_LICENCE = os.environ.get("OPEN_DATA_LICENCE") or (
    "政府信息，可以免费查阅、下载、再利用；使用时注明来源和数据日期，不改变原意，不冒充本局。内容以本大厅当日公布的办事指南为准。"
)
EMBED_ANCESTORS = (os.environ.get("EMBED_ANCESTORS") or "*").split()

# 与外面的系统交换：只往这几个主机送(主机或主机:端口，用逗号隔开)，空着就哪里也不送；http 只在本机试的时候许。
EXCHANGE_HOSTS = [host for host in os.environ.get("EXCHANGE_HOSTS", "").split(",") if host]
EXCHANGE_PLAIN_HTTP = False
EXCHANGE_RATE = 600  # 同一地址每分钟最多来几条

# 选了“每日一次”的通知，每天这个时刻并成一条。
DIGEST_AT = datetime.time(8, 30)

# 没有提交的草稿，自然日：最后一次保存以后存几天，到期前几天告诉他，删除了的再留几天(删错了可以请人找回)。本局参数。
DRAFT_DAYS = {"kept": 90, "notice": 7, "discarded": 30}
# 档案移交清册列了多少个自然日还没有登记接收的，提醒档案员，以后每过这么多天再提醒一次。本局参数。
ARCHIVE_RECEIPT_DAYS = 30
# 重复申请的提醒：多少个自然日以内准予过同一事项的也提醒。法律没有定，只是提醒，这是本局的参数。
DUPLICATE_DAYS = 90

# 差评处置的工作日数:联系、整改、最长。51号文没有定天数,这是本局的参数。
RATING_FOLLOW_UP = {"contact": 1, "settle": 5, "limit": 15}
# 纪律与追责:本人陈述、申诉的工作日数。文件没有定天数,这是本局的参数。
CONDUCT_DAYS = {"statement": 5, "appeal": 5}
# 代办员年度考核的规则，怎样用见 supervision.rules.suggested_grade；异议的期限同上面的申诉。文件只说要考核、有奖惩，
# 没有定数，这是本局的参数：至少几件才定等次；各率到优秀、合格、基本合格要多少；纪律记录到优秀、合格、基本合格至多几件。
AGENT_ASSESSMENT = {
    "least": 5,
    "rates": {"in_time": (0.95, 0.85, 0.7), "satisfied": (0.95, 0.85, 0.7), "same_day": (1.0, 0.9, 0.7)},
    "conduct": (0, 0, 1),
}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 10  # 发送时锁着通知那一行,不能一直等
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT") or 25)
EMAIL_HOST_USER = os.environ.get("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_SECURITY") == "starttls"
EMAIL_USE_SSL = os.environ.get("EMAIL_SECURITY") == "ssl"
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "hall@localhost")
# 短信网关的类(点分路径，照 office.notices.channels.SmsGateway 写)；缺省只写日志，一条也没有发出去。
SMS_GATEWAY = os.environ.get("SMS_GATEWAY") or "office.notices.channels.LoggingGateway"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    # 每十秒一次的“收到、做完”不必记;真做了事,portal.sweeping 自己说。
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace", "axes.apps", "weasyprint")
    },
}
