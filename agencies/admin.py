"""机构、岗位、人员在队列里的维护页:人事维护人改,审计只看,谁也不删;每一笔都调用同一批办法。"""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import password_validation
from django.db import models
from django.db.models import Q

from agencies.actions import accounts, places, posts
from agencies.models import Absence, Agency, Duty, Holding, Post, Seal, Unit, User, WeeklyRun
from agencies.states import Role, UserKind
from office.workdays.clock import now


class Kept(admin.ModelAdmin):
    """按机关划界:看得到的是自己维护或审计的机关,改得了的是自己维护的机关。"""

    agency_lookup = ""  # 从本表到机关的查询路径;机关表自己为空
    fixed: tuple[str, ...] = ()  # 设立之后不改的栏
    show_full_result_count = False

    def reach(self, agencies):
        """这些机关名下的行。"""
        return Q(**{f"{self.agency_lookup}__in": agencies})

    def get_queryset(self, request):
        return super().get_queryset(request).filter(self.reach(seen(request.user))).order_by("pk")

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        # 划界由 get_queryset:看不到的就是没有。登录页也会来问,那时还没有人。
        return request.user.is_authenticated and request.user.may_somewhere("keep_posts", "audit")

    def has_add_permission(self, request, obj=None):
        return request.user.is_authenticated and request.user.may_somewhere("keep_posts")

    def has_change_permission(self, request, obj=None):
        if obj is None or obj.pk is None:
            return Kept.has_add_permission(self, request)
        return self.model._default_manager.filter(self.reach(kept(request.user)), pk=obj.pk).exists()

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), *(self.fixed if obj else ()))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs["queryset"] = choices(db_field.remote_field.model, kept(request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        places.keep(place=obj, changed=form.changed_data, by=request.user, at=now())


def kept(user):
    return user.agencies_with("keep_posts")


def seen(user):
    return kept(user) | user.agencies_with("audit")


def choices(noun, agencies):
    """表单里只列得出自己维护的机关的东西。"""
    if noun is User:
        return User.objects.filter(kind=UserKind.STAFF, is_active=True).order_by("username")
    lookups = {Agency: "pk__in", Unit: "agency__in", Post: "unit__agency__in"}
    return noun._default_manager.filter(**{lookups[noun]: agencies}).order_by("pk")


@admin.register(Agency)
class AgencyAdmin(Kept):
    list_display = ["name", "paper_prefix", "level", "reconsideration_body", "uscc"]
    fixed = ("code", "parent", "level")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def reach(self, agencies):
        return Q(pk__in=agencies)

    def has_add_permission(self, request, obj=None):
        return False  # 新机关随它自己的花名册装入(load_bureau)


@admin.register(Unit)
class UnitAdmin(Kept):
    agency_lookup = "agency"
    list_display = ["name", "code", "kind", "level", "agency", "parent", "hosted_by", "phone"]
    list_select_related = ["agency", "parent", "hosted_by"]
    list_filter = ["kind", "level"]
    search_fields = ["name", "code"]
    fixed = ("code", "agency")


@admin.register(Seal)
class SealAdmin(Kept):
    agency_lookup = "agency"
    list_display = ["name", "code", "kind", "agency", "unit"]
    list_select_related = ["agency", "unit"]
    fixed = ("code", "agency")


@admin.register(WeeklyRun)
class WeeklyRunAdmin(Kept):
    """工作周历:哪个单位每周几、几点,把件送到哪个单位。"""

    agency_lookup = "from_unit__agency"
    list_display = ["from_unit", "to_unit", "weekday", "time", "active"]
    list_select_related = ["from_unit", "to_unit"]
    list_filter = ["weekday", "active"]


@admin.register(Duty)
class DutyAdmin(Kept):
    """值班表:受理点每周几谁值班。"""

    agency_lookup = "unit__agency"
    list_display = ["unit", "weekday", "user", "active"]
    list_select_related = ["unit", "user"]
    list_filter = ["weekday", "active"]


class HoldingInline(admin.TabularInline):
    """历任,只看;任免在“任职”里做。"""

    model = Holding
    fields = readonly_fields = ("user", "rank", "from_at", "to_at")
    extra = 0
    can_delete = False
    verbose_name_plural = "历任"
    template = "admin/agencies/holdings.html"

    def has_view_permission(self, request, obj=None):
        return True  # 看得到岗位的人就看得到历任

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class PostForm(forms.ModelForm):
    in_charge_of = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label="分管单位",
        required=False,
        help_text="只有副局长岗填；已由别的副局长分管的，选中即移过来。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["in_charge_of"].queryset = Unit.objects.filter(agency=self.instance.unit.agency)
            self.fields["in_charge_of"].initial = self.instance.portfolio.all()
        else:
            del self.fields["in_charge_of"]

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("in_charge_of") and cleaned.get("role", self.instance.role) != Role.DEPUTY:
            self.add_error("in_charge_of", "只有副局长岗有分管单位。")
        return cleaned


@admin.register(Post)
class PostAdmin(Kept):
    agency_lookup = "unit__agency"
    form = PostForm
    inlines = [HoldingInline]
    list_display = ["title", "code", "unit", "role"]
    list_select_related = ["unit"]
    list_filter = ["role"]
    search_fields = ["title", "code"]
    fixed = ("code", "unit", "role")

    def get_fields(self, request, obj=None):
        deputy = obj is not None and obj.role == Role.DEPUTY and self.has_change_permission(request, obj)
        return ["unit", "code", "title", "role", *(["in_charge_of"] if deputy else [])]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "in_charge_of" in form.changed_data:
            posts.assign_portfolio(post=obj, units=form.cleaned_data["in_charge_of"], by=request.user, at=now())


class AskingForm(forms.ModelForm):
    """先问办法“为什么不能”,不能就说在表单上。"""

    def obstacle(self, cleaned):
        raise NotImplementedError

    def clean(self):
        cleaned = super().clean() or {}
        if not self.errors and (reason := self.obstacle(cleaned)):
            raise forms.ValidationError(reason)
        return cleaned


class HoldingForm(AskingForm):
    def obstacle(self, cleaned):
        return posts.obstacle(cleaned["post"], cleaned["user"], cleaned["rank"])


@admin.register(Holding)
class HoldingAdmin(Kept):
    """新增即任命;免去用列表上的动作。"""

    agency_lookup = "post__unit__agency"
    form = HoldingForm
    fields = ("post", "user", "rank")
    list_display = ["post", "user", "rank", "from_at", "to_at"]
    list_select_related = ["post", "user"]
    list_filter = ["rank", ("to_at", admin.EmptyFieldListFilter)]
    search_fields = ["user__full_name", "user__username", "post__title"]
    actions = ["relieve"]

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request)

    def save_model(self, request, obj, form, change):
        obj.pk = posts.appoint(post=obj.post, user=obj.user, rank=obj.rank, by=request.user, at=now()).pk

    @admin.action(description="免去所选任职", permissions=["change"])
    def relieve(self, request, queryset):
        for holding in queryset.select_related("user"):
            try:
                posts.relieve(holding=holding, by=request.user, at=now())
            except posts.AlreadyRelieved as already:
                self.message_user(request, str(already), messages.WARNING)
            else:
                self.message_user(request, f"已免去{holding}。")


class AbsenceForm(AskingForm):
    def obstacle(self, cleaned):
        return posts.absence_obstacle(cleaned["user"], cleaned["from_at"], cleaned["to_at"])


@admin.register(Absence)
class AbsenceAdmin(Kept):
    """新增即登记离岗:人事维护人替同事登记,其他人登记自己的。"""

    form = AbsenceForm
    list_display = ["user", "from_at", "to_at", "reason"]
    list_select_related = ["user"]
    actions = ["back"]

    def get_queryset(self, request):
        mine = Q(user=request.user.pk) | Q(user__in=colleagues(seen(request.user)))
        return admin.ModelAdmin.get_queryset(self, request).filter(mine).order_by("-from_at")

    def has_module_permission(self, request):
        return bool(request.user.is_active and request.user.is_staff)

    def has_view_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def has_add_permission(self, request, obj=None):
        return self.has_module_permission(request)

    def has_change_permission(self, request, obj=None):
        return obj is None and self.has_module_permission(request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        people = User.objects.filter(Q(pk=request.user.pk) | Q(pk__in=colleagues(kept(request.user))))
        return db_field.formfield(queryset=people.order_by("username"), initial=request.user.pk)

    def save_model(self, request, obj, form, change):
        told = {"from_at": obj.from_at, "to_at": obj.to_at, "reason": obj.reason}
        obj.pk = posts.record_absence(user=obj.user, **told, by=request.user, at=now()).pk

    @admin.action(description="返岗(提前结束或取消离岗)", permissions=["change"])
    def back(self, request, queryset):
        for absence in queryset.select_related("user"):
            try:
                posts.return_to_duty(absence=absence, by=request.user, at=now())
            except posts.OverlappingAbsence as already:
                self.message_user(request, str(already), messages.WARNING)


def colleagues(agencies):
    return User.objects.filter(holdings__to_at=None, holdings__post__unit__agency__in=agencies)


class AccountForm(forms.ModelForm):
    phone = forms.CharField(label="电话", required=False, max_length=30)
    new_password = forms.CharField(
        label="初始密码或新密码",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="留空则不变；当面交给本人，由本人登录后更换。",
    )

    def clean_new_password(self):
        password = self.cleaned_data["new_password"]
        if password:
            password_validation.validate_password(password, self.instance)
        return password


@admin.register(User)
class UserAdmin(Kept):
    """工作人员账户;群众的账户不在这里。"""

    form = AccountForm
    fields = ("username", "full_name", "phone", "email", "new_password")
    list_display = ["username", "full_name", "is_active", "is_staff"]
    search_fields = ["username", "full_name"]
    fixed = ("username",)
    actions = ["close"]

    def reach(self, agencies):
        """本机关任职的,和还没有任职的。"""
        posted = User.objects.filter(holdings__to_at=None, holdings__isnull=False)
        unposted = ~Q(pk__in=posted.values("pk"))
        return Q(kind=UserKind.STAFF, is_superuser=False) & (Q(pk__in=colleagues(agencies).values("pk")) | unposted)

    def get_fields(self, request, obj=None):
        return self.fields if self.has_change_permission(request, obj) else self.fields[:-1]

    def save_model(self, request, obj, form, change):
        told = {name: form.cleaned_data[name] for name in ("full_name", "phone", "email")}
        password = form.cleaned_data["new_password"] or None
        if change:
            accounts.amend_account(user=obj, changes=told, password=password, by=request.user, at=now())
            return
        told |= {"username": obj.username, "kind": UserKind.STAFF, "password": password}
        obj.pk = accounts.open_account(**told, by=request.user, at=now()).pk

    @admin.action(description="停用所选账户", permissions=["change"])
    def close(self, request, queryset):
        for user in queryset:
            accounts.close_account(user=user, by=request.user, at=now())
            self.message_user(request, f"已停用{user}。")
