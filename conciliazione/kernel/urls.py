from django.urls import path

from . import sheet_views, views

app_name = "kernel"

urlpatterns = [
    path("documenti/richiedi/<slug:kind>/<int:pk>/", views.RequestDocument.as_view(), name="request_document"),
    path("documenti/<str:code>/", views.DocumentPage.as_view(), name="document"),
    path("documenti/<str:code>/file/", views.DocumentFile.as_view(), name="document_file"),
    path("documenti/<str:code>/riprova/", views.RetryDocument.as_view(), name="retry_document"),
    path("elenchi/prepara/", sheet_views.RequestSheet.as_view(), name="request_sheet"),
    path("elenchi/<int:pk>/", sheet_views.SheetPage.as_view(), name="sheet"),
    path("elenchi/<int:pk>/file/", sheet_views.SheetFile.as_view(), name="sheet_file"),
    path("verifica/", views.Verify.as_view(), name="verify"),
    path("verifica/<str:code>/", views.VerifyCode.as_view(), name="verify_code"),
]
