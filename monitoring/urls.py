from django.urls import path

from .views import corrective, finance, progress, results, territorial

app_name = "monitoring"
urlpatterns = [
    path("monitoraggio/", progress.ReportList.as_view(), name="reports"),
    path("monitoraggio/attese/", progress.ExpectedList.as_view(), name="expected"),
    path("monitoraggio/relazioni/nuova/", progress.OpenReport.as_view(), name="open_report"),
    path("monitoraggio/relazioni/<int:pk>/", progress.ReportPage.as_view(), name="report"),
    path("monitoraggio/relazioni/<int:pk>/compila/", progress.EditReport.as_view(), name="edit_report"),
    path("monitoraggio/relazioni/<int:pk>/<slug:move>/", progress.ReportMove.as_view(), name="report_move"),
    path("monitoraggio/indicatori/", results.Indicators.as_view(), name="indicators"),
    path("monitoraggio/valori/", results.MeasurementList.as_view(), name="measurements"),
    path("monitoraggio/azioni/", results.ActionList.as_view(), name="actions"),
    path("monitoraggio/rendicontazioni/", finance.FinancialReportList.as_view(), name="financial_reports"),
    path("monitoraggio/rendicontazioni/nuova/", finance.OpenFinancialReport.as_view(), name="open_financial_report"),
    path("monitoraggio/rendicontazioni/<int:pk>/", finance.FinancialReportPage.as_view(), name="financial_report"),
    path("monitoraggio/rendicontazioni/<int:pk>/spese/nuova/", finance.AddItem.as_view(), name="add_item"),
    path(
        "monitoraggio/rendicontazioni/<int:pk>/<slug:move>/",
        finance.FinancialReportMove.as_view(),
        name="financial_report_move",
    ),
    path("monitoraggio/spese/<int:pk>/modifica/", finance.EditItem.as_view(), name="edit_item"),
    path("monitoraggio/spese/<int:pk>/togli/", finance.DeleteItem.as_view(), name="delete_item"),
    path("monitoraggio/spese/<int:pk>/controlla/", finance.CheckItem.as_view(), name="check_item"),
    path("monitoraggio/spese/<int:pk>/giustificativo/", finance.ItemPaper.as_view(), name="item_paper"),
    path("monitoraggio/territoriali/", territorial.TerritorialReportList.as_view(), name="territorial_reports"),
    path(
        "monitoraggio/territoriali/nuova/",
        territorial.PrepareTerritorialReport.as_view(),
        name="prepare_territorial_report",
    ),
    path("monitoraggio/territoriali/<int:pk>/", territorial.TerritorialReportPage.as_view(), name="territorial_report"),
    path(
        "monitoraggio/territoriali/<int:pk>/commento/",
        territorial.EditTerritorialReport.as_view(),
        name="edit_territorial_report",
    ),
    path(
        "monitoraggio/territoriali/<int:pk>/<slug:move>/",
        territorial.TerritorialReportMove.as_view(),
        name="territorial_report_move",
    ),
    path("monitoraggio/finestre/", territorial.WindowList.as_view(), name="windows"),
    path("monitoraggio/finestre/nuova/", territorial.CreateWindow.as_view(), name="create_window"),
    path("monitoraggio/azioni-correttive/", corrective.CorrectiveList.as_view(), name="correctives"),
    path("monitoraggio/azioni-correttive/nuova/", corrective.IssueCorrective.as_view(), name="issue_corrective"),
    path("monitoraggio/azioni-correttive/<int:pk>/", corrective.CorrectivePage.as_view(), name="corrective"),
    path(
        "monitoraggio/azioni-correttive/<int:pk>/<slug:move>/",
        corrective.CorrectiveMove.as_view(),
        name="corrective_move",
    ),
]
