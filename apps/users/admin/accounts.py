"""The admin of accounts: close and reopen them, reset passwords, invite staff, and grant permissions."""

import contextlib
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.views.decorators.csrf import csrf_protect

from apps.users.models import Address, User
from apps.users.service import reading
from idl import common, users
from thriftshop import clock, rpc
from thriftshop.contact import emails

REFUSALS = (common.InvalidInput, common.Conflict, common.NotFound, common.Forbidden)
ACTIONS: dict[str, tuple[str, Callable[[users.UsersService, User], None]]] = {
    "close": ("closed", lambda service, user: service.deactivate(str(user.pk))),
    "open": ("opened again", lambda service, user: service.reactivate(str(user.pk))),
    "reset": ("sent the e-mail to set a password", lambda service, user: service.request_password_reset(user.email)),
}


class StaffForm(forms.ModelForm[User]):
    """Invites staff, or changes the permissions of an account."""

    class Meta:
        model = User
        fields = ("email", "name", "is_staff", "is_superuser", "groups")
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def clean_email(self) -> str:
        """The normalised address, validated by the rules of the service."""
        return _validated(emails.checked, self.cleaned_data["email"])

    def clean_name(self) -> str:
        """The normalised name, validated by the rules of the service."""
        return _validated(reading.name, self.cleaned_data["name"])


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """Accounts of customers and staff. Changes are made by the methods of the contract, if there is one."""

    form = StaffForm
    list_display = ("email", "name", "role_badge", "state", "joined")
    list_filter = ("is_staff", "is_active", "email_verified", ("groups", admin.RelatedOnlyFieldListFilter))
    search_fields = ("email", "name", "id")
    search_help_text = "E-mail address, name or id"
    ordering = ("-joined_at", "id")
    list_per_page = 50
    show_full_result_count = False
    actions = ("close_accounts", "open_accounts", "send_resets")
    change_form_template = "admin/users/user/change_form.html"

    class Media:
        css = {"all": ("users/admin.css",)}

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Name, address and permissions to invite staff; all fields of an existing account."""
        rights = ("is_superuser", "groups")
        if obj is None:
            invite = "An e-mail with a link to set a password will be sent to this address."
            return (
                (None, {"fields": ("email", "name"), "description": invite}),
                ("Rights", {"fields": rights if _may_give_rights(request) else ()}),
            )
        fields = ("email", "name", "state", "joined", "last_login", "chosen", "address_book", "elsewhere")
        return ((None, {"fields": fields}), ("Rights", {"fields": ("is_staff", *rights)}))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only superusers change permissions; personal data is read-only."""
        if obj is None:
            return ()
        fields = ("email", "name", "state", "joined", "last_login", "chosen", "address_book", "elsewhere")
        return fields if _may_give_rights(request) else (*fields, "is_staff", "is_superuser", "groups")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: staff close accounts, and only their owners erase them."""
        return False

    @admin.display(description="Role", ordering="is_staff")
    def role_badge(self, user: User) -> str:
        """Customer, staff, or superuser."""
        if user.is_superuser:
            return format_html('<span class="ts-badge warn">{}</span>', "Staff, all rights")
        return format_html(
            '<span class="ts-badge{}">{}</span>', *(("", "Staff") if user.is_staff else (" quiet", "Customer"))
        )

    @admin.display(description="State", ordering="is_active")
    def state(self, user: User) -> str:
        """Whether the account is open, and the address verified."""
        if user.erased_at:
            return format_html('<span class="ts-badge quiet">Erased {}</span>', _day(user.erased_at))
        if not user.is_active:
            return format_html('<span class="ts-badge bad">{}</span>', "Closed")
        if not user.email_verified:
            return format_html('<span class="ts-badge warn">{}</span>', "Not verified")
        return format_html('<span class="ts-badge">{}</span>', "Open")

    @admin.display(description="Joined", ordering="joined_at")
    def joined(self, user: User) -> str:
        """The date of joining."""
        return _day(user.joined_at)

    @admin.display(description="Settings")
    def chosen(self, user: User) -> str:
        """The chosen settings, with the shop's defaults for the others."""
        return ", ".join(f"{key.replace('_', ' ')}: {value}" for key, value in user.all_settings().items())

    @admin.display(description="Addresses")
    def address_book(self, user: User) -> str:
        """The user's addresses, the default first."""
        rows = sorted(user.addresses.all(), key=Address.sort_key)
        lines = ((row.as_line() + " (default)" * row.is_default,) for row in rows)
        return format_html_join(mark_safe("<br>"), "{}", lines) or "-"

    @admin.display(description="See also")
    def elsewhere(self, user: User) -> str:
        """Link to the user's sessions and events."""
        links = [("Events", f"{reverse('admin:events_event_changelist')}?q={user.pk}")]
        with contextlib.suppress(NoReverseMatch):  # sessions may be hosted elsewhere
            links.append(("Sessions", f"{reverse('admin:sessions_session_changelist')}?q={user.pk}"))
        anchors = [format_html('<a href="{}">{}</a>', href, name) for name, href in links]
        return format_html(" · ".join("{}" for _ in anchors), *anchors)

    def get_urls(self) -> list[URLPattern]:
        """The URL of the buttons on an account's page, before Django's own."""
        act = path("<uuid:user_id>/<slug:action>/now/", self.admin_site.admin_view(self.act), name="users_user_act")
        return [act, *super().get_urls()]

    @method_decorator(csrf_protect)
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of an account. Not in one transaction as in Django: each call to the service has its own."""
        user = self.get_object(request, object_id) if object_id else None
        context = {"subtitle": user.email, "may_act": self._may_act(request, user)} if user else {}
        context["show_save_and_add_another"] = False
        try:
            return super()._changeform_view(  # type: ignore[misc,no-any-return]
                request, object_id, form_url, {**context, **(extra_context or {})}
            )
        except REFUSALS as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Invite staff or change a role by the contract. `is_superuser` is Django's own, so it is set here."""
        service = rpc.connect(users.UsersService)
        is_superuser = bool(form.cleaned_data.get("is_superuser", False)) and _may_give_rights(request)
        if not change:
            obj.pk = uuid.UUID(service.add_staff(obj.email, obj.name).id)
        elif "is_staff" in form.changed_data:
            service.set_role(str(obj.pk), common.Role.STAFF if form.cleaned_data["is_staff"] else common.Role.CUSTOMER)
        if _may_give_rights(request):
            User.objects.filter(pk=obj.pk, is_staff=True).update(is_superuser=is_superuser)
        obj.refresh_from_db()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the groups of staff, if the user is a superuser."""
        if _may_give_rights(request) and form.instance.is_staff:
            form.save_m2m()

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        """A message with the e-mail address, which Django's own message does not contain."""
        self.message_user(request, f"{obj.email} has been invited by e-mail.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:users_user_change", args=[obj.pk]))

    def response_change(self, request: HttpRequest, obj: User) -> HttpResponse:
        """A message with the e-mail address, which Django's own message does not contain."""
        self.message_user(request, f"The permissions of {obj.email} have been saved.", messages.SUCCESS)
        here = "_continue" in request.POST
        return HttpResponseRedirect(request.path if here else reverse("admin:users_user_changelist"))

    def act(self, request: HttpRequest, user_id: uuid.UUID, action: str) -> HttpResponse:
        """Close or reopen an account, or send the password e-mail."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        user = User.objects.filter(pk=user_id).first()
        if user is None or action not in ACTIONS:
            raise Http404
        if not self._may_act(request, user):
            raise PermissionDenied
        self._do(request, action, [user])
        return HttpResponseRedirect(reverse("admin:users_user_change", args=[user_id]))

    def _may_act(self, request: HttpRequest, user: User | None) -> bool:
        """Staff with the permission to change users may act on customers; only superusers on other staff."""
        if user is None or user.erased_at or not self.has_change_permission(request, user):
            return False
        return _may_give_rights(request) or not user.is_staff

    def _do(self, request: HttpRequest, action: str, chosen: list[User]) -> None:
        description, call = ACTIONS[action]
        allowed = [user for user in chosen if self._may_act(request, user)]
        service, done = rpc.connect(users.UsersService), 0
        for user in allowed:
            try:
                call(service, user)
                self.log_change(request, user, description)
                done += 1
            except REFUSALS as refusal:
                self.message_user(request, refusal.message, messages.ERROR)
        if done:
            self.message_user(request, f"{done} account{'s' if done > 1 else ''}: {description}.", messages.SUCCESS)
        if len(allowed) < len(chosen):
            self.message_user(
                request, f"{len(chosen) - len(allowed)} not changed: you do not have permission.", messages.WARNING
            )

    @admin.action(description="Close the selected accounts", permissions=["change"])
    def close_accounts(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Close accounts, which ends their sessions."""
        self._do(request, "close", list(chosen))

    @admin.action(description="Reopen the selected accounts", permissions=["change"])
    def open_accounts(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Reopen accounts."""
        self._do(request, "open", list(chosen))

    @admin.action(description="Send an e-mail to set a password", permissions=["change"])
    def send_resets(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Send e-mails to set a password."""
        self._do(request, "reset", list(chosen))


def _validated(rule: Callable[[str], str], text: str) -> str:
    """The text normalised by a rule. Raises ValidationError for an invalid one."""
    try:
        return rule(text)
    except common.InvalidInput as refusal:
        raise ValidationError(refusal.message) from refusal


def _may_give_rights(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _day(moment: int) -> str:
    return f"{clock.datetime_of(moment):%-d %b %Y}"
