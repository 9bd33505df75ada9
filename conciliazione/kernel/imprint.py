"""What each page of an issued document carries to be recognised by: code, version, fingerprint, QR."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import segno
from django.conf import settings
from django.urls import reverse


@dataclass(frozen=True)
class Imprint:
    code: str
    version: str
    issued_at: datetime
    fingerprint: str  # SHA-256 of the content: that of the file cannot be inside the file

    @property
    def verify_url(self) -> str:
        return settings.PUBLIC_ADDRESS + reverse("kernel:verify_code", args=[self.code])

    @property
    def verify_words(self) -> str:
        """The verification page as a person types it."""
        return (settings.PUBLIC_ADDRESS + reverse("kernel:verify")).removeprefix("https://").removeprefix("http://")

    @property
    def short_fingerprint(self) -> str:
        return " ".join(self.fingerprint[i : i + 4] for i in range(0, 16, 4))

    def qr(self) -> bytes:
        """The QR of the verification page, as SVG."""
        out = BytesIO()
        segno.make(self.verify_url, error="m").save(out, kind="svg", xmldecl=False, border=0)
        return out.getvalue()
