"""The name of a passkey, asked in our words."""

from allauth.mfa.webauthn import forms as webauthn

from conciliazione.kernel.forms import TextField

LABEL = "Nome della passkey"


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    name = TextField(label=LABEL, max_length=100, required=False)


class EditPasskeyForm(webauthn.EditWebAuthnForm):
    name = TextField(label=LABEL, max_length=100)
