"""What the database refuses, in the words of the model."""

from django.db import IntegrityError


def integrity_sentence(error: IntegrityError) -> str:
    """The sentence of the model constraint that the database just enforced (two people at once)."""
    from django.apps import apps

    text = str(error)
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            columns = ", ".join(
                f"{model._meta.db_table}.{model._meta.get_field(f).column}" for f in getattr(constraint, "fields", ())
            )
            if constraint.name in text or (columns and text.endswith(f": {columns}")):
                return str(constraint.violation_error_message)
    return "Questi dati sono già stati registrati, o sono in contrasto con altri: ricarica la pagina e controlla."
