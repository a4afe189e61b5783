"""在后台配材料的空白表：不写 JSON，一行一格；抄一张再改；存不得的说清楚。"""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Guide
from catalog.rules.forms import OF_ITEM
from catalog.rules.forms.outline import fields_from, rows_of
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
    form = client.get(address(guide)).context["form"]
    told = {}
    for name, field in form.fields.items():
        value = form.initial.get(name, "")
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
    return client.post(address(guide), {**told, **changes})


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


FIELDS = st.lists(
    st.fixed_dictionaries(
        {"label": st.sampled_from(["姓名", "名单", "1", "a"]), "kind": st.sampled_from(["text", "choice", "table"])},
        optional={"inside": st.sampled_from(["", "有\n没有", "有\n有", "栏"]), "help": st.just("说明")},
    ),
    max_size=5,
)


@given(FIELDS)
def test_rows_and_fields_go_both_ways(rows):
    """随便几行：键不重复；再写成行、再拼回来，一样。"""
    made = fields_from(rows, set())
    keys = [field["key"] for field in made]
    assert len(set(keys)) == len(keys)
    assert fields_from(rows_of({"fields": made}), set()) == made
