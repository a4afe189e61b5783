"""各种字段：表格、多选、地区、附件、条件页、校验；从大厅和窗口的真门进去。"""

import pytest
from django.db import connection
from django.urls import reverse

from approvals.actions import drafts
from approvals.models import Case, Draft, Upload
from catalog.rules import check_form
from portal.forms import builder
from tests.portal import hall_cast
from tests.portal.desks import at_desk
from tests.portal.hall_cast import FAMILY, HOME, PDF, PERSON, PNG, begun, go, photo
from tests.portal.hall_cast import RICH as FORM


@pytest.fixture
def b(bureau):
    assert check_form(FORM) == []
    found = hall_cast.casework.item_with_guide(bureau, form=FORM)
    found.item.audiences = ["1", "4"]
    found.item.save()
    return found


@pytest.fixture
def draft(client, b) -> Draft:
    draft = begun(client, b)
    client.post(go(draft, "person"), PERSON)
    return draft


def page(draft, key):
    return go(draft, "page", key=key)


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.clause("S5")
def test_a_whole_application_with_a_table_and_a_file(client, b, draft):
    assert "照实填" in text(client.get(page(draft, "home")))
    answer = client.post(page(draft, "home"), HOME)
    assert answer.url == page(draft, "proof"), answer.context and answer.context["form"].errors
    answer = client.post(page(draft, "proof"), {"since": "2026-01-02", "photo": photo("病历.png")})
    assert answer.url == page(draft, "end")
    client.post(page(draft, "end"), {"truth": "on"})

    seen = text(client.get(go(draft, "check")))
    assert all(word in seen for word in ("赤坎区", "救助金", "张示例", "配偶", "1500.5 元", "病历.png"))
    assert '<th scope="col">姓名</th>' in seen and 'data-label="姓名"' in seen
    client.post(go(draft, "submit"))
    case, upload = Case.objects.get(), Upload.objects.get()
    assert case.answers == {
        "place": "440802", "needs": ["money"], "since": "2026-01-02", "truth": True,
        "family": [{"name": "张示例", "number": "11010519491231002X", "tie": "spouse", "income": "1500.5"}],
        "photo": [{"name": "病历.png", "digest": upload.digest}],
    }  # fmt: skip
    assert (upload.case, upload.case_material) == (case, None)
    assert client.get(reverse("hall:file", args=[upload.pk])).status_code == 200

    at_desk(client, b.clerk_a)
    shown = text(client.get(reverse("desk:case", args=[case.number])))
    assert "110*************2X" in shown and "11010519491231002X" not in shown, "表格里的号码平时也遮住"
    assert reverse("hall:file", args=[upload.pk]) in shown
    assert client.get(reverse("hall:file", args=[upload.pk])).status_code == 200
    client.logout()
    client.cookies.clear()
    assert client.get(reverse("hall:file", args=[upload.pk])).status_code == 404


def test_answers_are_not_readable_in_the_database(client, b, draft):
    client.post(page(draft, "home"), HOME)
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM approvals_draft")
        assert "张示例" not in cursor.fetchone()[0]


# 表格 -----------------------------------------------------------------


@pytest.mark.clause("S5")
def test_another_row_keeps_what_was_typed(client, draft):
    answer = client.post(page(draft, "home"), {**HOME, "place": "", "family-0-number": "错的", "more": "family"})
    seen = text(answer)
    assert answer.status_code == 200 and "还差一点" not in seen, "再加一行不是交，先不说对错"
    assert 'name="family-2-name"' in seen and 'value="错的"' in seen and 'value="1500.5"' in seen
    assert drafts.read(Draft.objects.get()).pages_done == ["*person"]
    seen = text(client.get(page(draft, "home")))
    assert 'value="错的"' in seen, "存在草稿里，回来还在"


