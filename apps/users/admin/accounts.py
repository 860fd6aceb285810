"""Accounts for the staff to find, close, open and help; colleagues to invite and to give rights to."""

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
VERBS: dict[str, tuple[str, Callable[[users.UsersService, User], None]]] = {
    "close": ("closed", lambda service, user: service.deactivate(str(user.pk))),
    "open": ("opened again", lambda service, user: service.reactivate(str(user.pk))),
    "reset": ("sent the e-mail to set a password", lambda service, user: service.request_password_reset(user.email)),
}


class StaffForm(forms.ModelForm[User]):
    """A colleague to invite, or an account whose rights change."""

    class Meta:
        model = User
        fields = ("email", "name", "is_staff", "is_superuser", "groups")
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def clean_email(self) -> str:
        """The address under the same rule as everywhere, in the form in which it is kept."""
        return _kept(emails.checked, self.cleaned_data["email"])

    def clean_name(self) -> str:
        """The name under the same rule as everywhere."""
        return _kept(reading.name, self.cleaned_data["name"])


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """Everybody who shops or works here. What the contract has a verb for goes through it."""

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
        """A new colleague needs three things; an account shows all there is."""
        rights = ("is_superuser", "groups")
        if obj is None:
            invite = "An e-mail with a link to set a password will be sent to this address."
            return (
                (None, {"fields": ("email", "name"), "description": invite}),
                ("Rights", {"fields": rights if _may_give_rights(request) else ()}),
            )
        shown = ("email", "name", "state", "joined", "last_login", "chosen", "address_book", "elsewhere")
        return ((None, {"fields": shown}), ("Rights", {"fields": ("is_staff", *rights)}))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only those who may do everything give rights; nobody writes about somebody else."""
        if obj is None:
            return ()
        shown = ("email", "name", "state", "joined", "last_login", "chosen", "address_book", "elsewhere")
        return shown if _may_give_rights(request) else (*shown, "is_staff", "is_superuser", "groups")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are closed; only their owners erase them."""
        return False

    @admin.display(description="Role", ordering="is_staff")
    def role_badge(self, user: User) -> str:
        """Customer, staff, or staff who may do everything."""
        if user.is_superuser:
            return format_html('<span class="ts-badge warn">{}</span>', "Staff, all rights")
        return format_html(
            '<span class="ts-badge{}">{}</span>', *(("", "Staff") if user.is_staff else (" quiet", "Customer"))
        )

    @admin.display(description="State", ordering="is_active")
    def state(self, user: User) -> str:
        """Whether the account is open, and the address proven."""
        if user.erased_at:
            return format_html('<span class="ts-badge quiet">Erased {}</span>', _day(user.erased_at))
        if not user.is_active:
            return format_html('<span class="ts-badge bad">{}</span>', "Closed")
        if not user.email_verified:
            return format_html('<span class="ts-badge warn">{}</span>', "Not verified")
        return format_html('<span class="ts-badge">{}</span>', "Open")

    @admin.display(description="Joined", ordering="joined_at")
    def joined(self, user: User) -> str:
        """Since when they are here."""
        return _day(user.joined_at)

    @admin.display(description="Settings")
    def chosen(self, user: User) -> str:
        """What they chose, and the shop's defaults."""
        return ", ".join(f"{key.replace('_', ' ')}: {value}" for key, value in user.all_settings().items())

    @admin.display(description="Addresses")
    def address_book(self, user: User) -> str:
        """The user's addresses, the default first."""
        kept = sorted(user.addresses.all(), key=Address.place)
        lines = ((one.in_a_line() + " (default)" * one.is_default,) for one in kept)
        return format_html_join(mark_safe("<br>"), "{}", lines) or "-"

    @admin.display(description="See also")
    def elsewhere(self, user: User) -> str:
        """Links to the user's sessions and events."""
        links = [("Events", f"{reverse('admin:events_event_changelist')}?q={user.pk}")]
        with contextlib.suppress(NoReverseMatch):  # sessions may be hosted elsewhere
            links.append(("Sessions", f"{reverse('admin:sessions_session_changelist')}?q={user.pk}"))
        shown = [format_html('<a href="{}">{}</a>', href, name) for name, href in links]
        return format_html(" · ".join("{}" for _ in shown), *shown)

    def get_urls(self) -> list[URLPattern]:
        """The three buttons of an account's page, before the admin's own addresses."""
        act = path("<uuid:user_id>/<slug:verb>/now/", self.admin_site.admin_view(self.act), name="users_user_act")
        return [act, *super().get_urls()]

    @method_decorator(csrf_protect)
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of an account. Not in one transaction as Django has it: each verb of the contract is its own."""
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
        """Invites or re-ranks by the contract. Superuser is Django's own notion, unknown to it, and set here."""
        service = rpc.connect(users.UsersService)
        wanted = bool(form.cleaned_data.get("is_superuser", False)) and _may_give_rights(request)
        if not change:
            obj.pk = uuid.UUID(service.add_staff(obj.email, obj.name).id)
        elif "is_staff" in form.changed_data:
            service.set_role(str(obj.pk), common.Role.STAFF if form.cleaned_data["is_staff"] else common.Role.CUSTOMER)
        if _may_give_rights(request):
            User.objects.filter(pk=obj.pk, is_staff=True).update(is_superuser=wanted)
        obj.refresh_from_db()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Groups are for staff, and given by those who may do everything."""
        if _may_give_rights(request) and form.instance.is_staff:
            form.save_m2m()

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        """Says who was invited; the admin's own words would name no one."""
        self.message_user(request, f"{obj.email} is invited; the e-mail is on its way.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:users_user_change", args=[obj.pk]))

    def response_change(self, request: HttpRequest, obj: User) -> HttpResponse:
        """Says whose rights were saved."""
        self.message_user(request, f"The permissions of {obj.email} have been saved.", messages.SUCCESS)
        here = "_continue" in request.POST
        return HttpResponseRedirect(request.path if here else reverse("admin:users_user_changelist"))

    def act(self, request: HttpRequest, user_id: uuid.UUID, verb: str) -> HttpResponse:
        """Closes, opens or helps one account."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        user = User.objects.filter(pk=user_id).first()
        if user is None or verb not in VERBS:
            raise Http404
        if not self._may_act(request, user):
            raise PermissionDenied
        self._do(request, verb, [user])
        return HttpResponseRedirect(reverse("admin:users_user_change", args=[user_id]))

    def _may_act(self, request: HttpRequest, user: User | None) -> bool:
        """Staff with the right to change users act on customers; on each other only those who may do everything."""
        if user is None or user.erased_at or not self.has_change_permission(request, user):
            return False
        return _may_give_rights(request) or not user.is_staff

    def _do(self, request: HttpRequest, verb: str, chosen: list[User]) -> None:
        said, call = VERBS[verb]
        allowed = [user for user in chosen if self._may_act(request, user)]
        service, done = rpc.connect(users.UsersService), 0
        for user in allowed:
            try:
                call(service, user)
                self.log_change(request, user, said)
                done += 1
            except REFUSALS as refusal:
                self.message_user(request, refusal.message, messages.ERROR)
        if done:
            self.message_user(request, f"{done} account{'s' if done > 1 else ''}: {said}.", messages.SUCCESS)
        if len(allowed) < len(chosen):
            self.message_user(
                request, f"{len(chosen) - len(allowed)} left as they are: not yours to change.", messages.WARNING
            )

    @admin.action(description="Close the selected accounts", permissions=["change"])
    def close_accounts(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Shuts them out; their sessions end."""
        self._do(request, "close", list(chosen))

    @admin.action(description="Reopen the selected accounts", permissions=["change"])
    def open_accounts(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Lets the owners log in again."""
        self._do(request, "open", list(chosen))

    @admin.action(description="Send an e-mail to set a password", permissions=["change"])
    def send_resets(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Helps those who cannot log in."""
        self._do(request, "reset", list(chosen))


def _kept(rule: Callable[[str], str], text: str) -> str:
    """What a rule makes of a form's text; its refusal as a form has it."""
    try:
        return rule(text)
    except common.InvalidInput as refusal:
        raise ValidationError(refusal.message) from refusal


def _may_give_rights(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _day(moment: int) -> str:
    return f"{clock.datetime_of(moment):%-d %b %Y}"
