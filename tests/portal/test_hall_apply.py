"""网上申请：从第一个字存起，到回执。"""

import datetime
import threading

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from approvals.actions import drafts, files, leftovers
from approvals.models import Case, Draft, Upload
from catalog.actions import publishing
from catalog.models import Guide
from catalog.rules import check_form
from office.papers.models import Paper
from office.workdays.rules import local
from tests.catalog import makers as catalog
from tests.makers import sign_in
from tests.portal.hall_cast import FORM, PDF, PERSON, begun, filled, go, online, photo

DAY = datetime.timedelta(days=1)


@pytest.fixture
def b(bureau):
    cache.clear()
    return online(bureau)


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.clause("D11", "S5", "Z1")
def test_an_application_goes_from_the_guide_to_a_receipt_without_an_account(client, b):
    draft = begun(client, b)
    assert "谁来申请" not in text(client.get(go(draft, "person"))), "只面向单位的事项不问是个人还是单位"
    assert client.post(go(draft, "person"), PERSON).url == go(draft, "page", key="basic")
    assert "取自您前面填的申请人信息" in text(client.get(go(draft, "page", key="basic")))
    answer = client.post(go(draft, "page", key="basic"), {"org_name": "示例协会", "why": "new"})
    assert answer.url == go(draft, "page", key="promise")
    answer = client.post(go(draft, "page", key="promise"), {"funds": "30000", "truth": "on"})
    assert answer.url == go(draft, "materials")
    answer = client.post(go(draft, "materials"), {"file-application": [photo(), photo("第二页.pdf", PDF)]})
    assert answer.url == go(draft, "check")
    check = text(client.get(go(draft, "check")))
    assert all(word in check for word in ("示例协会", "新办", "30000 元", "申请书.png", "第二页.pdf"))
    receipt = client.post(go(draft, "submit"), follow=True)
    case = Case.objects.get()
    assert case.number in text(receipt) and case.query_code in text(receipt)
    assert (case.channel, case.intake_unit, case.first_contact) == ("2", b.window, b.clerk_a)
    assert case.answers == {"org_name": "示例协会", "why": "new", "funds": "30000", "truth": True}
    given = {row.material.key: row for row in case.materials.select_related("material")}
    assert given["application"].provided and given["application"].uploads.count() == 2
    assert not given["proof"].provided
    paper = client.get(reverse("hall:paper", args=[case.number, _paper(case)]))
    assert paper["Content-Disposition"].startswith("attachment") and b"".join(paper).startswith(b"%PDF")


def _paper(case) -> int:

    return Paper.objects.about(case).of_kind("receipt").get().pk


@pytest.mark.clause("S5")
def test_a_draft_is_saved_from_the_first_page_and_resumed_by_its_link(client, b):
    draft = begun(client, b)
    answer = client.post(go(draft, "person"), {"name": "示例", "id_number": "123", "save": "1"})
    assert answer.url == reverse("hall:apply", args=[draft.token])
    elsewhere = Client()
    page = text(elsewhere.get(go(draft, "person")))
    assert 'value="示例"' in page and 'value="123"' in page
    assert "还没填好" in text(elsewhere.get(reverse("hall:apply", args=[draft.token])))


def test_an_invalid_page_is_kept_and_its_faults_are_named(client, b):
    draft = begun(client, b)
    page = text(client.post(go(draft, "person"), {**PERSON, "id_number": "110105194912310021"}))
    assert "统一社会信用代码不对" in page and 'href="#id_id_number"' in page and "<title>错误" in page
    assert drafts.read(Draft.objects.get()).person["id_number"] == "110105194912310021"


def test_resuming_never_overwrites_what_another_window_saved(client, b):
    draft = begun(client, b)
    client.post(go(draft, "page", key="basic"), {"org_name": "甲", "why": "new"})
    Client().post(go(draft, "page", key="promise"), {"funds": "1", "truth": "on"})
    client.post(go(draft, "page", key="basic"), {"org_name": "乙", "why": "new"})
    assert drafts.read(Draft.objects.get()).answers == {
        "org_name": "乙", "why": "new", "lost_on": "", "funds": "1", "truth": True,
    }  # fmt: skip


