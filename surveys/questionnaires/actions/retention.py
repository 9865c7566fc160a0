"""What is not kept for ever: what was never handed in, and the names and addresses of customers."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from cxm.audit.actions import record_many
from surveys.questionnaires.choices import ADDRESSES_ERASED
from surveys.questionnaires.models import Draft, Invitation, Wave


@transaction.atomic
def forget_drafts(*, at: datetime | None = None) -> int:
    """Delete what nobody handed in, thirty days after its wave closed; says how many. Who was invited stays counted.

    Nothing is recorded: what somebody began to write is nobody's business.
    """
    count, _rows = Draft.objects.to_forget(at or timezone.now()).delete()
    return count


@transaction.atomic
def erase_customers(*, at: datetime | None = None) -> int:
    """Erase names and addresses of customers twelve months after their wave closed; says how many.

    Their rows stay for the turnout. Closed waves take nobody in, so what is counted is what is erased.
    """
    due = Invitation.objects.to_erase(at or timezone.now())
    counts = dict(due.order_by().values_list("wave").annotate(n=Count("pk")))
    count = due.update(email="", name="")
    waves = Wave.objects.filter(pk__in=counts).order_by("pk")
    record_many(ADDRESSES_ERASED, actor=None, targets=[(wave, {"count": counts[wave.pk]}) for wave in waves])
    return count
