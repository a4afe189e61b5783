"""在后台配材料的空白表：不写 JSON，一行一格；抄一张再改；存不得的说清楚。"""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.actions import forming
from catalog.models import Guide
from catalog.rules.forms import OF_ITEM
from catalog.rules.forms.outline import pages_from, rows_of
from office.steps import NotNow
from tests import makers as people
from tests.catalog import makers
from tests.catalog.test_material_sheets import FORM, PROMISE


@pytest.fixture
def draft(bureau, client):
    guide = makers.draft(bureau, makers.item(bureau), form=FORM)
    guide.materials.update(source="agency_form")
    people.sign_in(client, bureau.editor)
    return guide


def address(guide):
    return reverse("admin:catalog_guide_sheet", args=[guide.pk, "application"])


def posted(client, guide, **changes):
    """照页面上的样子交回去，改几格。"""
    return client.post(address(guide), {**whole(client.get(address(guide)).context["form"]), **changes})


def whole(form) -> dict:
    """页面上现在的样子。"""
    told = {}
    for name, field in form.fields.items():
        value = form[name].value() or ""
        if name.startswith("rows"):
            context = field.widget.get_context(name, value, {})["widget"]
            told[f"{name}-total"] = context["total"]
            for number, row in enumerate(value):
                shown = {column.key for column in field.columns}
                at = f"{name}-{number}"
                told |= {f"{at}-{key}": "on" if one is True else one for key, one in row.items() if key in shown}
                told[f"{at}-rest"] = context["rows"][number]["rest"]
        else:
            told[name] = value
    return told


@pytest.mark.parametrize("rest", ['{"when": {}}', '{"key": ["x"]}', "[]", "{"])
def test_what_is_carried_wrongly_is_a_new_page(client, draft, rest):
    row = {"rows0-0-label": "姓名", "rows0-0-kind": "text"}
    assert posted(client, draft, what="own", title0="承诺", rest0=rest, **row).status_code in (302, 422)


