"""The import of product files: a preview of the changes row by row, and the import itself after confirmation."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.catalog.admin import amounts, bulk_forms, cells, columns, labels, pages, sheets
from apps.catalog.models import Product, Upload
from idl import catalog
from thriftshop import rpc
from thriftshop.tables.table import Faulty

BATCH = 1_000
MAX_DISPLAYED = 500
KINDS = ("refused", "created", "changed", "unchanged")
BADGES = {"refused": "bad", "created": "", "changed": "warn", "unchanged": "quiet"}


class Line(NamedTuple):
    """The outcome, or expected outcome, of a row of the file."""

    row: int
    sku: str
    outcome: str
    differences: list[str]
    problem: str

    @property
    def badge(self) -> str:
        """The CSS class of its badge."""
        return BADGES[self.outcome]


def view(model_admin: admin.ModelAdmin[Product], request: HttpRequest) -> HttpResponse:
    """The form; after an upload the preview; after confirmation the result."""
    if not (model_admin.has_add_permission(request) and model_admin.has_change_permission(request)):
        raise PermissionDenied
    if "upload" in request.POST:
        return _apply(model_admin, request)
    form = bulk_forms.ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            content = _read_limited(file)
            contents = sheets.read(content)
            lines = list(lines_of(contents, form.cleaned_data["decimal"], dry_run=True))
        except (sheets.Unreadable, cells.InvalidColumns, *labels.REFUSALS) as problem:
            form.add_error("file", labels.message_of(problem))
        else:
            upload = Upload.objects.store(file.name, content, str(request.user.pk))
            return _page(model_admin, request, form=form, upload=upload, lines=lines, notices=contents.notices)
    return _page(model_admin, request, form=form)


def _read_limited(file: Any) -> bytes:
    if file.size > sheets.MAX_BYTES:
        raise sheets.Unreadable(
            f"The file has {file.size:,} bytes; the maximum is {sheets.MAX_BYTES // 1024 // 1024} MiB."
        )
    content: bytes = file.read()
    return content


def _apply(model_admin: admin.ModelAdmin[Product], request: HttpRequest) -> HttpResponse:
    upload = Upload.objects.filter(id=request.POST["upload"], by=str(request.user.pk)).first()
    if upload is None:
        messages.error(request, "That file is no longer stored. Nothing was changed; upload it again.")
        return HttpResponseRedirect(reverse("admin:catalog_import"))
    content, name = bytes(upload.content), upload.name
    upload.delete()  # so that a form submitted twice is applied once
    lines = _imported_lines(request, name, content)
    counts = Counter(line.outcome for line in lines)
    if summary := ", ".join(f"{counts[kind]:,} {kind}" for kind in KINDS if counts[kind]):
        messages.success(request, f"{name} was imported: {summary}.")
    return _page(
        model_admin,
        request,
        form=bulk_forms.ImportForm(),
        done=True,
        lines=[line for line in lines if line.outcome != "unchanged"],
    )


def _imported_lines(request: HttpRequest, name: str, content: bytes) -> list[Line]:
    """Import a file, and return the lines before the first refusal of a batch, which becomes a message."""
    lines: list[Line] = []
    try:
        for line in lines_of(sheets.read(content), request.POST.get("decimal", ""), dry_run=False):
            lines.append(line)  # noqa: PERF402 - lines written before a refusal are reported
    except labels.REFUSALS as refusal:
        last_row = max((line.row for line in lines), default=1)
        messages.error(
            request,
            f"The import of {name} stopped after row {last_row}. {labels.message_of(refusal)}"
            " The rows before are imported; upload the file again to import the rest.",
        )
    return lines


def lines_of(contents: sheets.Contents, decimal: str, *, dry_run: bool) -> Iterator[Line]:
    """Import the rows of a file, or only preview the changes. Raises sheets.Unreadable and cells.InvalidColumns.

    `decimal` is the decimal sign of amounts, if the file does not decide it.
    """
    header, *body = contents.rows
    if faulty := next((cell for cell in header if isinstance(cell, Faulty)), None):
        raise sheets.Unreadable(f"Invalid column name: {faulty.problem}.")
    names = columns.canonical_names([str(cell) for cell in header])
    rows = list(amounts.normalized(names, body, decimal))
    reader = columns.Reader(names, [_texts(row) for row in rows])
    numbered = [(number, row) for number, row in enumerate(rows, start=2) if any(row)]
    for start in range(0, len(numbered), BATCH):
        yield from _import_batch(reader, numbered[start : start + BATCH], dry_run)


def _texts(row: Sequence[sheets.Cell]) -> list[str]:
    return ["" if isinstance(cell, Faulty) else str(cell) for cell in row]


def _import_batch(
    reader: columns.Reader, rows: Sequence[tuple[int, Sequence[sheets.Cell]]], dry_run: bool
) -> list[Line]:
    inputs: list[tuple[int, catalog.ProductInput]] = []
    lines = []
    for number, row in rows:
        texts = _texts(row)
        try:
            product = reader.read(number, texts)
            _check_faults(reader.names, row)
            inputs.append((number, product))
        except cells.InvalidCell as problem:
            lines.append(Line(number, reader.sku(texts)[:64], "refused", [], f"{problem}."))
    outcomes = rpc.connect(catalog.CatalogService).put_products([product for _, product in inputs], dry_run)
    for (number, _), outcome in zip(inputs, outcomes, strict=True):
        lines.append(Line(number, outcome.sku, outcome.outcome, outcome.differences, outcome.problem or ""))
    return sorted(lines)


def _check_faults(names: Sequence[str], row: Sequence[sheets.Cell]) -> None:
    for name, cell in zip(names, row, strict=False):
        if isinstance(cell, Faulty):
            raise cells.InvalidCell(f"{name}: {cell.problem}")


def _page(model_admin: admin.ModelAdmin[Product], request: HttpRequest, **context: Any) -> HttpResponse:
    lines = sorted(context.pop("lines", []), key=lambda line: (KINDS.index(line.outcome), line.row))
    counts = Counter(line.outcome for line in lines)
    shared = {
        "title": "Import products",
        "counts": [(kind, counts[kind], BADGES[kind]) for kind in KINDS],
        "lines": lines[:MAX_DISPLAYED],
        "not_displayed": max(0, len(lines) - MAX_DISPLAYED),
        "changing": counts["created"] + counts["changed"],
        "columns": columns.header(["colour"]),
    }
    return pages.page(model_admin, request, "import", **shared, **context)