def test_a_table_has_no_more_rows_than_it_may(client, draft):
    rows = {f"family-{n}-name": f"第{n}人" for n in range(10_000 // 20)}
    seen = text(client.post(page(draft, "home"), {**HOME, **rows, "more": "family"}))
    assert 'name="family-3-name"' in seen and 'name="family-4-name"' not in seen and "已到最多的行数" in seen


def test_ten_thousand_rows_are_refused_whole(client, draft):
    rows = {f"family-{n}-name": "人" for n in range(10_000)}
    assert client.post(page(draft, "home"), {**HOME, **rows}).status_code == 400
    assert drafts.read(Draft.objects.get()).answers.get("family") is None


def test_wrong_cells_are_named_and_linked(client, draft):
    wrong = {
        "family-0-number": "123",
        "family-2-name": "李示例",
        "family-2-tie": "neighbour",
        "family-2-income": "100001",
    }
    seen = text(client.post(page(draft, "home"), {**HOME, **wrong}))
    assert '<a href="#id_family-0-number">第 1 行：身份证号码不对' in seen
    assert '<a href="#id_family-2-tie">第 3 行：' in seen
    assert '<a href="#id_family-2-income">第 3 行：“月收入（元）”不能多于 100000。' in seen
    assert 'aria-describedby="id_family-0-number_error"' in seen


def test_faults_of_the_whole_table(client, draft):
    empty = {key: value for key, value in HOME.items() if not key.startswith("family")}
    assert '<a href="#id_family-0-name">请填写“家庭成员”。' in text(client.post(page(draft, "home"), empty))
    twice = {"family-1-name": "张示例", "family-1-tie": "child"}
    assert "“家庭成员”各行的“姓名”不能重复。" in text(client.post(page(draft, "home"), {**HOME, **twice}))


def test_least_rows_count():
    spec = {**FAMILY, "min_rows": 2, "required": False}
    one_row = {"pages": [{"key": "p", "title": "页", "fields": [spec]}]}
    form = builder.page_form(one_row, one_row["pages"][0], {}, {"family-0-name": "张示例", "family-0-tie": "child"})
    assert form.errors == {"family": ["至少填 2 行，现在是 1 行。"]}
    assert builder.page_form(one_row, one_row["pages"][0], {}, {}).is_valid(), "选填的表可以一行不填"


# 条件与校验 -----------------------------------------------------------


@pytest.mark.clause("S5")
def test_a_page_whose_condition_fails_is_skipped_and_its_answers_dropped(client, b, draft):
    client.post(page(draft, "home"), HOME)
    client.post(page(draft, "proof"), {"since": "2026-01-02", "photo": photo("病历.png")})
    answer = client.post(page(draft, "home"), {**HOME, "needs": ["other"], "other": "轮椅"})
    assert answer.url == page(draft, "end")
    assert client.get(page(draft, "proof")).status_code == 404
    client.post(page(draft, "end"), {"truth": "on"})
    client.post(go(draft, "submit"))
    assert set(Case.objects.get().answers) == {"place", "needs", "other", "family", "truth"}
    assert Upload.objects.get().case is None, "用不着的附件不交上来"


def test_a_condition_may_ask_several_fields_of_earlier_pages(client, draft):
    client.post(page(draft, "home"), HOME)
    assert "大家庭说明" not in text(client.get(page(draft, "end")))
    client.post(page(draft, "home"), {**HOME, "family-1-name": "李示例", "family-1-tie": "child"})
    assert "大家庭说明" in text(client.get(page(draft, "end")))


def test_a_condition_on_this_page_is_said_in_words_and_given_to_the_script(client, draft):
    seen = text(client.get(page(draft, "home")))
    assert "“要什么帮助”为“其他”时才填。" in seen
    assert 'data-when="{&quot;field&quot;: &quot;needs&quot;' in seen


def test_a_date_of_tomorrow_is_refused_where_today_is_the_limit(client, draft):
    client.post(page(draft, "home"), HOME)
    seen = text(client.post(page(draft, "proof"), {"since": "2099-01-01", "photo": photo("病历.png")}))
    assert "“从哪天起”不能晚于今天。" in seen and "病历.png" in seen, "文件已经收下，不用再选一遍"


# 附件 -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (photo("病历.pdf", PDF), "这里只收 JPG、PNG"),
        (photo("病历.png", b"MZ" + b"0" * 99), "不是 PDF、JPG 或 PNG"),
        (photo("病历.png", b""), "是空的"),
    ],
)
def test_a_file_that_cannot_be_taken_is_explained(client, draft, given, said):
    client.post(page(draft, "home"), HOME)
    seen = text(client.post(page(draft, "proof"), {"since": "2026-01-02", "photo": given}))
    assert said in seen and "请上传“病历照片”。" in seen and not Upload.objects.exists()


def test_files_are_uploaded_and_removed_without_losing_the_rest(client, draft):
    client.post(page(draft, "home"), HOME)
    seen = text(client.post(page(draft, "proof"), {"since": "昨天", "photo": photo("一.png"), "upload": "photo"}))
    upload = Upload.objects.get()
    assert "一.png" in seen and 'value="昨天"' in seen
    seen = text(client.post(page(draft, "proof"), {"since": "昨天", "remove": upload.pk}))
    assert "已移除" in seen and 'value="昨天"' in seen and not Upload.objects.exists()