@pytest.mark.clause("D2")
def test_a_sheet_is_made_in_the_admin_without_code(client, bureau, draft):
    page = client.get(reverse("admin:catalog_guide_change", args=[draft.pk])).content.decode()
    assert address(draft) in page and "还没有空白表" in page, "没有配的，写在还不能提交的理由里"
    answer = posted(
        client, draft, what="own", title0="承诺", help0="本人承诺：\r\n一、如实填写。", signed="承诺人（签名）",
        needs_check="版式待核对", **{
            "rows0-0-label": "姓名", "rows0-0-kind": "text", "rows0-0-required": "on", "rows0-0-sample": "赵申请",
            "rows0-1-label": "名单", "rows0-1-kind": "table", "rows0-1-inside": "姓名\r\n关系",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    name = {"key": "xing_ming", "kind": "text", "label": "姓名", "required": True, "sample": "赵申请"}
    columns = [
        {"key": "xing_ming", "kind": "text", "label": "姓名"},
        {"key": "guan_xi", "kind": "text", "label": "关系"},
    ]
    listed = {"key": "ming_dan", "kind": "table", "label": "名单", "columns": columns}
    told = {"key": "cheng_nuo", "title": "承诺", "help": "本人承诺：\n一、如实填写。", "fields": [name, listed]}
    expected = {"pages": [told], "signed": ["承诺人（签名）"], "needs_check": "版式待核对"}
    assert draft.materials.get().form == expected
    assert posted(client, draft).status_code == 302
    assert draft.materials.get().form == expected, "什么也没改，存一次还是那样"
    page = client.get(address(draft)).content.decode()
    proof = reverse("admin:sheets_proof", args=[draft.pk, "application", "sample"])
    assert "落款：承诺人（签名）" in page and proof in page
    answer = client.get(proof)
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"], "发布以前先看打样"
    assert posted(client, draft, **{"rows0-1-gone": "on"}).status_code == 302
    assert [field["key"] for field in draft.materials.get().form["pages"][0]["fields"]] == ["xing_ming"]
    assert posted(client, draft, what="item").status_code == 302
    assert draft.materials.get().form == OF_ITEM


@pytest.mark.clause("D2")
def test_what_is_wrong_is_said_on_the_page_and_nothing_is_kept(client, bureau, draft):
    answer = posted(client, draft, what="own", title0="承诺")
    assert answer.status_code == 422 and "没有字段" in answer.content.decode()
    draft.form = {}
    draft.save()
    answer = posted(client, draft, what="item")
    assert answer.status_code == 422 and "可是本事项没有申请表" in answer.content.decode()
    assert draft.materials.get().form == {}
    assert client.get(reverse("admin:sheets_proof", args=[draft.pk, "application", "blank"])).status_code == 404


@pytest.mark.clause("D2")
def test_an_existing_sheet_is_copied(client, bureau, draft):
    other = makers.draft(bureau, makers.item(bureau, "other"), form=FORM)
    other.materials.update(form=PROMISE)
    makers.publish(bureau, other)
    form = client.get(address(draft)).context["form"]
    (key,) = form.known
    assert posted(client, draft, what="like").status_code == 422
    assert posted(client, draft, what="like", like=key).status_code == 302
    assert draft.materials.get().form == PROMISE


@pytest.mark.clause("D1")
def test_a_change_voids_the_check_and_saving_the_same_does_not(client, bureau, draft):
    draft.materials.update(form=PROMISE)
    guide = makers.checked(bureau, draft)
    assert posted(client, guide).status_code == 302
    assert Guide.objects.get(pk=guide.pk).state == "checked"
    assert posted(client, guide, signed="本人").status_code == 302
    assert Guide.objects.get(pk=guide.pk).state == "draft"
    guide = makers.publish(bureau, Guide.objects.get(pk=guide.pk))
    answer = client.get(address(guide))
    assert answer.status_code == 302, "发布过的不能改"


UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FIELDS = st.lists(
    st.fixed_dictionaries(
        {"label": st.sampled_from(["姓名", "名单", "1", "a"]), "kind": st.sampled_from(["text", "choice", "table"])},
        optional={"inside": st.sampled_from(["", "有\n没有", "有\n有", "栏"]), "help": st.just("说明")},
    ),
    max_size=5,
)


@UNHURRIED
@given(FIELDS)
def test_rows_and_fields_go_both_ways(rows):
    """随便几行：键不重复；再写成行、再拼回来，一样。"""
    (made,) = pages_from([rows])
    keys = [field["key"] for field in made]
    assert len(set(keys)) == len(keys)
    assert pages_from([rows_of({"fields": made})]) == [made]


@UNHURRIED
@given(FIELDS, FIELDS, FIELDS, st.integers(0, 5))
def test_new_rows_never_take_a_key_that_is_there(first, second, fresh, place):
    """两页都存过，再在前一页里插几行新的：原来各格的键一个不变。"""
    before = pages_from([first, second])
    rows = [rows_of({"fields": fields}) for fields in before]
    place = min(place, len(rows[0]))
    after = pages_from([[*rows[0][:place], *fresh, *rows[0][place:]], rows[1]])
    kept = [*after[0][:place], *after[0][place + len(fresh) :]]
    assert (kept, after[1]) == (before[0], before[1])
    keys = [field["key"] for fields in after for field in fields]
    assert len(set(keys)) == len(keys)


# 两个人一起改 --------------------------------------------------------------


def two_pages(**titles):
    pages = [{"key": key, "title": title, "fields": [{"key": f"{key}_name", "kind": "text", "label": "姓名"}]}
             for key, title in titles.items()]  # fmt: skip
    return {"pages": pages}


@pytest.mark.clause("D2")
def test_two_editors_of_one_sheet_do_not_mix_pages(client, bureau, draft):
    """乙打开以后，甲删了第一页：乙存的不会把第一页的话写到第二页的键上；再存一次才照乙的。"""
    draft.materials.update(form=two_pages(first="头一页", second="第二页"))
    page = client.get(address(draft)).context
    told = whole(page["form"]) | {"opened": page["opened"]}
    gone = {"title0": "", "rows0-total": "0"}
    assert client.post(address(draft), {**told, **gone}).status_code == 302
    assert [one["key"] for one in draft.materials.get().form["pages"]] == ["second"]
    late = client.post(address(draft), {**told, "title0": "改了的头一页", "help0": "乙写的话"})
    assert late.status_code == 422 and "别人刚改过" in late.content.decode()
    assert "改了的头一页" in late.content.decode() and "乙写的话" in late.content.decode(), "填的还在"
    assert [(one["key"], one["title"]) for one in draft.materials.get().form["pages"]] == [("second", "第二页")]
    again = whole(late.context["form"]) | {"opened": late.context["opened"]}
    assert client.post(address(draft), {**told, **again}).status_code == 302
    now = [(one["key"], one["title"]) for one in draft.materials.get().form["pages"]]
    assert now == [("first", "改了的头一页"), ("second", "第二页")]


@pytest.mark.clause("D2")
def test_a_page_keeps_its_condition(client, bureau, draft):
    sheet = two_pages(first="头一页", second="第二页")
    sheet["pages"][0]["fields"][0] |= {"kind": "choice", "choices": [["a", "甲"], ["b", "乙"]]}
    sheet["pages"][1]["when"] = {"field": "first_name", "equals": "a"}
    draft.materials.update(form=sheet)
    assert posted(client, draft, signed="本人").status_code == 302
    assert draft.materials.get().form == {**sheet, "signed": ["本人"]}


@pytest.mark.clause("D2")
def test_a_material_gone_meanwhile_is_said_and_nothing_breaks(bureau, draft):
    """打开以后材料删了、指南发布了：说一句话，不出错。"""
    Guide.objects.get(pk=draft.pk).materials.all().delete()
    with pytest.raises(NotNow, match="这份材料已经不在这一版里"):
        forming.set_sheet(
            guide=draft, material="application", change=lambda old: PROMISE, by=bureau.editor, at=bureau.at
        )


@pytest.mark.clause("D2")
def test_a_sheet_is_checked_against_the_form_as_it_is_now(bureau, draft):
    """核对用锁住以后读到的：请求里读到的申请表刚被删去，就不能说“就是本事项的申请表”。"""
    stale = Guide.objects.get(pk=draft.pk)
    Guide.objects.filter(pk=draft.pk).update(form={})
    with pytest.raises(forming.Faulty, match="可是本事项没有申请表"):
        forming.set_sheet(
            guide=stale, material="application", change=lambda old: OF_ITEM, by=bureau.editor, at=bureau.at
        )
    assert draft.materials.get().form == {}


@pytest.mark.clause("D2")
def test_what_is_wrong_on_the_second_page_is_not_folded_away(client, bureau, draft):
    """毛病在第二页的，第二页开着；各页的格子叫得出是哪一页。"""
    draft.materials.update(form=two_pages(first="头一页", second="第二页"))
    page = client.get(address(draft)).content.decode()
    assert page.count('<details class="disclose" open>') == 1
    assert "第 1 页的格子" in page and "第 2 页的格子" in page and "第 2 页页首的话" in page
    answer = posted(client, draft, title1="长" * 101)
    assert answer.status_code == 422
    assert answer.content.decode().count('<details class="disclose" open>') == 2
