"""大厅的表单。"""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms.fields import CodeField, phone_field


class TrackForm(forms.Form):
    """查进度：编号和查询码。"""

    number = CodeField(
        label=_("办件编号或首问编号"),
        max_length=50,
        help_text=_("在接收凭证、引导单和短信里。"),
        error_messages={"required": _("请填写编号。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    code = CodeField(
        label=_("查询码"),
        max_length=30,
        help_text=_("8 位字母和数字，不分大小写。"),
        error_messages={"required": _("请填写查询码。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CodeForm(forms.Form):
    """短信里的验证码。"""

    code = forms.CharField(
        label=_("短信里的六位验证码"), max_length=12, error_messages={"required": _("请填写短信里的验证码。")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """撤回申请。"""

    reason = forms.CharField(
        label=_("撤回的原因"),
        max_length=200,
        required=False,
        help_text=_("可以不写；写了有助于我们改进。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HearingForm(forms.Form):
    """要求听证。"""

    text = forms.CharField(
        label=_("您的要求和理由"),
        max_length=2000,
        error_messages={"required": _("请写明您的要求。")},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RecusalForm(forms.Form):
    """申请回避。"""

    text = forms.CharField(
        label=_("请谁回避、为什么"),
        max_length=1000,
        error_messages={"required": _("请写明请谁回避、他与这件申请有什么利害关系。")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StateForm(forms.Form):
    """陈述、申辩。"""

    text = forms.CharField(
        label=_("您的陈述、申辩和证据"),
        max_length=4000,
        help_text=_("有证据的写明有什么，原件可以交到窗口，也可以留言时附上。"),
        error_messages={"required": _("请写明您的意见。")},
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class ObjectionForm(forms.Form):
    """对公示的异议。"""

    text = forms.CharField(
        label=_("您的异议"),
        max_length=2000,
        help_text=_("写清楚哪里不实、您怎么知道的。"),
        error_messages={"required": _("请写明您的异议。")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    name = forms.CharField(label=_("姓名"), max_length=60, required=False, help_text=_("可以不填。我们替您保密。"))
    phone = phone_field(label=_("联系电话"), required=False, help_text=_("可以不填；填了，答复用短信发给您。"))


class AskForm(forms.Form):
    """咨询：只要一句话；电话可以不留，姓名、证件不收。"""

    asked = forms.CharField(
        label=_("您想问什么、办什么"),
        max_length=2000,
        help_text=_("照平常说话写就行。请不要写证件号码。"),
        error_messages={"required": _("请写明您想问什么。")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    phone = phone_field(
        label=_("联系电话"),
        required=False,
        help_text=_("可以不填；填了，编号和答复用短信发给您，只用来答复这件事。"),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)


class AgainForm(forms.Form):
    """没有解决：说一句就接着办。"""

    text = forms.CharField(
        label=_("还有什么没有解决"),
        max_length=500,
        required=False,
        help_text=_("可以不写；写了我们办得快些。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class VerifyForm(forms.Form):
    """验证文书。"""

    code = CodeField(
        label=_("核验码"),
        max_length=40,
        help_text=_("印在文书末尾，16 位，可以不输连字符。"),
        error_messages={"required": _("请填写核验码。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_code(self) -> str:
        """只留数字和字母：连字符可以不输，别的字符进不了网址。"""
        code = re.sub(r"[^0-9A-Z]", "", self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("请填写核验码。"))
        return code


class LoginForm(forms.Form):
    """登录。"""

    username = forms.CharField(
        label=_("用户名"),
        max_length=60,
        error_messages={"required": _("请填写用户名。")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=200,
        strip=False,
        error_messages={"required": _("请填写密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SecondFactorForm(forms.Form):
    """动态口令。"""

    token = CodeField(
        label=_("动态口令"),
        max_length=10,
        help_text=_("打开手机上的身份验证器，填写 6 位数字；30 秒换一次。"),
        error_messages={"required": _("请填写动态口令。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )


class MailboxForm(forms.Form):
    """电子邮箱。"""

    address = forms.EmailField(
        label=_("电子邮箱"),
        max_length=254,
        error_messages={"required": _("请填写邮箱。"), "invalid": _("邮箱写得不对，像 name@example.com 这样。")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class MailboxCodeForm(forms.Form):
    """邮件里的验证码。"""

    code = CodeField(
        label=_("验证码"),
        max_length=10,
        help_text=_("邮件里的六位数字。"),
        error_messages={"required": _("请填写验证码。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
