"""The trail, for whoever answers for the portal: what was done, by whom; reading it leaves an entry of its own."""

from django import forms
from django.urls import reverse

from conciliazione.kernel.pages import Column, FormPage, ListPage
from conciliazione.kernel.trail import chain, verify

from .. import queries
from ..filters import TrailFilter
from ..trail_words import words_of

HERE = ("Traccia delle operazioni", "/traccia/")
UNTOLD = {"persona", "cerca"}  # what was looked for may be a name: the trail names nobody


class TrailList(ListPage):
    title = "Traccia delle operazioni"
    permission = "trail.view"
    template_name = "portal/trail/list.html"
    purpose = (
        "Decisioni, permessi, accessi e scaricamenti, scritti una volta sola e legati in catena. Anche chi legge qui "
        "lascia la sua riga."
    )
    row_template = "portal/trail/_row.html"
    filterset_class = TrailFilter
    empty_text = "Non è stato ancora fatto nulla."
    count_label = ("operazione", "operazioni")
    default_order = "-number"
    page_size = 50
    columns = (
        Column("number", "N.", sort="number", numeric=True),
        Column("at", "Quando", lambda row: row.instant),
        Column("who", "Chi", lambda row: row.who or (f"Persona n. {row.person}" if row.person else "Il portale")),
        Column("kind", "Genere", lambda row: row.get_kind_display(), sort="kind"),
        Column("what", "Che cosa", words_of),
        Column("about", "Su che cosa", lambda row: row.about_words),
    )

    def rows(self):
        return queries.trail_entries()

    def get(self, request, *args, **kwargs):
        answer = super().get(request, *args, **kwargs)
        asked = {name: value for name, value in request.GET.items() if name in TrailFilter.base_filters and value}
        told = {name: "…" if name in UNTOLD else value[:40] for name, value in asked.items()}
        chain.record(chain.Kind.TRAIL, "Traccia consultata", by=request.user, seat=request.user.acting_label, **told)
        return answer

    def get_context(self):
        return {"state": queries.trail_state()}


class TrailCheck(FormPage):
    """Going through the whole chain now, rather than wait for the night."""

    title = "Controlla tutta la catena"
    permission = "trail.view"
    form_class = forms.Form
    submit_label = "Controlla ora"
    intro = (
        "Il portale ricalcola ogni riga, dalla prima all'ultima, e la confronta con il suo sigillo, con quella prima e "
        "con ciò che è annotato fuori dalla banca dati. Su una traccia lunga può volerci qualche decina di secondi."
    )
    success_message = "La catena è stata controllata: l'esito è qui sotto."

    def breadcrumbs(self):
        return [HERE]

    def perform(self, form):
        return verify.check(by=self.request.user)

    def success_url(self, result):
        return reverse("portal:trail")
