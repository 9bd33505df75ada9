"""What the pages of signing share: whom they ask to be identified, and what they show beside the form."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import cached_property

from ..models import IssuedDocument
from . import identification
from .forms import AcceptForm, SignedFileForm
from .identification import How
from .verdict import Expected


@dataclass(frozen=True)
class Signing:
    """What is signed, for whom, and where the other ways are: what the templates in `signing/` print."""

    body: str
    what: str
    url: str  # where it is read
    document: IssuedDocument | None
    document_kind: str
    document_of: object
    expected: Expected
    effect: str  # what happens once it is signed
    file_url: str
    by_when: date | None = None

    @property
    def consequence(self) -> str:
        kept = "La firma resta registrata con nome, ente, istante e modo in cui sei stato identificato."
        return f"{kept} {self.effect}"


class AcceptedIdentified:
    """A form that counts only from an identified person (CAD, art. 20); the page says how to become one."""

    template_name = "signing/accept.html"
    form_class = AcceptForm

    @cached_property
    def identified(self):
        return identification.identified_how(self.request)

    def possible(self):
        super().possible()
        identification.require(self.identified)

    def get_context(self):
        context = super().get_context() | {"identified": self.identified}
        if self.identified is None:
            return context | {"stronger": identification.stronger_at(self.request)}
        return context | {"simulated": self.identified.how == How.SIMULATED}


class SignedFileBrought:
    """The page of a signed file that somebody brings; `sign_with(upload)` examines it and makes it count."""

    template_name = "signing/file.html"
    title = "Carica l'accordo firmato digitalmente"
    submit_label = "Carica e verifica"
    success_message = "Firma digitale verificata e registrata."
    form_class = SignedFileForm

    def perform(self, form):
        return self.sign_with(form.cleaned_data["file"])
