"""特别程序的表单。"""

from django import forms
from django.utils.translation import gettext_lazy as lazy

from portal.desk.forms import long_text


class StartForm(forms.Form):
    reason = long_text(lazy("为什么需要"), lazy("写给申请人看，原样写进特别程序告知书。"))


class EndForm(forms.Form):
    result = long_text(lazy("结果"), lazy("结论是什么、谁作出的。会告诉申请人。"))
