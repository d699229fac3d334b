from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from playground import leaderboard
from playground.models import Challenge, Learner, Submission, TestResult
from playground.submissions import rejudge


class TestResultInline(admin.TabularInline[TestResult, Submission]):
    model = TestResult
    fields = readonly_fields = ("index", "name", "visible", "verdict", "message", "detail", "seconds")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Submission)
class SubmissionAdmin(admin.ModelAdmin[Submission]):
    """To look at and to grade again; nobody edits what a learner sent or what came out."""

    list_display = ("created", "learner", "kind", "revision", "state", "verdict", "seconds", "delayed")
    list_filter = ("kind", "state", "verdict", "revision__challenge")
    search_fields = ("learner__user__username", "id")
    date_hierarchy = "created"
    list_select_related = ("learner__user", "revision")
    inlines = (TestResultInline,)
    actions = ("grade_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Submission) -> None:
        self.delete_queryset(request, Submission.objects.filter(pk=obj.pk))

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Submission]) -> None:
        pairs = queryset.filter(revision__isnull=False).values_list("learner", "revision__challenge").distinct()
        touched = list(pairs.order_by())
        super().delete_queryset(request, queryset)
        for learner, challenge in touched:
            leaderboard.record(Learner.objects.get(pk=learner), Challenge.objects.get(pk=challenge))

    @admin.action(description="Grade the selected submissions again", permissions=["view"])
    def grade_again(self, request: HttpRequest, chosen: QuerySet[Submission]) -> None:
        count = rejudge(chosen)
        self.message_user(
            request,
            f"{count} of {chosen.count()} will be graded again; runs and what is not done yet are left as they are.",
            messages.SUCCESS if count else messages.WARNING,
        )
