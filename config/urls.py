from django.contrib import admin
from django.urls import include, path

from playground.api import api

urlpatterns = [
    path("", include("playground.urls")),
    path("api/", api.urls),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]