def test_an_unfinished_application_is_not_handed_in(client, b):
    draft = begun(client, b)
    client.post(go(draft, "person"), PERSON)
    assert client.post(go(draft, "submit")).url == go(draft, "check")
    page = text(client.get(go(draft, "check")))
    assert "还差一点" in page and go(draft, "page", key="basic") in page and "提交申请" not in page
    assert not Case.objects.exists()


@pytest.mark.clause("Z2")
def test_missing_materials_are_said_but_do_not_bar_the_way(client, b):
    draft = filled(client, b)
    assert "必要的材料还没有传齐" in text(client.get(go(draft, "check")))
    client.post(go(draft, "submit"))
    assert Case.objects.get().state == "received"


def test_submitting_twice_makes_one_case(client, b):
    draft = filled(client, b)
    first, second = client.post(go(draft, "submit")), client.post(go(draft, "submit"))
    assert first.url == second.url == go(draft, "receipt")
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_submissions_make_one_case(bureau):
    cache.clear()
    b, client = online(bureau), Client()
    draft = filled(client, b)
    start = threading.Barrier(2)

    def press():
        start.wait()
        again = Client()
        again.cookies = client.cookies
        again.post(go(draft, "submit"))
        connection.close()

    hands = [threading.Thread(target=press) for _ in range(2)]
    [hand.start() for hand in hands]
    [hand.join() for hand in hands]
    assert Case.objects.count() == 1


def test_the_query_code_is_shown_only_where_the_draft_was_filled_in(client, b):
    draft = filled(client, b)
    client.post(go(draft, "submit"))
    code = Case.objects.get().query_code
    assert code in text(client.get(go(draft, "receipt")))
    stranger = Client()
    answer = stranger.get(go(draft, "receipt"))
    assert answer.url == reverse("hall:track")
    stranger.post(go(draft, "submit"))
    assert code not in text(stranger.get(go(draft, "receipt"), follow=True))


def test_a_submitted_draft_keeps_no_personal_data(client, b):
    draft = filled(client, b)
    client.post(go(draft, "submit"))
    draft.refresh_from_db()
    assert drafts.read(draft) == drafts.Content()
    assert client.get(go(draft, "person")).url == go(draft, "receipt")


@pytest.mark.clause("D11")
def test_a_signed_in_citizens_draft_is_his_alone(client, b):
    client.force_login(b.citizen)
    draft = filled(client, b)
    assert draft.user == b.citizen
    assert "示例登记" in text(client.get(reverse("hall:space")))
    other = Client()
    assert other.get(go(draft, "person")).status_code == 404
    other.force_login(b.other_citizen)
    assert other.get(go(draft, "check")).status_code == 404
    client.post(go(draft, "submit"))
    assert Case.objects.get().user == b.citizen


def test_deleting_a_draft_is_asked_soft_and_announced(client, b):
    draft = filled(client, b)
    assert "要删除这份草稿吗" in text(client.get(go(draft, "discard")))
    assert "草稿已删除" in text(client.post(go(draft, "discard"), follow=True))
    assert client.get(reverse("hall:apply", args=[draft.token])).status_code == 404
    assert Draft.objects.get().discarded_at


def test_a_new_guide_is_offered_before_handing_in(client, b):
    draft = filled(client, b)
    newer = publishing.draft_from(item=b.item, by=b.editor, at=b.at, guide=b.guide)
    today = Guide.objects.get(pk=b.guide.pk).effective_from.replace(month=3, day=2)
    catalog.publish(b, newer, today)
    answer = client.post(go(draft, "submit"), follow=True)
    assert "办事指南已经更新" in text(answer) and not Case.objects.exists()
    client.post(go(draft, "renew"))
    client.post(go(draft, "submit"))
    assert Case.objects.get().guide == newer


