"""走一遍用的:一个浏览器,一座真的网站,一个局;谁来就给谁一个自己的窗口。"""

import datetime

import pytest
from django.core.cache import cache
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import sync_playwright

from agencies.models import User
from office.workdays import clock
from tests.approvals.listed import EXPERTS, HEARING, PUBLICITY, VISIT
from tests.journeys.walking import PASSWORD, Walker, launch
from tests.portal import hall_cast


@pytest.fixture(scope="package")
def chromium():
    """整组共用一个浏览器。playwright 在本线程里转着一个事件循环,所以要告诉 Django 这里并不是异步的。"""
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as play:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = launch(play)
        yield browser
        browser.close()


@pytest.fixture
def b(transactional_db, bureau):
    """小班人的局:人人有密码,领导有口令;有一个能在网上申请的事项,一个月前就开门了。"""
    cache.clear()
    bureau.now = clock.now()
    bureau.at = bureau.now - datetime.timedelta(days=30)
    for user in {one for one in vars(bureau).values() if isinstance(one, User)} - {bureau.system}:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        if user.is_staff:
            TOTPDevice.objects.create(user=user, name="手机")
    hall_cast.online(bureau, informed_commitment=True, special_procedures=[EXPERTS, HEARING, PUBLICITY, VISIT])
    bureau.item.audiences = ["1", "4"]
    bureau.item.save()
    return bureau


@pytest.fixture
def walk(chromium, live_server, b):
    """walk() 是没有登录的人,walk(某人) 是登录了的。走完看一眼:一路上没有脚本出错,没有违反内容安全策略。"""
    walkers = []

    def come(user=None, **options) -> Walker:
        walkers.append(Walker(chromium, live_server.url, **options))
        return walkers[-1].sign_in(user) if user else walkers[-1]

    yield come
    said = [line for walker in walkers for line in walker.said]
    for walker in walkers:
        walker.context.close()
    assert said == []
