"""For whoever gives support: the records as they are, to be read. Acts go through the pages, which leave a trace."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from conciliazione.kernel.trail import chain

from . import models


class ReadOnly(admin.ModelAdmin):
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(models.Person)
class PersonAdmin(admin.ModelAdmin):
    """The account of a person: only whether it is active may be changed."""

    list_display = ("email", "first_name", "last_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "is_example")
    search_fields = ("email", "first_name", "last_name")
    fields = ("email", "first_name", "last_name", "is_active", "last_login", "date_joined")
    readonly_fields = ("email", "first_name", "last_name", "last_login", "date_joined")

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data:
            what = "Accesso riaperto" if obj.is_active else "Accesso sospeso"
            chain.record(chain.Kind.PERMISSION, f"{what} dall'amministrazione", by=request.user, about=obj)


@admin.register(models.Seat)
class SeatAdmin(ReadOnly):
    list_display = ("person", "kind", "network", "organisation", "starts_on", "ends_on")
    list_filter = ("kind", "network")
    search_fields = ("person__email", "person__last_name")
    list_select_related = ("person", "network", "organisation")


@admin.register(models.Organisation)
class OrganisationAdmin(ReadOnly):
    list_display = ("name", "kind", "nature", "municipality", "tax_code", "is_example")
    list_filter = ("kind", "nature", "is_example")
    search_fields = ("search_name", "tax_code")


@admin.register(models.Network)
class NetworkAdmin(ReadOnly):
    list_display = ("name", "slug", "lead", "ster")
    list_select_related = ("lead", "ster")


@admin.register(models.NetworkAgreement)
class NetworkAgreementAdmin(ReadOnly):
    list_display = ("network", "programme", "status", "signed_on", "expires_on")
    list_filter = ("status", "programme")
    list_select_related = ("network", "programme")


@admin.register(models.Membership)
class MembershipAdmin(ReadOnly):
    list_display = ("organisation", "network", "status", "origin", "since", "until")
    list_filter = ("status", "origin", "network")
    search_fields = ("organisation__search_name",)
    list_select_related = ("organisation", "network")


@admin.register(models.Meeting)
class MeetingAdmin(ReadOnly):
    list_display = ("body", "purpose", "network", "starts_at", "status")
    list_filter = ("body", "purpose", "status", "network")
    list_select_related = ("network",)


@admin.register(models.Programme)
class ProgrammeAdmin(ReadOnly):
    list_display = ("code", "name", "status", "starts_on", "ends_on")


@admin.register(models.Indicator)
class IndicatorAdmin(ReadOnly):
    list_display = ("code", "name", "programme", "kind", "status")
    list_filter = ("status", "programme")
    list_select_related = ("programme",)


# second factors, identities, addresses and sessions are given and taken by their person, through the pages: from here
# somebody could tie an identity of their own to another's account
for model in (Group, Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(model)
