"""For the tests of these rooms."""

from datetime import datetime, time, timedelta

import time_machine
from django.utils import timezone

# Many tests count days from today, and none of them may see midnight pass: late in the evening it is tomorrow already.
# Forward only, for the database keeps its own clock, and what it has written must not lie in the future.
if timezone.localtime().hour >= 22:
    TOMORROW = timezone.localdate() + timedelta(days=1)
    time_machine.travel(datetime.combine(TOMORROW, time(1), timezone.get_current_timezone())).start()
