from django.urls import path

from ..rules.proposals import STEPS
from ..views import eligibility as checks
from ..views import proposal_acts as acts
from ..views import proposal_parts as parts
from ..views import proposals as views
from ..views import targets

urlpatterns = [
    path("proposte/", views.ProposalsPage.as_view(), name="proposals"),
    path("avvisi/<int:pk>/proponi/", views.ProposalNew.as_view(), name="proposal_new"),
    path("proposte/<int:pk>/", views.ProposalPage.as_view(), name="proposal"),
    *(
        path(
            f"proposte/<int:pk>/{step.slug}/",
            (parts.TextsStep if step.fields else parts.RowsStep).as_view(step=step.key),
            name=f"proposal_{step.key}",
        )
        for step in STEPS
    ),
    path("proposte/<int:pk>/presenta/", acts.ProposalSubmit.as_view(), name="proposal_submit"),
    path("proposte/<int:pk>/ricevuta/", acts.ProposalReceipt.as_view(), name="proposal_receipt"),
    path("proposte/<int:pk>/verifica/", checks.EligibilityPage.as_view(), name="proposal_eligibility"),
    path("proposte/<int:pk>/duplica/", views.ProposalDuplicate.as_view(), name="proposal_duplicate"),
    path("proposte/<int:pk>/passo/<slug:move>/", acts.ProposalMove.as_view(), name="proposal_move"),
    path("proposte/<int:pk>/azioni/aggiungi/", parts.ActionNew.as_view(), name="action_new"),
    path("azioni-di-proposta/<int:pk>/modifica/", parts.ActionEdit.as_view(), name="action_edit"),
    path("azioni-di-proposta/<int:pk>/togli/", parts.ActionRemove.as_view(), name="action_remove"),
    path("proposte/<int:pk>/budget/aggiungi/", parts.BudgetLineNew.as_view(), name="budget_line_new"),
    path("voci-di-spesa/<int:pk>/modifica/", parts.BudgetLineEdit.as_view(), name="budget_line_edit"),
    path("voci-di-spesa/<int:pk>/togli/", parts.BudgetLineRemove.as_view(), name="budget_line_remove"),
    path("proposte/<int:pk>/indicatori/aggiungi/", parts.IndicatorNew.as_view(), name="indicator_new"),
    path("indicatori-attesi/<int:pk>/modifica/", parts.IndicatorEdit.as_view(), name="indicator_edit"),
    path("indicatori-attesi/<int:pk>/voci/", targets.PartTargets.as_view(), name="part_targets"),
    path("alleanze/<int:pk>/indicatori/chiedi/", targets.OwnIndicatorNew.as_view(), name="own_indicator_new"),
    path("indicatori-attesi/<int:pk>/togli/", parts.IndicatorRemove.as_view(), name="indicator_remove"),
    path("proposte/<int:pk>/allegati/aggiungi/", parts.AttachmentNew.as_view(), name="attachment_new"),
    path("allegati-di-proposta/<int:pk>/togli/", parts.AttachmentRemove.as_view(), name="attachment_remove"),
    path("allegati-di-proposta/<int:pk>/file/", parts.AttachmentFile.as_view(), name="attachment_file"),
    path("proposte/<int:pk>/sostituisci/", views.ProposalReplace.as_view(), name="proposal_replace"),
    path("proposte/<int:pk>/chiarimenti/chiedi/", checks.ClarificationNew.as_view(), name="clarification_new"),
    path("chiarimenti/<int:pk>/", checks.ClarificationPage.as_view(), name="clarification"),
    path("chiarimenti/<int:pk>/rispondi/", checks.ClarificationAnswer.as_view(), name="clarification_answer"),
    path("chiarimenti/<int:pk>/passo/<slug:move>/", checks.ClarificationMove.as_view(), name="clarification_move"),
]
