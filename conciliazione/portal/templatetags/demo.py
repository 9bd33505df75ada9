"""The accounts of a demonstration, beside the sign-in form; nothing elsewhere."""

from django import template
from django.conf import settings

from ..demo.cast import accounts
from ..demo.story import PASSWORD

register = template.Library()


@register.inclusion_tag("portal/_demo_accounts.html")
def demo_accounts():
    """Who can sign in to this demonstration, with which password; empty in any other deployment."""
    in_demo = settings.DEPLOYMENT == "demo"
    return {"accounts": accounts() if in_demo else [], "password": PASSWORD}
