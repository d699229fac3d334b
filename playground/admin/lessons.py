from django.contrib import admin

from playground.models import Lesson


@admin.register(Lesson)
class LessonAdmin(admin.ModelAdmin[Lesson]):
    list_display = ("order", "title", "summary")
    list_display_links = ("title",)
    search_fields = ("title", "body")
