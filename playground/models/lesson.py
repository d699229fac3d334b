from django.db import models


class Lesson(models.Model):
    """Prose with runnable examples; its challenges point to it."""

    slug = models.SlugField(max_length=60, unique=True)
    order = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=100)
    summary = models.CharField(max_length=300)
    body = models.TextField(help_text="Markdown; a block marked ```python run``` can be run in place.")

    loaded = models.CharField(max_length=64, blank=True, default="", editable=False)
    """Names the content of the file that was loaded last; empty for a lesson that was made in the admin."""

    class Meta:
        ordering = ("order", "slug")

    def __str__(self) -> str:
        return self.title
