"""What the apps above may hear of, inside the transaction."""

from django.dispatch import Signal

# sent before a membership ends; arguments: membership, by. A receiver may raise Refused, and then nothing ends.
membership_ending = Signal()
# sent before a version of a programme's rules is corrected in place; arguments: rule_set, by. A receiver may refuse.
rules_changing = Signal()
# sent when a body follows another; arguments: succession, why, by. Receivers move what hangs from the former one.
body_succeeded = Signal()
# sent when an agreement enters into force; arguments: agreement, by
agreement_in_force = Signal()
