"""The admin of flags: a list, a page for each with all that can be done, and the form of what it is."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.safestring import SafeString

from apps.experiments import domain
from apps.experiments.admin import calculator, doing, forms, health, labels, results
from apps.experiments.models import Exposure, Flag
from idl import experiments
from thriftshop import clock
from thriftshop.desk import figures

LIST = "admin:experiments_flag_changelist"
PAGE = "admin:experiments_flag_change"
RESULTS = "admin:experiments_flag_results"


class InLayer(admin.SimpleListFilter):
    """Flags by layer."""

    title = "layer"
    parameter_name = "layer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The layers."""
        layers = Flag.objects.exclude(layer="").order_by("layer").values_list("layer", flat=True).distinct()
        return [(layer, layer) for layer in layers]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Flag]) -> QuerySet[Flag]:
        """The flags of the chosen layer."""
        return queryset.filter(layer=self.value()) if self.value() else queryset


@admin.register(Flag)
class FlagAdmin(admin.ModelAdmin[Flag]):
    """Flags, last changed first."""

    list_display = ("key", "title", "status", "variants", "visitors", "audience", "layer", "changed")
    list_filter = ("state", InLayer)
    search_fields = ("key", "title")
    list_per_page = 50
    actions = None

    def figures(self, request: HttpRequest) -> list[figures.KeyFigure]:
        """The figure on the admin's index: flags that run."""
        running = Flag.objects.filter(state=labels.STATE.RUNNING).count()
        return [figures.KeyFigure("Running flags", f"{running:,}", f"{reverse(LIST)}?state={labels.STATE.RUNNING}")]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a key is never used again."""
        return False

    @admin.display(description="State", ordering="state")
    def status(self, flag: Flag) -> SafeString:
        """The state as a badge."""
        return labels.state(flag.to_struct(), clock.now())

    @admin.display(description="Variants and weights")
    def variants(self, flag: Flag) -> str:
        """The variants with their weights."""
        return ", ".join(f"{variant.key} {variant.weight}" for variant in flag.to_struct().variants)

    @admin.display(description="Visitors", ordering="share")
    def visitors(self, flag: Flag) -> str:
        """The share of visitors who are in it."""
        return labels.percent(flag.share)

    @admin.display(description="Audience")
    def audience(self, flag: Flag) -> str:
        """The audience in words."""
        return domain.audience_text(flag.to_struct().audience)

    @admin.display(description="Changed", ordering="changed_at")
    def changed(self, flag: Flag) -> str:
        """The time of the last change."""
        return labels.moment(flag.changed_at)

    def get_urls(self) -> list[URLPattern]:
        """The form of a flag and what is done with it, before Django's own pages."""
        return [
            path("<str:key>/edit/", self.admin_site.admin_view(self.edit_view), name="experiments_flag_edit"),
            path("<str:key>/results/", self.admin_site.admin_view(self.results_view), name="experiments_flag_results"),
            path(
                "<str:key>/results.csv",
                self.admin_site.admin_view(self.file_view),
                name="experiments_flag_results_file",
            ),
            path("<str:key>/do/<str:name>/", self.admin_site.admin_view(self.do_view), name="experiments_flag_do"),
            *super().get_urls(),
        ]

    # -- pages --

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of a flag."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        flag = _find(unquote(object_id))
        counts = Exposure.objects.filter(flag=flag.key).values_list("variant").annotate(Count("id"))
        parts = labels.parts(flag, dict(counts))
        return self._page(
            request,
            "card",
            title=flag.key,
            flag=flag,
            state=labels.state(flag, clock.now()),
            audience=domain.audience_text(flag.audience),
            share=labels.percent(flag.share),
            plan=domain.plan_text(flag.plan) if flag.plan else "nothing",
            period=(labels.moment(flag.starts_at), labels.moment(flag.ends_at)),
            parts=parts,
            seen=sum(part.seen for part in parts),
            health=health.of(flag) if flag.allocations else None,
            actions=self._actions(request, flag),
            history=labels.history(doing.service().get_history(flag.key)),
        )

    def _actions(self, request: HttpRequest, flag: experiments.Flag) -> Sequence[tuple[doing.Action, Any]]:
        if not self.has_change_permission(request):
            return []
        offered = [action for action in doing.ACTIONS.values() if flag.state in action.states]
        forms_of = [(action, action.form(flag, None)) for action in offered]
        for action, form in forms_of:
            form.auto_id = f"id_{action.name}_%s"
        return forms_of

    def results_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """The page of a flag's results."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        flag = _find(key)
        content = results.content(flag)
        if not content["results"]:
            form = calculator.CalculatorForm(request.GET or None)
            content |= {"calculator": form, "needed": calculator.requirement(flag, form)}
        decisions = [pair for pair in self._actions(request, flag) if pair[0].name in doing.DECISIONS]
        state = labels.state(flag, clock.now())
        return self._page(request, "results", title="Results", flag=flag, state=state, decisions=decisions, **content)

    def file_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """The results as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        file = results.as_file(_find(key))
        if file is None:
            raise Http404("There are no results.")
        return file

    def do_view(self, request: HttpRequest, key: str, name: str) -> HttpResponse:
        """Do something with a flag."""
        if not self.has_change_permission(request) or request.method != "POST":
            raise PermissionDenied
        flag, action = _find(key), doing.ACTIONS.get(name)
        if action is None:
            raise Http404("There is no such action.")
        form, is_decision = action.form(flag, request.POST), request.POST.get("from") == "results"
        try:
            if is_decision and not request.POST.get("confirmed"):
                messages.error(request, "Nothing was changed. Confirm it by ticking the box.")
            elif form.is_valid():
                changed = action.call(key, form)
                same = changed.version == flag.version
                messages.success(request, "Nothing was to be changed." if same else f"{action.button}: done.")
            else:
                problems = [f"{form[name].label}: {error}" for name, found in form.errors.items() for error in found]
                messages.error(request, f"Nothing was changed. {' '.join(problems)}")
        except doing.REFUSED as refusal:
            messages.error(request, f"Nothing was changed. {doing.message_of(refusal)}")
        return HttpResponseRedirect(reverse(RESULTS if is_decision else PAGE, args=[key]))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form of a new flag."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = forms.FlagForm(request.POST or None, initial={"share": 100})
        return self._form(request, form, forms.variant_forms(request.POST or None), None)

    def edit_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """The form of an existing flag."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        flag = _find(key)
        form = forms.FlagForm(request.POST or None, initial=forms.initial_of(flag))
        if flag.state == labels.STATE.DRAFT and not flag.allocations:
            form.fix(["key"])
            rows = [
                {name: getattr(variant, name) for name in forms.VariantForm.base_fields} for variant in flag.variants
            ]
            return self._form(request, form, forms.variant_forms(request.POST or None, rows), flag)
        form.fix(forms.FlagForm.FIXED)
        return self._form(request, form, None, flag)

    def _form(
        self, request: HttpRequest, form: forms.FlagForm, rows: Any, flag: experiments.Flag | None
    ) -> HttpResponse:
        """The form, and its submission; without `rows` the variants stay as they are."""
        valid = [form.is_valid(), rows is None or rows.is_valid()]
        if request.method == "POST" and all(valid):
            entered = [row.variant() for row in rows.forms if row.cleaned_data] if rows else flag and flag.variants
            try:
                draft = form.draft(entered or [])
                changed = doing.service().edit_flag(draft) if flag else doing.service().create_flag(draft)
            except doing.REFUSED as refusal:
                form.add_error(None, doing.message_of(refusal))
            else:
                messages.success(request, f"{changed.key} was saved.")
                return HttpResponseRedirect(reverse(PAGE, args=[changed.key]))
        title = f"Edit {flag.key}" if flag else "Add a flag"
        return self._page(request, "form", title=title, form=form, rows=rows, flag=flag)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with its own title."""
        return super().changelist_view(request, {"title": "Flags and experiments"} | (extra_context or {}))

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "has_change_permission": self.has_change_permission(request),
        }
        return TemplateResponse(request, f"admin/experiments/flag/{template}.html", shared | context)


def _find(key: str) -> experiments.Flag:
    """The flag as it is now, whether or not it was projected. Raises Http404."""
    for flag in doing.service().get_flags():
        if flag.key == key:
            return flag
    raise Http404(f"There is no flag {key[:40]}.")
