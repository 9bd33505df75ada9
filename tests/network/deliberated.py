"""An agreement of a network that is out to be signed."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from conciliazione.kernel import clock
from network.services import agreements, signatures
from tests.factories import make_member, make_network, make_person, make_programme

TODAY = clock.today()


def deliberated():
    """An agreement out to be signed by the ASL and two towns, while the one before is in force."""
    world = make_network()
    world.towns = [make_member(world), make_member(world)]
    world.delegate = make_person(seat="delegate", organisation=world.towns[0])
    world.next = agreements.create(world.network, make_programme(), by=world.office)
    for row in world.next.signatures.exclude(organisation__in=[world.asl, *world.towns]):
        agreements.remove_signatory(row, by=world.office)
    agreements.approve(world.next, number="180", on=TODAY - timedelta(days=9), by=world.office)
    return world


def scan():
    return SimpleUploadedFile("firma.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")


def sign(world, body, on=TODAY):
    told = {"signatory": "Sindaca", "signed_on": on, "upload": scan(), "by": world.office}
    return signatures.attest_paper(world.next, body, **told)


def state(world):
    world.next.refresh_from_db()
    return world.next.status
