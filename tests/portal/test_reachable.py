"""找得到：目录里在办的每一项，搜得到、问得到，按主题、类别、谁来办都翻得到；日常的说法，前三个里就有。"""

import re

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse

from catalog.models import Item, QuestionSet
from catalog.states import ItemKind, Theme
from office.workdays import clock
from portal.hall.browse import OBJECTS

# 日常的说法 → 应当找到的事项（几项里有一项就行）。新人想不出官方的名称，只会这样说。
NEEDS = {
    "家里困难怎么申请补助": "relief-subsistence relief-temporary-expense",
    "低保": "relief-subsistence",
    "最低生活保障": "relief-subsistence",
    "dibao": "relief-subsistence",
    "DB": "relief-subsistence",
    "家裡困難怎麼申請補助": "relief-subsistence relief-temporary-expense",
    "五保户": "relief-destitute-home",
    "家里着火了没地方住": "relief-temporary-urgent",
    "孩子没人管": "child-unattended",
    "父母在外打工留守儿童": "child-leftbehind",
    "孤儿": "child-orphan-family",
    "收养孩子": "adoption-register-foundling adoption-register-orphan adoption-register-hardship",
    "残疾补贴": "disability-living disability-nursing",
    "80岁老人补贴": "elderly-allowance",
    "老人瘫痪没人照顾": "elderly-service-disabled",
    "办养老院": "care-home-filing",
    "领结婚证": "marriage-register-mainland",
    "離婚": "marriage-divorce-apply",
    "结婚证丢了怎么补": "marriage-reissue-marriage",
    "单身证明": "marriage-record",
    "公墓": "funeral-facility-cemetery",
    "火化费能减免吗": "funeral-benefit",
    "给路起名字": "places-name",
    "小区起名": "places-building",
    "成立协会": "orgs-found",
    "成立商会": "orgs-found-trade",
    "办民办幼儿园": "services-found",
    "改社会组织名称": "orgs-change-name services-change-name foundations-change-name",
    "协会换会长": "orgs-leaders orgs-change-person",
    "社会组织年检": "orgs-annual-society orgs-annual-service",
    "募捐": "charity-fundraising charity-plan",
    "志愿者证明": "volunteer-record",
    "地保": "relief-subsistence",
    "jiehunzheng": "marriage-register-mainland",
}


@pytest.fixture
def offered(db):
    cache.clear()
    call_command("load_bureau", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    return Item.objects.open_to_citizens().published_on(clock.now().date())


@pytest.mark.clause("S1", "Z13")
def test_everyday_needs_are_found_within_three_results(offered):
    lost = []
    for said, codes in NEEDS.items():
        first = [item.code for item in offered.search(said)[:3]]
        if not set(first) & set(codes.split()):
            lost.append(f"{said} → {first}")
    assert not lost, "\n".join(lost)


@pytest.mark.clause("S1", "Z13", "D1")
def test_each_item_is_reached_by_search_questions_theme_kind_and_object(client, offered):
    leaves = {item.code: item for item in offered}
    assert len(leaves) > 90
    listed = {
        "主题": collected(client, "theme", Theme.values),
        "类别": collected(client, "kind", ItemKind.values),
        "谁来办": collected(client, "object", OBJECTS),
        "对号入座": answered(client),
        "搜名称": {code for code, item in leaves.items() if code in first_codes(offered, item.name)},
        "搜拼音": {code for code, item in leaves.items() if code in first_codes(offered, item.pinyin.split()[0], 60)},
    }
    lost = {way: sorted(leaves.keys() - codes) for way, codes in listed.items() if leaves.keys() - codes}
    assert not lost


@pytest.mark.clause("S1")
def test_what_an_item_is_also_called_finds_it(offered):
    lost = [
        f"{word} → {item.code}"
        for item in offered
        for word in item.aliases.split()
        if item.code not in first_codes(offered, word, 10)
    ]
    assert not lost, "\n".join(lost)


def first_codes(offered, text, count=3):
    return {item.code for item in offered.search(text)[:count]}


def codes_in(page):
    return set(re.findall(r'href="/items/([a-z0-9-]+)/"', page))


def collected(client, name, values):
    """一种翻法，一页一页翻到底。"""
    found = set()
    for value in values:
        number = 1
        while True:
            page = client.get(reverse("hall:items"), {name: value, "page": number}).content.decode()
            found |= codes_in(page)
            if f"page={number + 1}" not in page:
                break
            number += 1
    return found


def answered(client):
    """每一组题，每一个选项都选一遍，看走到哪里。"""
    found = set()
    for one in QuestionSet.objects.in_use():
        seen, queue = set(), [""]
        while queue:
            page = client.get(reverse("hall:which-one", args=[one.key]) + queue.pop()).content.decode()
            key = re.search(r'name="on" value="([^"]+)"', page)
            if key is None:
                found |= codes_in(page)
            elif key[1] not in seen:
                seen.add(key[1])
                before = re.findall(r'type="hidden" name="([^"]+)" value="(\d+)"', page)
                told = "".join(f"{name}={number}&" for name, number in before)
                numbers = re.findall(rf'type="radio" id="[^"]+" name="{key[1]}" value="(\d+)"', page)
                queue += [f"?{told}{key[1]}={number}" for number in numbers]
    return found
