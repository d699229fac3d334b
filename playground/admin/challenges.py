"""Challenges as an instructor edits them: one form over the whole pack; saving makes a new revision.

A new revision is a draft. Its validation begins at once, and when that is green it can be published: on a page of the
revision's own, which shows how far it is and what came out.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from lockstep.limits import BadLimitError, Limits
from lockstep.pack import DIFFICULTIES, SLUG, BadPackError, Pack
from playground import validations
from playground.models import Challenge, Lesson, Revision, Validation
from playground.packs import save_revision
from playground.validations import NotGreenError, refusal

_SOLUTION = "# file: "
_TEXTS = ("statement", "explanation", "starter", "scenario", "checks")


def join_solutions(solutions: Mapping[str, str]) -> str:
    """All solutions as one text, each after a line `# file: name.py`."""
    return "".join(f"{_SOLUTION}{name}\n{source.rstrip()}\n\n" for name, source in sorted(solutions.items()))


def split_solutions(text: str) -> dict[str, str]:
    """The inverse of join_solutions. Raises ValueError where text stands before the first file or a name twice."""
    found: dict[str, list[str]] = {}
    name = ""
    # Not splitlines(), for which a form feed or U+2028 within a source ends a line too.
    for line in text.split("\n"):
        if line.startswith(_SOLUTION):
            name = line.removeprefix(_SOLUTION).strip()
            if name in found:
                raise ValueError(f"{name} is there twice: give each solution its own name")
            found[name] = []
        elif name:
            found[name].append(line)
        elif line.strip():
            raise ValueError(f"{line[:60]!r} stands before the first file: begin each with `{_SOLUTION}name.py`")
    return {name: "\n".join(lines).strip("\n") + "\n" for name, lines in found.items()}


def _code(rows: int, help_text: str, *, required: bool = True, label: str | None = None) -> forms.CharField:
    attributes = {"rows": rows, "cols": 110, "class": "vLargeTextField code", "spellcheck": "false"}
    widget = forms.Textarea(attrs=attributes)
    return forms.CharField(widget=widget, help_text=help_text, required=required, label=label, strip=False)


class ChallengeForm(forms.ModelForm[Challenge]):
    """Every part of a pack. The fields of limits, hints and tags are lines of text, as in challenge.toml's lists."""

    title = forms.CharField(max_length=100)
    summary = forms.CharField(max_length=300, widget=forms.TextInput(attrs={"size": 100}))
    difficulty = forms.ChoiceField(choices=[(name, name) for name in DIFFICULTIES])
    points = forms.IntegerField(min_value=0, max_value=1000, required=False, help_text="Empty: by difficulty.")
    tags = forms.CharField(required=False, help_text="Separated by commas.")
    statement = _code(20, "Markdown: requirements, constraints, samples.")
    explanation = _code(
        12, "Markdown: why it is done so. Shown once it is solved, or to those who give up.", required=False
    )
    starter = _code(12, "What the learner begins with.")
    scenario = _code(16, "Calls the learner's code, in the learner's process: a learner may read it.")
    checks = _code(24, "Cases and expected answers; runs where no learner's code can reach.")
    solutions_text = _code(
        24,
        "Each begins with a line `# file: name.py`, then `# verdict: ACCEPTED` or what it must get.",
        required=False,
        label="Solutions",
    )
    hints_text = _code(4, "One a line.", required=False, label="Hints")
    stop_at_first_failure = forms.BooleanField(required=False)
    wall_seconds = forms.FloatField(initial=Limits().wall_seconds)
    cpu_seconds = forms.FloatField(initial=Limits().cpu_seconds)
    memory_mib = forms.IntegerField(initial=Limits().memory_mib)
    processes = forms.IntegerField(initial=Limits().processes, help_text="Processes and threads together.")
    output_bytes = forms.IntegerField(initial=Limits().output_bytes)
    file_mib = forms.IntegerField(initial=Limits().file_mib)

    pack: Pack

    class Meta:
        model = Challenge
        fields = ("slug", "lesson", "order")

    def __init__(self, *args: Any, **options: Any) -> None:
        instance: Challenge | None = options.get("instance")
        latest = instance.revisions.first() if instance else None
        self._forbid: dict[str, Any] = {}
        if latest:
            known = latest.pack.to_mapping()
            self._forbid = known["forbid"]
            options["initial"] = {
                **{name: known[name] for name in known if name not in ("lesson", "order", "limits", "solutions")},
                **known["limits"],
                "tags": ", ".join(known["tags"]),
                "hints_text": "\n".join(known["hints"]),
                "solutions_text": join_solutions(known["solutions"]),
                **options.get("initial", {}),
            }
        super().__init__(*args, **options)
        if latest and "slug" in self.fields:
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = "Links and submissions use it: it stays as it is."

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        text = {name: given[name].replace("\r\n", "\n") for name in _TEXTS}
        lesson: Lesson | None = given["lesson"]
        try:
            solutions = split_solutions(given["solutions_text"].replace("\r\n", "\n"))
            self.pack = Pack.from_mapping(
                given["slug"],
                {
                    **text,
                    **{name: given[name] for name in ("title", "summary", "difficulty", "order")},
                    "points": given["points"] or 0,
                    "tags": [word.strip() for word in given["tags"].split(",") if word.strip()],
                    "hints": [line.strip() for line in given["hints_text"].splitlines() if line.strip()],
                    "lesson": lesson.slug if lesson else "",
                    "limits": {name: given[name] for name in Limits().to_mapping()},
                    "forbid": self._forbid,
                    "stop_at_first_failure": given["stop_at_first_failure"],
                    "solutions": solutions,
                },
            )
        except (BadPackError, BadLimitError) as error:
            raise forms.ValidationError(getattr(error, "problems", [str(error)])) from None
        except ValueError as error:
            self.add_error("solutions_text", str(error))
        return given

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if not SLUG.fullmatch(slug):
            raise forms.ValidationError("Use lower-case words joined by hyphens.")
        return slug


