"""工作台的网址：一个网址一件事，改动都用 POST。"""

from django.urls import path

from portal.desk.views import (
    advances,
    calendar,
    case,
    confirming,
    contacts,
    covers,
    deeds,
    delivering,
    enquiries,
    fees,
    handover,
    hearings,
    inspections,
    intake,
    joints,
    keys,
    letters,
    lists,
    mandates,
    pledges,
    procedures,
    projects,
    ratings,
    refusal,
    reuse,
    search,
    slips,
    today,
)

app_name = "desk"
urlpatterns = [
    path("", today.today, name="today"),
    path("keys/", keys.keys, name="keys"),
    path("notices/paces/", today.paces, name="notice-paces"),
    path("notices/read/", today.read, name="notices-read"),
    path("notices/<int:pk>/resend/", today.resend, name="notice-resend"),
    # 首问
    path("contacts/", contacts.contacts_list, name="contacts"),
    path("contacts/new/", contacts.new, name="contact-new"),
    path("contacts/figures/", contacts.figures, name="contact-figures"),
    path("contacts/<slug:number>/", contacts.contact, name="contact"),
    path("contacts/<slug:number>/slips/<int:pk>/", contacts.slip, name="contact-slip"),
    *(
        path(f"contacts/<slug:number>/{name}/", contacts.deed, {"name": name}, name=f"contact-{name.replace('_', '-')}")
        for name in contacts.DEEDS
    ),
    # 询问
    path("enquiries/", enquiries.enquiries_list, name="enquiries"),
    path("enquiries/<int:pk>/", enquiries.enquiry, name="enquiry"),
    *(
        path(f"enquiries/<int:pk>/{name}/", enquiries.deed, {"name": name}, name=f"enquiry-{name}")
        for name in enquiries.DEEDS
    ),
    # 代办
    path("agents/", mandates.mandates_list, name="mandates"),
    path("agents/figures/", mandates.figures, name="mandate-figures"),
    path("agents/<int:pk>/", mandates.mandate, name="mandate"),
    path("agents/<int:pk>/supplement/", mandates.supplement, name="mandate-supplement"),
    path("agents/<int:pk>/resign/", mandates.resign, name="mandate-resign"),
    *(
        path(f"agents/<int:pk>/{name}/", mandates.deed, {"name": name}, name=f"mandate-{name}")
        for name in mandates.DEEDS
    ),
    path("covers/", covers.covers_list, name="covers"),
    path("covers/of/<str:username>/", covers.make, name="cover-make"),
    path("covers/<int:pk>/", covers.cover, name="cover"),
    path("covers/<int:pk>/back/", covers.give_back, name="cover-back"),
    path("projects/", projects.projects_list, name="projects"),
    path("projects/new/", projects.new, name="project-new"),
    path("projects/<slug:number>/", projects.project, name="project"),
    path("projects/<slug:number>/close/", projects.close, name="project-close"),
    path("projects/<slug:number>/issues/<int:pk>/settle/", projects.settle, name="project-settle"),
    *(
        path(f"projects/<slug:number>/{name}/", projects.deed, {"name": name}, name=f"project-{name}")
        for name in projects.DEEDS
    ),
    # 收件
    path("intake/", intake.find, name="intake"),
    path("intake/<slug:code>/", intake.receive, name="receive"),
    # 联办、征求意见
    path("joints/", joints.joints_list, name="joints"),
    path("joints/<slug:number>/", joints.joint, name="joint"),
    path("joints/<slug:number>/extend/", joints.extend, name="joint-extend"),
    path("slips/", slips.slips_list, name="slips"),
    path("slips/<int:pk>/", slips.slip, name="slip"),
    path("slips/<int:pk>/answer/", slips.answer, name="slip-answer"),
    path("intake/<slug:code>/advance/", advances.new, name="advance-new"),
    path("advances/", advances.index, name="advances"),
    path("advances/<int:pk>/", advances.advance, name="advance"),
    # 清单与查询
    path("cases/", lists.cases, name="cases"),
    path("reviews/", lists.cases, {"queue": "review"}, name="reviews"),
    path("refusals/", lists.refusals, name="refusals"),
    path("ratings/", ratings.ratings, name="ratings"),
    path("ratings/<int:pk>/", ratings.rating, name="rating"),
    *(
        path(f"ratings/<int:pk>/{name}/", ratings.answer, {"name": name}, name=f"rating-{name}")
        for name in ratings.DEEDS
    ),
    path("saved/", reuse.figures, name="reuse-figures"),
    path("search/", search.search, name="search"),
    path("search/person/", search.person, name="search-person"),
    path("search/export/", search.export, name="search-export"),
    path("search/columns/", search.columns, name="search-columns"),
    path("search/keep/", search.keep, name="search-keep"),
    path("search/kept/<int:pk>/share/", search.share, name="search-share"),
    path("search/kept/<int:pk>/drop/", search.drop, name="search-drop"),
    path("scan/", lists.scan, name="scan"),
    # 移交
    path("handover/", handover.handovers, name="handovers"),
    path("handover/draw-up/", handover.draw_up, name="handover-draw-up"),
    path("handover/calendar/", calendar.calendar, name="calendar"),
    path("handover/calendar/<int:pk>/draw-up/", calendar.draw_up, name="calendar-draw-up"),
    path("handover/scan/", handover.scan, name="handover-scan"),
    path("handover/differences/<int:pk>/settle/", handover.settle, name="difference-settle"),
    path("handover/<str:number>/", handover.batch, name="handover-batch"),
    path("handover/<str:number>/list.pdf", handover.listing, name="handover-list"),
    path("handover/<str:number>/refill/", handover.refill, name="handover-refill"),
    path("handover/<str:number>/sign-out/", handover.sign_out, name="handover-sign-out"),
    path("handover/<str:number>/call-off/", handover.call_off, name="handover-call-off"),
    path("handover/<str:number>/sign-in-all/", handover.sign_in_all, name="handover-sign-in-all"),
    path("handover/<str:number>/finish/", handover.finish, name="handover-finish"),
    path("handover/<str:number>/<int:pk>/take-out/", handover.take_out, name="handover-take-out"),
    path("handover/<str:number>/<int:pk>/recall/", handover.recall, name="handover-recall"),
    path("handover/<str:number>/<int:pk>/differ/", handover.differ, name="handover-differ"),
    # 办件
    path("cases/<str:number>/", case.application, name="case"),
    path("cases/<str:number>/reveal/", case.reveal, name="case-reveal"),
    path("cases/<str:number>/materials/", case.materials, name="case-materials"),
    path("cases/<str:number>/reviews/", case.reviews, name="case-reviews"),
    path("cases/<str:number>/papers/", case.documents, name="case-papers"),
    path("cases/<str:number>/papers/<int:pk>/", case.paper, name="case-paper"),
    path("cases/<str:number>/papers/<int:pk>/file/", case.paper_file, name="case-paper-file"),
    path("cases/<str:number>/messages/", letters.letters, name="case-messages"),
    path("cases/<str:number>/messages/send/", letters.send, name="case-message-send"),
    path("cases/<str:number>/messages/read/", letters.read, name="case-message-read"),
    path("cases/<str:number>/agents/", mandates.appoint, name="case-mandates"),
    path("cases/<str:number>/history/", case.history, name="case-history"),
    # 办件上的动作
    path("cases/<str:number>/check/", case.check, name="case-check"),
    path("cases/<str:number>/reuse/", case.take_earlier, name="case-reuse"),
    path("cases/<str:number>/accept/", deeds.accept, name="case-accept"),
    path("cases/<str:number>/notify/", deeds.notify, name="case-notify"),
    path("cases/<str:number>/answer/", deeds.answer, name="case-answer"),
    path("cases/<str:number>/deferred/<slug:key>/", deeds.bring_deferred, name="case-deferred"),
    path("cases/<str:number>/notify-again/", confirming.notify_again, name="case-notify-again"),
    path("cases/<str:number>/confirm/", confirming.confirm, name="case-confirm"),
    path("cases/<str:number>/confirm/<int:pk>/<slug:name>/", confirming.confirm_deed, name="confirm"),
    path("cases/<str:number>/amend/", confirming.amend, name="case-amend"),
    path("cases/<str:number>/changes-seen/", confirming.changes_seen, name="case-changes-seen"),
    path("cases/<str:number>/recuse/", confirming.recuse, name="case-recuse"),
    path("cases/<str:number>/lapse/", deeds.lapse, name="case-lapse"),
    path("cases/<str:number>/begin-review/", deeds.begin_review, name="case-begin-review"),
    path("cases/<str:number>/consult/", slips.consult, name="case-consult"),
    path("cases/<str:number>/opinion/", deeds.opinion, name="case-opinion"),
    path("cases/<str:number>/grant/", deeds.grant, name="case-grant"),
    path("cases/<str:number>/grant/preview/", deeds.preview, name="case-grant-preview"),
    path("cases/<str:number>/grant-on-the-spot/", deeds.grant_on_the_spot, name="case-grant-on-the-spot"),
    path("cases/<str:number>/deliver/", delivering.deliver, name="case-deliver"),
    path("cases/<str:number>/close/", deeds.close, name="case-close"),
    path("cases/<str:number>/withdraw/", deeds.withdraw, name="case-withdraw"),
    # 收费
    path("fees/", fees.index, name="fees"),
    path("fees/figures/", fees.totals, name="fee-figures"),
    path("fees/figures/export/", fees.export, name="fee-export"),
    path("cases/<str:number>/fee/<slug:name>/", fees.deed, name="case-fee"),
    # 告知承诺
    path("pledges/", pledges.index, name="pledges"),
    path("cases/<str:number>/pledge/<slug:key>/", pledges.sign, name="case-pledge"),
    path("cases/<str:number>/pledges/<int:pk>/serve/", delivering.serve, name="pledge-serve"),
    path("cases/<str:number>/pledges/<int:pk>/<slug:name>/", pledges.deed, name="pledge"),
    # 特别程序
    path("cases/<str:number>/procedures/", procedures.index, name="case-procedures"),
    path("cases/<str:number>/procedures/start/<str:key>/", procedures.start, name="procedure-start"),
    path("cases/<str:number>/procedures/<int:pk>/end/", procedures.end, name="procedure-end"),
    path("cases/<str:number>/hearings/<int:pk>/<slug:name>/", hearings.hearing, name="hearing"),
    path("cases/<str:number>/inspections/<int:pk>/<slug:name>/", inspections.inspection, name="inspection"),
    path("cases/<str:number>/objections/<int:pk>/", procedures.objection, name="objection"),
    path("cases/<str:number>/extend/", procedures.extend, name="case-extend"),
    # 说“不”
    path("cases/<str:number>/report/", refusal.report, name="case-report"),
    path("cases/<str:number>/refuse/rule/", refusal.by_rule, name="case-refuse-by-rule"),
    path("cases/<str:number>/refuse/precedent/", refusal.by_precedent, name="case-refuse-by-precedent"),
    path("reports/<str:number>/", refusal.ladder, name="report"),
    path("reports/<str:number>/resubmit/", refusal.resubmit, name="report-resubmit"),
]
