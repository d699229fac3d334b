"""What a learner may say about themselves."""

import unicodedata
from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest

from playground import leaderboard
from playground.models import Learner


class DeleteAccountForm(forms.Form):
    """The password once more, so that nobody deletes the account of somebody who has left the room."""

    password = forms.CharField(
        label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), strip=False
    )

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(*args)
        self._request = request

    def clean_password(self) -> str:
        given = str(self.cleaned_data["password"])
        user = self._request.user
        if not ratelimit.consume(self._request, action="reauthenticate"):
            raise forms.ValidationError("Too many wrong passwords: wait a minute and try again.")
        if not user.check_password(given):
            raise forms.ValidationError("This is not your password.")
        return given


class ProfileForm(forms.ModelForm[Learner]):
    """The name that others see, and whether they see it at all."""

    class Meta:
        model = Learner
        fields = ("name", "listed")
        labels = {"name": "Display name", "listed": "Show me on the leaderboard"}
        help_texts = {"name": "What others see on the leaderboard. Empty: your username."}

    def save(self, commit: bool = True) -> Learner:
        saved = super().save(commit)
        leaderboard.relist(saved)
        return saved

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        # A name that cannot be seen, or that turns the text around it, is none.
        odd = [letter for letter in name if unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cn", "Cs")]
        if odd:
            raise forms.ValidationError(f"The name holds the character U+{ord(odd[0]):04X}: leave it out.")
        others = Learner.objects.exclude(id=self.instance.id).filter(name__iexact=name).exists()
        users = User.objects.filter(~Q(id=self.instance.user_id), username__iexact=name).exists()
        if name and (others or users):
            raise forms.ValidationError(f"Somebody else is called {name!r}: choose another name.")
        return name