def test_no_more_files_than_allowed(client, draft):
    client.post(page(draft, "home"), HOME)
    three = [photo(f"{n}.png", PNG + bytes([n])) for n in range(3)]
    seen = text(client.post(page(draft, "proof"), {"since": "2026-01-02", "photo": three}))
    assert "每份材料最多传 2 个文件" in seen and Upload.objects.count() == 2


def test_a_file_list_cannot_be_forged(client, draft):
    client.post(page(draft, "home"), HOME)
    forged = '[{"name": "x", "digest": "y"}]'
    seen = text(client.post(page(draft, "proof"), {"since": "2026-01-02", "photo": forged}))
    assert "请上传“病历照片”。" in seen
    other = {"form.photo": photo("甲.png"), "application": photo("乙.png"), "elsewhere": photo("丙.png")}
    client.post(page(draft, "proof"), {"since": "2026-01-02", **other})
    assert not Upload.objects.exists()


def test_nobody_removes_the_file_of_another(client, b, draft):
    client.post(page(draft, "home"), HOME)
    client.post(page(draft, "proof"), {"photo": photo("我的.png"), "upload": "photo"})
    mine = Upload.objects.get()
    other = begun(client, b)
    client.post(page(other, "home"), HOME)
    assert client.post(page(other, "proof"), {"remove": mine.pk}).status_code == 404
    assert Upload.objects.get() == mine


# 攻击 -----------------------------------------------------------------


def test_unknown_and_wrong_typed_fields_change_nothing(client, b, draft):
    odd = {**HOME, "place": ["440802", "440899"], "truth": "on", "stranger": "x", "family": "[]",
           "family-0-secret": "x", "family--1-name": "x", "family-00-name": "x"}  # fmt: skip
    seen = text(client.post(page(draft, "home"), odd))
    assert "还差一点" in seen, "最后一个值说了算，它不在区划表里"
    answers = drafts.read(Draft.objects.get()).answers
    assert set(answers) == {"place", "needs", "other", "family", "photo"} and "secret" not in answers["family"][0]


@pytest.mark.parametrize(
    "junk", [{"place": "x" * 10**6}, {"needs": ["x" * 10**5] * 9}, {"family-0-name": "长" * 10**5}]
)
def test_huge_values_are_answered_and_not_kept(client, draft, junk):
    assert client.post(page(draft, "home"), {**HOME, **junk}).status_code == 200
    assert len(Draft.objects.get().content) < 40_000


# 窗口 -----------------------------------------------------------------


@pytest.fixture
def desk(client, b):
    at_desk(client, b.clerk_a)
    return reverse("desk:receive", args=[b.item.code])


def at_window(**fields):
    told = {f"answers-{key}": value for key, value in (HOME | {"since": "2026-01-02", "truth": "on"}).items()}
    return {**told, **PERSON, "provided": ["application"], "unit": "zj-window", "key": "one", **fields}


@pytest.mark.clause("S5")
def test_the_window_takes_the_same_form_on_one_page(client, desk):
    answer = client.post(desk, at_window())
    assert answer.status_code == 302, answer.context["answers"].errors
    case = Case.objects.get()
    assert case.answers["family"][0]["name"] == "张示例" and "photo" not in case.answers, "附件在窗口可以交纸质的"
    assert case.answers["needs"] == ["money"] and case.answers["since"] == "2026-01-02"


def test_the_window_may_scan_an_attachment(client, desk):
    client.post(desk, at_window(**{"answers-photo": photo("病历.png")}))
    case, upload = Case.objects.get(), Upload.objects.get()
    assert upload.case == case and case.answers["photo"] == [{"name": "病历.png", "digest": upload.digest}]


def test_a_bad_scan_at_the_window_takes_nothing_in(client, desk):
    seen = text(client.post(desk, at_window(**{"answers-photo": photo("病历.pdf", PDF)})))
    assert "这里只收 JPG、PNG" in seen and not Case.objects.exists() and not Upload.objects.exists()


def test_another_row_at_the_window_keeps_everything(client, desk):
    seen = text(client.post(desk, at_window(more="family", name="示例", **{"answers-place": "440803"})))
    assert 'name="answers-family-2-name"' in seen and 'value="张示例"' in seen and not Case.objects.exists()
    assert 'value="440803" selected' in seen and 'value="money" id="id_answers-needs_1" checked' in seen
    assert 'value="application" id="id_provided_0" checked' in seen and "错误" not in seen.split("<main")[1]


def test_a_page_condition_holds_at_the_window_too(client, desk):
    client.post(desk, at_window(**{"answers-needs": ["other"], "answers-other": "轮椅", "answers-since": "乱写"}))
    assert "since" not in Case.objects.get().answers
