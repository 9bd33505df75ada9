from django.urls import path

from .views import agreements, alliances, comparison, instructions, meetings, partners, signing

app_name = "alliances"
_one = "alleanze/<int:pk>/"
urlpatterns = [
    path("alleanze/", alliances.Alliances.as_view(), name="list"),
    path("alleanze/nuova/", alliances.NewAlliance.as_view(), name="create"),
    path("alleanze/indicazioni/", instructions.AllInstructions.as_view(), name="instructions_list"),
    path("alleanze/indicazioni/<int:pk>/<int:programme_pk>/", instructions.Instructions.as_view(), name="instructions"),
    path(
        "alleanze/indicazioni/<int:pk>/<int:programme_pk>/modifica/",
        instructions.EditInstructions.as_view(),
        name="instructions_edit",
    ),
    path(_one, alliances.AlliancePage.as_view(), name="alliance"),
    path(f"{_one}modifica/", alliances.EditAlliance.as_view(), name="edit"),
    path(f"{_one}verifica/", comparison.CheckAlliance.as_view(), name="check"),
    path(f"{_one}scrivi-all-asl/", alliances.WriteToOffice.as_view(), name="message"),
    path(f"{_one}partner/aggiungi/", partners.AddPartner.as_view(), name="add_partner"),
    path(f"{_one}partner/<int:partner_pk>/", partners.EditPartner.as_view(), name="edit_partner"),
    path(f"{_one}partner/<int:partner_pk>/togli/", partners.RemovePartner.as_view(), name="remove_partner"),
    path(f"{_one}capofila/", partners.ChooseLead.as_view(), name="lead"),
    path(f"{_one}accordo/", agreements.AgreementPage.as_view(), name="agreement"),
    path(f"{_one}accordo/modifica/", agreements.WriteAgreement.as_view(), name="write"),
    path(f"{_one}accordo/nuova-versione/", agreements.NewVersion.as_view(), name="new_version"),
    path(f"{_one}accordo/alla-firma/", agreements.SendToSign.as_view(), name="send"),
    path(f"{_one}accordo/firma/", signing.Sign.as_view(), name="sign"),
    path(f"{_one}accordo/firma/file/", signing.SignFile.as_view(), name="sign_file"),
    path(f"{_one}accordo/ritira/", agreements.WithdrawVersion.as_view(), name="withdraw"),
    path(f"{_one}accordo/firme/<int:signature_pk>/carta/", signing.AttestPaper.as_view(), name="attest"),
    path(f"{_one}accordo/firme/<int:signature_pk>/file/", signing.AttestFile.as_view(), name="attest_file"),
    path(f"{_one}accordo/firme/<int:signature_pk>/scansione/", signing.SignatureFile.as_view(), name="signature_file"),
    path(f"{_one}incontri/convoca/", meetings.ConveneMeeting.as_view(), name="convene"),
    path(f"{_one}incontri/numero-legale/", meetings.MeetingQuorum.as_view(), name="quorum"),
    path(f"{_one}<slug:move>/", alliances.AllianceMove.as_view(), name="move"),
]