class RevisionInline(admin.TabularInline[Revision, Challenge]):
    model = Revision
    fields = readonly_fields = ("number", "title", "created", "state", "digest")
    extra = 0
    can_delete = False
    fk_name = "challenge"
    verbose_name_plural = "Revisions, which never change"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="validation")
    def state(self, revision: Revision) -> str:
        if revision.challenge.current_id == revision.pk:
            told = "published"
        else:
            told = "can be published" if not (why := refusal(revision)) else why.removesuffix(".")
        return format_html('<a href="{}">{}</a>', _page_of(revision), told)


def _page_of(revision: Revision) -> str:
    return reverse("admin:playground_revision_validation", args=[revision.pk])


@admin.register(Challenge)
class ChallengeAdmin(admin.ModelAdmin[Challenge]):
    form = ChallengeForm
    list_display = ("order", "slug", "title", "lesson", "revision")
    list_display_links = ("slug", "title")
    list_select_related = ("current", "lesson")
    search_fields = ("slug", "current__title")
    inlines = (RevisionInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Challenge]:
        """Without levels, which are written as files."""
        return super().get_queryset(request).filter(current__level__isnull=True)

    fieldsets = (
        (None, {"fields": ("slug", "title", "summary", ("difficulty", "points", "order"), "lesson", "tags")}),
        ("What the learner sees", {"fields": ("statement", "starter", "hints_text", "explanation")}),
        ("How it is graded", {"fields": ("scenario", "checks", "solutions_text", "stop_at_first_failure")}),
        (
            "Limits of each test",
            {"fields": (("wall_seconds", "cpu_seconds"), ("memory_mib", "processes"), ("output_bytes", "file_mib"))},
        ),
    )

    @admin.display(description="published revision")
    def revision(self, challenge: Challenge) -> str:
        return str(challenge.current.number) if challenge.current else "none"

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.validation_page)
        name = "playground_revision_validation"
        return [path("revisions/<int:revision>/", page, name=name), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Challenge, form: Any, change: bool) -> None:
        revision = save_revision(form.pack, publish=False)
        # The admin goes on with the row that now exists.
        saved = revision.challenge
        obj.pk, obj.current, obj._state.adding = saved.pk, saved.current, False
        if saved.current_id == revision.pk:
            told = f"Revision {revision.number} is what learners meet already."
        else:
            if not Validation.objects.filter(revision=revision).exists():
                validations.request(revision)
            told = f"Revision {revision.number} is kept as a draft. It can be published when its validation is green."
        self.message_user(request, told, messages.INFO)
        # Where the browser goes after saving; the admin hands on the row and not the form.
        obj.saved = revision  # type: ignore[attr-defined]

    def response_post_save_add(self, request: HttpRequest, obj: Challenge) -> HttpResponseRedirect:
        return redirect(_page_of(obj.saved))  # type: ignore[attr-defined]

    response_post_save_change = response_post_save_add

    def validation_page(self, request: HttpRequest, revision: int) -> HttpResponse:
        """How far the validation of a revision is and what it found; posts of its buttons come here too."""
        found = get_object_or_404(Revision.objects.select_related("challenge__current"), pk=revision)
        challenge = found.challenge
        if not self.has_view_permission(request, challenge):
            raise PermissionDenied
        if request.method == "POST":
            self._obey(request, found)
            return redirect(_page_of(found))
        row = Validation.objects.filter(revision=found).first()
        return TemplateResponse(
            request,
            "admin/playground/validation.html",
            {
                **self.admin_site.each_context(request),
                "title": f"{found.title}, revision {found.number}",
                "opts": self.opts,
                "challenge": challenge,
                "revision": found,
                "is_current": challenge.current_id == found.pk,
                "may_change": self.has_change_permission(request, challenge),
                "validation": row,
                "refusal": refusal(found),
                "minutes_left": _minutes_left(row) if row else None,
            },
        )

    def _obey(self, request: HttpRequest, revision: Revision) -> None:
        if not self.has_change_permission(request, revision.challenge):
            raise PermissionDenied
        if "validate" in request.POST:
            validations.request(revision)
        elif "publish" in request.POST:
            try:
                validations.publish(revision)
            except NotGreenError as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                self.message_user(request, f"Learners meet revision {revision.number} from now on.", messages.SUCCESS)

    def has_delete_permission(self, request: HttpRequest, obj: Challenge | None = None) -> bool:
        # Submissions point to its revisions and are kept.
        used = obj is not None and obj.revisions.filter(submissions__isnull=False).exists()
        return not used and super().has_delete_permission(request, obj)


def _minutes_left(row: Validation) -> int | None:
    """By what the gradings so far have taken, the time that others were before it included; None: nobody knows."""
    if row.green is not None or not row.done:
        return None
    seconds = (timezone.now() - row.started).total_seconds() / row.done * (row.total - row.done)
    return max(1, round(seconds / 60))
