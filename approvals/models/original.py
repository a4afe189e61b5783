"""签名页：手写签名的文书，签了名的那一份扫描下来，连着是哪一份文书、谁签的、哪天。"""

from django.conf import settings
from django.db import models

from approvals.models.case import Case
from approvals.models.material import Upload
from office.papers.models import Paper

PERSON = settings.AUTH_USER_MODEL


class SignedOriginal(models.Model):
    """一份签名页。存错了的再存一份，前一份留着。"""

    forgets = ("signer",)

    case = models.ForeignKey(Case, verbose_name="办件", on_delete=models.PROTECT, related_name="signed_originals")
    paper = models.ForeignKey(Paper, verbose_name="文书", on_delete=models.PROTECT, related_name="signed_originals")
    scan = models.OneToOneField(Upload, verbose_name="签名页", on_delete=models.PROTECT, related_name="+")
    signer = models.CharField("签名的人", max_length=100)
    signed_on = models.DateField("签名日期")
    kept_at = models.DateTimeField("存下的时间")
    kept_by = models.ForeignKey(PERSON, verbose_name="存的人", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "签名页"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.paper} 签名页"
