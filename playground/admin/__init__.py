"""What instructors use: lessons, challenges and their revisions, submissions."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

from playground.admin import challenges, lessons, submissions

__all__ = ["challenges", "lessons", "submissions"]

# One door for everybody: the one that slows down whoever guesses passwords.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Lockstep"
admin.site.index_title = "Course and submissions"