# 上传 -----------------------------------------------------------------

HOSTILE = {
    "空.pdf": b"",
    "网页.html": b"<html><script>alert(1)</script></html>",
    "图.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "程序.exe": b"MZ\x90\x00",
    "假.pdf": b"MZ\x90\x00",
    "假.png": b"%PDF-1.7",
    "真图假名.php": b"\x89PNG\r\n\x1a\n1234",
    "真图假名.png.html": b"\x89PNG\r\n\x1a\n1234",
    "前面有空格.pdf": b" %PDF-1.7",
    "压缩.zip": b"PK\x03\x04",
    "动图.gif": b"GIF89a",
    "脚本.pdf.js": b"%PDF-1.7",
    "没有扩展名": b"%PDF-1.7",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_not_what_it_says_is_refused_kindly(client, b, name):
    draft = begun(client, b)
    page = text(client.post(go(draft, "materials"), {"file-application": photo(name, HOSTILE[name])}))
    assert "有的文件没有收下" in page and 'href="#file-application"' in page
    assert not Upload.objects.exists()


def test_a_file_over_ten_megabytes_is_refused_and_the_others_are_kept(client, b):
    draft = begun(client, b)
    large = photo("大.pdf", b"%PDF-1.7" + b"0" * (10 * 1024 * 1024))
    page = text(client.post(go(draft, "materials"), {"file-application": [large, photo()]}))
    assert "超过 10 MB" in page and Upload.objects.get().name == "申请书.png"


def test_limits_are_said_before_choosing(client, b):
    page = text(client.get(go(begun(client, b), "materials")))
    assert "每个文件不超过 10 MB" in page and "PDF、JPG、PNG" in page


def test_the_same_file_again_is_the_same_upload_and_ten_are_enough(client, b):
    draft = begun(client, b)
    for _time in range(2):
        client.post(go(draft, "materials"), {"file-application": photo(), "upload": "1"})
    assert Upload.objects.count() == 1
    many = [photo(f"{n}.pdf", PDF + bytes([n])) for n in range(11)]
    assert "最多传 10 个文件" in text(client.post(go(draft, "materials"), {"file-application": many}))
    assert Upload.objects.count() == 10


def test_a_file_for_an_unlisted_material_is_refused(client, b):
    draft = begun(client, b)
    client.post(go(draft, "materials"), {"file-other": photo()})
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\照片\\申请.png", "申请.png"),
        ("a\u202egnp.exe\r\nX: 1.png", "agnp.exeX: 1.png"),
        ("长" * 300 + ".png", "长" * 100 + "…" + "长" * 12 + ".png"),
    ],
)
def test_file_names_lose_paths_and_tricks(given, kept):
    assert files.clean_name(given) == kept


def test_files_come_back_only_as_attachments_and_only_to_those_who_may(client, b):
    draft = begun(client, b)
    client.post(go(draft, "materials"), {"file-application": photo("<b>证.png"), "upload": "1"})
    upload = Upload.objects.get()
    answer = client.get(go(draft, "file", pk=upload.pk))
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''%3Cb%3E%E8%AF%81.png"
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Type"] == "image/png"
    assert client.get(reverse("hall:file", args=[upload.pk])).status_code == 404, "草稿的文件不走办件的门"
    other = begun(Client(), b)
    assert client.get(go(other, "file", pk=upload.pk)).status_code == 404
    assert "申请书" not in str(upload.file.name) and "证" not in str(upload.file.name)


@pytest.mark.clause("D14")
def test_a_cases_files_open_to_the_applicant_and_the_staff_who_see_the_case(client, b):
    draft = filled(client, b)
    client.post(go(draft, "materials"), {"file-application": photo()})
    client.post(go(draft, "submit"))
    page = reverse("hall:file", args=[Upload.objects.get().pk])
    assert client.get(page).status_code == 200
    for user, status in ((b.clerk_b, 200), (b.chief, 200), (b.stranger, 404), (b.other_citizen, 404)):
        someone = Client()
        sign_in(someone, user)
        assert someone.get(page).status_code == status, user
    assert Client().get(page).status_code == 404


