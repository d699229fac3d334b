from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """The stock admin under Lockstep's name."""

    default_site = "playground.admin.site.LockstepAdminSite"
