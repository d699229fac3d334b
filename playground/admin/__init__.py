"""What instructors use: lessons, challenges and their revisions, submissions."""

from django.contrib import admin

from playground.admin import challenges, lessons, submissions

__all__ = ["challenges", "lessons", "submissions"]

admin.site.site_header = admin.site.site_title = "Lockstep"
admin.site.index_title = "Course and submissions"
