"""大厅的网址：一个网址一件事，改动都用 POST。"""

from django.urls import path

from portal.hall.views import (
    account,
    apply,
    apply_pages,
    contacts,
    crawling,
    embed,
    forms,
    guide,
    home,
    papers,
    rating,
    space,
    track,
    verify,
    which,
)

app_name = "hall"
urlpatterns = [
    path("", home.home, name="home"),
    path("sitemap.xml", crawling.sitemap, name="sitemap"),
    path("robots.txt", crawling.robots, name="robots"),
    path("items/", home.items, name="items"),
    path("items/suggest/", home.suggest, name="suggest"),
    path("items/<slug:code>/", guide.guide, name="guide"),
    path("items/<slug:code>/guide.pdf", guide.leaflet, name="leaflet"),
    path("items/<slug:code>/form/blank.pdf", forms.blank, name="form-blank"),
    path("items/<slug:code>/form/sample.pdf", forms.sample, name="form-sample"),
    path("embed/guide/<slug:code>/", embed.guide, name="embed"),
    path("items/<slug:code>/start/", apply.start, name="apply-start"),
    path("which/", which.sets, name="which"),
    path("which/<slug:key>/", which.one, name="which-one"),
    path("privacy/", home.privacy, name="privacy"),
    # 申请
    path("apply/<slug:token>/", apply.overview, name="apply"),
    path("apply/<slug:token>/person/", apply.person, name="apply-person"),
    path("apply/<slug:token>/page/<slug:key>/", apply_pages.page, name="apply-page"),
    path("apply/<slug:token>/materials/", apply_pages.materials, name="apply-materials"),
    path("apply/<slug:token>/files/<int:pk>/", papers.draft_file, name="apply-file"),
    path("apply/<slug:token>/files/<int:pk>/remove/", apply_pages.remove, name="apply-remove"),
    path("apply/<slug:token>/check/", apply.check, name="apply-check"),
    path("apply/<slug:token>/renew/", apply.renew, name="apply-renew"),
    path("apply/<slug:token>/discard/", apply.discard, name="apply-discard"),
    path("apply/<slug:token>/submit/", apply.submit, name="apply-submit"),
    path("apply/<slug:token>/receipt/", apply.receipt, name="apply-receipt"),
    # 查进度
    path("track/", track.find, name="track"),
    path("track/<slug:number>/", track.case, name="track-case"),
    path("track/<slug:number>/application.pdf", forms.application, name="application"),
    path("track/<slug:number>/supplement/", track.supplement, name="supplement"),
    path("track/<slug:number>/withdraw/", track.withdraw, name="withdraw"),
    path("track/<slug:number>/rate/", rating.rate, name="rate"),
    path("track/<slug:number>/papers/<int:pk>/", papers.paper, name="paper"),
    path("files/<int:pk>/", papers.file, name="file"),
    # 首问
    path("contacts/<slug:number>/", contacts.contact, name="contact"),
    path("contacts/<slug:number>/done/", contacts.done, name="contact-done"),
    path("contacts/<slug:number>/again/", contacts.again, name="contact-again"),
    path("contacts/<slug:number>/papers/<int:pk>/", contacts.paper, name="contact-paper"),
    # 我的
    path("my/", space.space, name="space"),
    path("my/inbox/", space.inbox, name="inbox"),
    path("my/inbox/read/", space.read_all, name="inbox-read"),
    path("login/", account.enter, name="login"),
    path("login/code/", account.second_factor, name="second-factor"),
    path("login/play/", account.play, name="play"),
    path("logout/", account.leave, name="logout"),
    # 验证文书
    path("verify/", verify.ask, name="verify"),
    path("verify/<slug:code>/", verify.verify, name="verify-paper"),
]
