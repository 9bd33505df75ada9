"""Addresses of the section «Rete»."""

from datetime import date

from django.urls import path, register_converter

from .views import (
    account,
    agreements,
    applications,
    colleagues,
    committees,
    home,
    imports,
    indicators,
    links,
    meetings,
    memberships,
    minutes,
    networks,
    organisations,
    programmes,
    quorums,
    registry,
    seats,
    signatures,
    steering,
)

app_name = "network"


class DayConverter:
    """A day in an address: 2014-03-31."""

    regex = r"\d{4}-\d{2}-\d{2}"
    to_python = staticmethod(date.fromisoformat)  # no such day: no such page

    def to_url(self, value) -> str:
        return str(value)


register_converter(DayConverter, "day")


def page(route: str, view, name: str):
    return path(f"rete/{route}", view.as_view(), name=name)


urlpatterns = [
    page("", home.Home, "home"),
    # one's own access, beside the pages of the accounts
    path("accesso/protezione/", account.SecondFactor.as_view(), name="second_factor"),
    path("accesso/sessioni/", account.Sessions.as_view(), name="sessions"),
    path("accesso/sessione/", account.KeepSession.as_view(), name="keep_session"),
    path("accesso/i-tuoi-dati/", account.OwnData.as_view(), name="own_data"),
    path("accesso/riprendi/", account.Resume.as_view(), name="resume"),
    # programmes and indicators
    page("programmi/", programmes.ProgrammeList, "programmes"),
    page("programmi/nuovo/", programmes.ProgrammeCreate, "programme_create"),
    page("programmi/<int:pk>/", programmes.ProgrammeDetail, "programme"),
    page("programmi/<int:pk>/modifica/", programmes.ProgrammeEdit, "programme_edit"),
    page("programmi/esempi/", programmes.ProgrammeExamples, "programme_examples"),
    page("programmi/<int:pk>/regole/", programmes.ProgrammeRules, "programme_rules"),
    page("programmi/<int:pk>/regole/correggi/", programmes.ProgrammeReviseRules, "programme_revise"),
    page("programmi/<int:pk>/regole/confronto/", programmes.ProgrammeCompare, "programme_compare"),
    page("programmi/<int:pk>/<slug:move>/", programmes.ProgrammeMove, "programme_move"),
    page("indicatori/", indicators.IndicatorList, "indicators"),
    page("indicatori/nuovo/", indicators.IndicatorCreate, "indicator_create"),
    page("indicatori/catalogo/", indicators.IndicatorCatalogue, "indicator_catalogue"),
    page("indicatori/<int:pk>/", indicators.IndicatorDetail, "indicator"),
    page("indicatori/<int:pk>/modifica/", indicators.IndicatorEdit, "indicator_edit"),
    page("indicatori/<int:pk>/versione/", indicators.IndicatorVersion, "indicator_version"),
    page("indicatori/<int:pk>/<slug:move>/", indicators.IndicatorMove, "indicator_move"),
    # bodies and people
    page("enti/", organisations.OrganisationList, "organisations"),
    page("enti/nuovo/", organisations.OrganisationCreate, "organisation_create"),
    page("enti/importa/", imports.ImportNew, "import_new"),
    page("enti/importa/modello/", imports.ImportModel, "import_model"),
    page("enti/importazioni/<int:pk>/", imports.ImportDetail, "import"),
    page("enti/importazioni/<int:pk>/<slug:move>/", imports.ImportMove, "import_move"),
    page("enti/<int:pk>/", organisations.OrganisationDetail, "organisation"),
    page("enti/<int:pk>/modifica/", organisations.OrganisationEdit, "organisation_edit"),
    page("enti/<int:pk>/natura/", organisations.OrganisationNature, "organisation_nature"),
    page("enti/<int:pk>/dimensione/", organisations.OrganisationSize, "organisation_size"),
    page("enti/<int:pk>/successione/", organisations.OrganisationSucceed, "organisation_succeed"),
    page("enti/<int:pk>/rappresentante/", organisations.RepresentativeAppoint, "representative_appoint"),
    page("enti/<int:pk>/rappresentante/correggi/", organisations.RepresentativeCorrect, "representative_correct"),
    page("enti/<int:pk>/rappresentante/termina/", organisations.RepresentativeVacate, "representative_vacate"),
    page("colleghi/", colleagues.Colleagues, "colleagues"),
    page("colleghi/invita/", colleagues.ColleagueInvite, "colleague_invite"),
    page("colleghi/<int:pk>/termina/", colleagues.ColleagueEnd, "colleague_end"),
    page("persone/", seats.SeatList, "seats"),
    page("persone/nuovo-incarico/", seats.SeatGive, "seat_give"),
    page("persone/<int:pk>/", seats.SeatDetail, "seat"),
    page("persone/<int:pk>/termina/", seats.SeatEnd, "seat_end"),
    page("persone/<int:pk>/cancella-dati/", seats.PersonErase, "person_erase"),
    # networks
    page("reti/", networks.NetworkList, "networks"),
    page("reti/nuova/", networks.NetworkCreate, "network_create"),
    page("reti/aderire/", networks.Join, "join"),
    page("reti/<int:pk>/", networks.NetworkDetail, "network"),
    page("reti/<int:pk>/impegni/", networks.NetworkDuties, "network_duties"),
    page("reti/<int:pk>/modifica/", networks.NetworkEdit, "network_edit"),
    page("reti/<int:pk>/ambiti/nuovo/", networks.DistrictAdd, "district_add"),
    page("reti/<int:pk>/aderenti-al/", memberships.MembersOnDay, "members_on_day"),
    page("reti/<int:pk>/aderenti-al/<day:day>/", memberships.MembersOn, "members_on"),
    page("reti/<int:pk>/aderenti/nuovo/", networks.MembershipJoin, "membership_join"),
    page("reti/<int:pk>/chiedi-di-aderire/", networks.MembershipRequest, "membership_request"),
    page("reti/<int:pk>/convoca-aderenti/", networks.ConveneFormer, "convene_former"),
    page("reti/<int:pk>/accordo/nuovo/", agreements.AgreementCreate, "agreement_create"),
    page("reti/<int:pk>/sedute/convoca/", meetings.MeetingConvene, "meeting_convene"),
    # the register of formal acts
    page("reti/<int:pk>/protocollo/", registry.RegistryList, "registry"),
    page("reti/<int:pk>/protocollo/nuovo/", registry.RegistryLetter, "registry_letter"),
    page("protocollo/<int:pk>/", registry.RegistryEntryPage, "registry_entry"),
    page("protocollo/<int:pk>/file/", registry.RegistryFile, "registry_file"),
    page("protocollo/<int:pk>/annulla/", registry.RegistryAnnul, "registry_annul"),
    # the agreement
    page("accordi/", agreements.AgreementList, "agreements"),
    page("accordi/<int:pk>/", agreements.AgreementDetail, "agreement"),
    page("accordi/<int:pk>/testo/", agreements.AgreementText, "agreement_text"),
    page("accordi/<int:pk>/versioni/<int:number>/", agreements.AgreementVersionPage, "agreement_version"),
    page("accordi/<int:pk>/confronto/", agreements.AgreementCompare, "agreement_compare"),
    page("accordi/<int:pk>/deliberazione/", agreements.AgreementApprove, "agreement_approve"),
    # applications of people without an account
    page("domanda-di-adesione/", applications.JoinPublic, "application_join"),
    page("domanda-di-adesione/inviata/", applications.ApplicationSent, "application_sent"),
    page("adesione/<str:token>/accesso/", applications.AccessFromLink, "application_access"),
    page("domande/", applications.ApplicationList, "applications"),
    page("domande/<int:pk>/", applications.ApplicationDetail, "application"),
    page("domande/<int:pk>/accogli/", applications.ApplicationAccept, "application_accept"),
    page("domande/<int:pk>/<slug:move>/", applications.ApplicationMove, "application_move"),
    page("accordi/<int:pk>/sottoscrizione/", agreements.AgreementSubscribe, "agreement_subscribe"),
    page("accordi/<int:pk>/firmatari/nuovo/", signatures.SignatoryAdd, "signatory_add"),
    page("accordi/<int:pk>/firmatari/<int:row>/togli/", signatures.SignatoryRemove, "signatory_remove"),
    page("accordi/<int:pk>/firme/<int:organisation>/", signatures.SignatureRecord, "signature_record"),
    page("accordi/<int:pk>/firme/<int:organisation>/file/", signatures.SignatureFileRecord, "signature_record_file"),
    page("accordi/<int:pk>/firme/<int:row>/prova/", signatures.SignatureFile, "signature_file"),
    page("accordi/<int:pk>/scansione/", signatures.ScanAttach, "scan_attach"),
    page("accordi/<int:pk>/la-mia-firma/", signatures.SignOwn, "agreement_sign_own"),
    page("accordi/<int:pk>/la-mia-firma/file/", signatures.SignOwnFile, "agreement_sign_own_file"),
    page("accordi/<int:pk>/<slug:move>/", agreements.AgreementMove, "agreement_move"),
    # adherents
    page("aderenti/", memberships.MembershipList, "memberships"),
    page("aderenti/<int:pk>/", memberships.MembershipDetail, "membership"),
    page("adesione/<str:token>/", links.AdhesionLinkPage, "adhesion_link"),
    page("aderenti/<int:pk>/link/", links.AdhesionLinkIssue, "adhesion_link_issue"),
    page("aderenti/<int:pk>/contributi/nuovo/", memberships.ContributionAdd, "contribution_add"),
    page("aderenti/<int:pk>/<slug:move>/", memberships.MembershipMove, "membership_move"),
    # bodies of the governance, and meetings
    page("cabina/", steering.SteeringPage, "steering"),
    page("cabina/seggi/nuovo/", steering.SteeringSeatAdd, "steering_seat_add"),
    page("cabina/seggi/<int:pk>/termina/", steering.SteeringSeatEnd, "steering_seat_end"),
    page("cabina/convoca/", meetings.MeetingConveneSteering, "meeting_convene_steering"),
    page("comitati/<int:pk>/", committees.CommitteeDetail, "committee"),
    page("comitati/<int:pk>/componenti/nuovo/", committees.CommitteeMemberAdd, "committee_member_add"),
    page("comitati/<int:pk>/costituzione/", committees.CommitteeConstitute, "committee_constitute"),
    page("comitati/<int:pk>/numero-legale/", quorums.CommitteeQuorum, "committee_quorum"),
    page("cabina/numero-legale/", quorums.SteeringQuorum, "steering_quorum"),
    page("reti/<int:pk>/numero-legale/", quorums.AssemblyQuorum, "assembly_quorum"),
    page("componenti/<int:pk>/supplente/", committees.CommitteeSubstitute, "committee_substitute"),
    page("componenti/<int:pk>/subentro/", committees.CommitteeTakeOver, "committee_take_over"),
    page("componenti/<int:pk>/termina/", committees.CommitteeMemberEnd, "committee_member_end"),
    page("sedute/", meetings.MeetingList, "meetings"),
    page("sedute/<int:pk>/", meetings.MeetingDetail, "meeting"),
    page("sedute/<int:pk>/presenze/", meetings.MeetingHold, "meeting_hold"),
    page("sedute/<int:pk>/cambia/", meetings.MeetingChange, "meeting_change"),
    page("sedute/<int:pk>/calendario.ics", meetings.MeetingCalendar, "meeting_calendar"),
    page("sedute/<int:pk>/decisioni/nuova/", minutes.DecisionAdd, "decision_add"),
    page("sedute/<int:pk>/decisioni/<int:decision>/togli/", minutes.DecisionStrike, "decision_strike"),
    page("sedute/<int:pk>/verbale/", minutes.MeetingMinutes, "meeting_minutes"),
    page("sedute/<int:pk>/verbale/<int:matter>/", minutes.MinutesPartPage, "minutes_part"),
    page("sedute/<int:pk>/<slug:move>/", meetings.MeetingMove, "meeting_move"),
]
