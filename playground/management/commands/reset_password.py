from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse


class Command(BaseCommand):
    help = (
        "Prints a link with which an account chooses a new password: once, within three days. For sites without email "
        "and accounts without an address. `manage.py changepassword` sets one by hand."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        host = "https://" + settings.ALLOWED_HOSTS[0] if settings.PRODUCTION else "http://127.0.0.1:8000"
        parser.add_argument("--site", default=host, help=f"the site's address, as people type it (default: {host})")

    def handle(self, *args: Any, username: str, site: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            like = User.objects.filter(username__icontains=username).values_list("username", flat=True)[:5]
            remedy = f"did you mean {', '.join(like)}?" if like else "check the name"
            raise CommandError(f"there is no account {username!r}: {remedy}")
        if not user.is_active:
            raise CommandError(f"the account {username!r} is closed: make it active in the admin first")
        key = default_token_generator.make_token(user)
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
        self.stdout.write(f"{site.rstrip('/')}{path}")
