# 生产镜像:网页、任务、时刻表、迁移共用一个,只是命令不同。
FROM python:3.11-slim-bookworm

# PDF 需要的动态库;汉字字体随依赖安装,不用系统字体。
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /hall hall

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    HALL_VAR=/hall/var

WORKDIR /hall
COPY requirements.lock .
RUN pip install --require-hashes --no-deps -r requirements.lock
COPY . .

# 收集静态文件、编译译文时不连任何服务,所用的机密只在这一步有效。
RUN python -m compileall -q agencies approvals catalog delegation denials office portal supervision \
 && if ls locale/*/LC_MESSAGES/django.po >/dev/null 2>&1; then pybabel -q compile -d locale -D django; fi \
 && SECRET_KEY=build VAULT_KEYS=build ALLOWED_HOSTS=build python manage.py collectstatic --noinput \
 && mkdir -p var/media && chown hall:hall var/media

USER hall
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "4", "--graceful-timeout", "20", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
