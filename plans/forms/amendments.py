"""The act that changes a granted project."""

from django import forms

from conciliazione.kernel.forms import DateField, EuroField, LongTextField, TextField

from ..enums import AmendmentKind, BudgetCategory
from ..rules.amendments import Money


class AmendForm(forms.Form):
    kind = forms.ChoiceField(
        label="Che cosa si registra",
        choices=[(k.value, k.label) for k in AmendmentKind if k != AmendmentKind.GRANT],
        widget=forms.RadioSelect,
        help_text="La variazione ripartisce il budget, la proroga sposta la fine, la riduzione abbassa il contributo. "
        "Se il contributo è già pubblicato, il nuovo importo si pubblica prima di altri pagamenti.",
    )
    act = TextField(label="Atto", max_length=200, help_text="Tipo e numero: «Decreto n. 88».")
    act_on = DateField(label="Data dell'atto")
    reason = LongTextField(label="Motivo", max_length=2000, rows=3)
    ends_on = DateField(label="Il progetto finisce il")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = []
        for category in BudgetCategory:
            self.fields[f"grant_{category}"] = EuroField(label=f"{category.label}: contributo", required=False)
            self.fields[f"co_financing_{category}"] = EuroField(
                label=f"{category.label}: cofinanziamento", required=False
            )
            rows += [f"grant_{category}", f"co_financing_{category}"]
        self.fieldsets = [
            ("L'atto", ["kind", "act", "act_on", "reason"]),
            ("Il periodo", ["ends_on"]),
            ("Il budget", rows),
        ]

    def values(self) -> dict:
        """As `services.amendments.amend` takes them."""
        data = self.cleaned_data
        budget = {c.value: Money(data[f"grant_{c}"] or 0, data[f"co_financing_{c}"] or 0) for c in BudgetCategory}
        return {name: data[name] for name in ("kind", "act", "act_on", "reason", "ends_on")} | {"budget": budget}
