"""What other rooms may want to know: sent inside the transaction of the act, with `alliance` and `by`."""

from django.dispatch import Signal

alliance_constituted = Signal()
alliance_dissolved = Signal()  # also: reason
partner_left = Signal()  # also: partner, reason
lead_changed = Signal()  # also: partner, the new lead