def test_a_file_is_removed_only_from_a_draft(client, b):
    draft = filled(client, b)
    client.post(go(draft, "materials"), {"file-application": [photo(), photo("二.pdf", PDF)]})
    first, second = Upload.objects.order_by("pk")
    assert "已移除" in text(client.post(go(draft, "remove", pk=first.pk), follow=True))
    client.post(go(draft, "submit"))
    client.post(go(draft, "remove", pk=second.pk))
    assert Upload.objects.get() == second


def test_start_and_deeds_are_post_only(client, b):
    draft = begun(client, b)
    for url in (reverse("hall:apply-start", args=[b.item.code]), go(draft, "submit"), go(draft, "renew")):
        assert client.get(url).status_code == 405


def test_conditional_pages_appear_and_disappear(client, b):
    draft = filled(client, b)
    client.post(go(draft, "page", key="basic"), {"org_name": "甲", "why": "lost", "lost_on": "2026-01-31"})
    assert client.get(go(draft, "page", key="lost")).status_code == 200
    assert client.post(go(draft, "submit")).url == go(draft, "check")
    client.post(go(draft, "page", key="basic"), {"org_name": "甲", "why": "new"})
    assert client.get(go(draft, "page", key="lost")).status_code == 404
    client.post(go(draft, "submit"))
    assert set(Case.objects.get().answers) == {"org_name", "why", "funds", "truth"}


def test_an_edit_from_the_check_page_comes_back_to_it(client, b):
    draft = filled(client, b)
    page = go(draft, "page", key="basic") + "?from=check"
    assert page in text(client.get(go(draft, "check")))
    assert client.post(page, {"org_name": "甲", "why": "new"}).url == go(draft, "check")


def test_form_definition_used_here_is_sound():

    assert check_form(FORM) == []


@pytest.mark.clause("S5", "Z19")
def test_what_was_never_handed_in_is_told_and_then_deleted(client, b, django_capture_on_commit_callbacks):
    """九十天没有动的、删除了三十天的，连文件一起删净；交了的、刚存过的留着；登录过的提前七天告诉一次。"""

    def here(draft):
        return reverse("hall:apply", args=[draft.token])

    sign_in(client, b.citizen)
    left, kept, thrown = begun(client, b), begun(client, b), begun(client, b)
    client.post(go(left, "materials"), {"file-application": [photo()]})
    client.post(go(thrown, "discard"))
    left.refresh_from_db()
    stored, at = left.uploads.get().file, left.saved_at
    assert f"存到 {local(at + 90 * DAY):%Y-%m-%d}" in text(client.get(here(left)))
    Draft.objects.filter(pk=kept.pk).update(saved_at=at + 60 * DAY)
    with django_capture_on_commit_callbacks(execute=True):
        assert leftovers.clear(at=at + 29 * DAY) == 0
        assert leftovers.clear(at=at + 31 * DAY) == 1 and not Draft.objects.filter(pk=thrown.pk).exists()
        assert (leftovers.remind(at=at + 82 * DAY), leftovers.remind(at=at + 84 * DAY)) == (0, 1)
        assert leftovers.remind(at=at + 85 * DAY) == 0, "只告诉一次"
        assert "草稿快要删除" in text(client.get(reverse("hall:inbox")))
        assert stored.storage.exists(stored.name) and leftovers.clear(at=at + 91 * DAY) == 1
    assert not stored.storage.exists(stored.name) and not Upload.objects.exists()
    assert client.get(here(left)).status_code == 404 and client.get(here(kept)).status_code == 200
    assert "90 天没有动的自动删净" in text(client.get(reverse("hall:privacy")))
