"""Telling people: a notice in the portal and a mail, both only once the transaction has held."""

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from .models import Notice


def notify(people: Iterable, text: str, *, url: str = "", by=None, by_mail: bool = True) -> None:
    """Tell each person once (not the one who did it). `url` is the page of the portal where to go on; `by_mail` is
    False where the act sends a letter of its own."""
    recipients = {person.pk: person for person in people if by is None or person.pk != by.pk}
    Notice.objects.bulk_create(Notice(to=person, text=text[:400], url=url) for person in recipients.values())
    addresses = [person.email for person in recipients.values() if person.email]
    if by_mail:
        transaction.on_commit(lambda: _mail(addresses, text, url))


def _mail(addresses: list[str], text: str, url: str) -> None:
    body = f"{text}\n\n{settings.PUBLIC_ADDRESS}{url}\n" if url else f"{text}\n"
    subject = text.splitlines()[0][:120]
    messages = [EmailMessage(subject, body, to=[address]) for address in addresses]
    if messages:
        get_connection(fail_silently=not settings.DEBUG).send_messages(messages)
