"""The public site: what anyone may read without signing in."""

from django.urls import reverse

from conciliazione.kernel.access import PUBLIC
from conciliazione.kernel.pages import Column, ListPage, PlainPage
from monitoring.filters import PublicPracticeFilter
from network.rules.privacy import REGISTER

from .. import queries


class PublicHome(PlainPage):
    permission = PUBLIC
    template_name = "portal/public_home.html"
    title = "Rete territoriale di conciliazione famiglia-lavoro"

    def get_context(self):
        return {
            "numbers": queries.public_numbers(),
            "calls": queries.open_calls()[:5],
            "plans": queries.public_plans()[:5],
        }


class PublicList(ListPage):
    permission = PUBLIC


class Networks(PublicList):
    title = "Reti territoriali"
    purpose = (
        "Ogni rete è guidata dall'ASL del territorio e unisce enti pubblici, imprese, parti sociali e terzo settore."
    )
    row_template = "portal/public/_network_row.html"
    empty_text = "Nessuna rete è ancora attiva. La prima nasce con la sottoscrizione di un accordo."
    count_label = ("rete", "reti")
    columns = (
        Column("name", "Rete", sort="name"),
        Column("lead", "Capofila", value=lambda row: row.lead.name),
        Column("districts", "Ambiti", value=lambda row: ", ".join(d.name for d in row.districts.all())),
        Column("member_count", "Aderenti", sort="member_count", numeric=True),
        Column("alliance_count", "Alleanze", sort="alliance_count", numeric=True),
    )

    def rows(self):
        return queries.public_networks()

    def primary_action(self):
        return "Chiedi di aderire", reverse("network:application_join")


class Alliances(PublicList):
    title = "Alleanze"
    purpose = "Le Alleanze costituite: soggetti pubblici e privati che hanno firmato un accordo di partenariato."
    row_template = "portal/public/_alliance_row.html"
    empty_text = "Nessuna Alleanza è ancora costituita. Si costituisce con la firma di tutti i partecipanti."
    count_label = ("alleanza", "alleanze")
    columns = (
        Column("name", "Alleanza", sort="name"),
        Column("network", "Rete", value=lambda row: row.network.name, sort="network__name"),
        Column("lead_name", "Capofila", sort="lead_name"),
        Column("partner_count", "Partner", sort="partner_count", numeric=True),
        Column("constituted_on", "Costituita il", sort="constituted_on"),
    )

    def rows(self):
        return queries.public_alliances()


class Projects(PublicList):
    title = "Progetti finanziati"
    purpose = "I progetti delle Alleanze che hanno ricevuto un contributo, con quanto ciascuno riceve e aggiunge."
    row_template = "portal/public/_project_row.html"
    empty_text = "Nessun progetto è ancora finanziato. I primi compariranno dopo la graduatoria e la pubblicazione."
    count_label = ("progetto", "progetti")
    columns = (
        Column("title", "Progetto", sort="title"),
        Column("alliance", "Alleanza", value=lambda row: row.alliance.name, sort="alliance__name"),
        Column("network", "Rete", value=lambda row: row.network.name, sort="network__name"),
        Column("cup", "CUP"),
        Column("grant", "Contributo", sort="grant", numeric=True),
        Column("total_cost", "Costo totale", sort="total_cost", numeric=True),
    )

    def rows(self):
        return queries.published_projects()


class Transparency(PublicList):
    title = "Registro della trasparenza"
    purpose = (
        "I contributi concessi, pubblicati prima di ogni pagamento sopra 1.000 euro come chiede il d.lgs. 33/2013 "
        "(artt. 26 e 27)."
    )
    row_template = "portal/public/_publication_row.html"
    empty_text = "Nessun contributo è ancora pubblicato."
    count_label = ("contributo", "contributi")
    columns = (
        Column("beneficiary", "Beneficiario", sort="beneficiary"),
        Column("tax_code", "Dati fiscali"),
        Column("amount", "Importo", value=lambda row: row.stands, sort="now", numeric=True),
        Column("legal_basis", "Norma o titolo", value=lambda row: row.grounds),
        Column("office", "Ufficio", value=lambda row: f"{row.office} – {row.official}"),
        Column("selection", "Come è stato scelto"),
        Column("project", "Progetto", value=lambda row: row.project.title),
        Column("published_at", "Pubblicato il", sort="published_at"),
    )

    def rows(self):
        return queries.publications()


class Plans(PublicList):
    title = "Piani territoriali"
    purpose = "Il piano di ciascuna ASL per ogni programma, dopo la validazione della Cabina di Regia."
    row_template = "portal/public/_plan_row.html"
    empty_text = "Nessun piano è ancora validato. Lo sarà dopo la trasmissione alla Regione."
    count_label = ("piano", "piani")
    columns = (
        Column("title", "Piano", sort="title"),
        Column("network", "Rete", value=lambda row: row.network.name, sort="network__name"),
        Column("programme", "Programma", value=lambda row: row.programme.name, sort="programme__name"),
        Column("status", "Stato", value=lambda row: row.get_status_display()),
        Column("validated_on", "Validato il", sort="validated_on"),
    )

    def rows(self):
        return queries.public_plans()


class Practices(PublicList):
    title = "Buone prassi"
    purpose = "Che cosa ha funzionato nei territori, raccontato da chi l'ha fatto perché altri possano rifarlo."
    row_template = "portal/public/_practice_row.html"
    filterset_class = PublicPracticeFilter
    default_order = "-published"
    empty_text = "Nessuna buona prassi è ancora pubblicata. La propone chi l'ha realizzata, la Regione la pubblica."
    count_label = ("buona prassi", "buone prassi")
    columns = (
        Column("title", "Buona prassi", sort="title"),
        Column("area", "Area", value=lambda row: row.get_area_display(), sort="area"),
        Column("network", "Rete", value=lambda row: row.network.name, sort="network__name"),
        Column("whose", "Di chi"),
        Column("published", "Pubblicata il", value=lambda row: row.published_at, sort="published_at"),
    )

    def rows(self):
        return queries.published_practices()


class Practice(PlainPage):
    permission = PUBLIC
    template_name = "portal/public/practice.html"

    def records(self):
        return queries.published_practices()

    def breadcrumbs(self):
        return [("Buone prassi", reverse("portal:public_practices"))]


class Accessibility(PlainPage):
    permission = PUBLIC
    template_name = "portal/accessibility.html"
    title = "Accessibilità"


class Privacy(PlainPage):
    permission = PUBLIC
    template_name = "portal/privacy.html"
    title = "Privacy"

    def get_context(self):
        return {"register": REGISTER}


class Legal(PlainPage):
    permission = PUBLIC
    template_name = "portal/legal.html"
    title = "Note legali"
