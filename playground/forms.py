"""What a learner may say about themselves."""

import unicodedata

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q

from playground.models import Learner


class ProfileForm(forms.ModelForm[Learner]):
    """The name that others see, and whether they see it at all."""

    class Meta:
        model = Learner
        fields = ("name", "listed")
        labels = {"name": "Display name", "listed": "Show me on the leaderboard"}
        help_texts = {"name": "What others see on the leaderboard. Empty: your username."}

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
