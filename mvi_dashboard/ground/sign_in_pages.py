"""Signing in and out on the pages, also for the admin: there is one door."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView, redirect_to_login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from . import access, signing_in
from .models import User
from .passwords import RULES
from .problems import Refused, forbidden


class SignInForm(AuthenticationForm):
    """Name and password; what is refused for another reason than these stands in `refused`."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": "Deze gebruikersnaam en dit wachtwoord horen niet bij elkaar. Let op hoofdletters.",
    }
    refused: Refused | None = None

    def clean(self) -> dict[str, Any]:
        """The person behind them; one and the same message for every reason why there is none."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username and password and self.request is not None:
            try:
                self.user_cache = signing_in.attempt(self.request, username, password)
            except Refused as refused:
                self.refused = refused
                raise ValidationError([problem.detail for problem in refused.problems]) from None
            if self.user_cache is None:
                raise self.get_invalid_login_error()
        return self.cleaned_data


class SignIn(LoginView):
    """The page on which people sign in."""

    form_class = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The session and its entry in the trail, or neither."""
        with transaction.atomic():
            response = super().form_valid(form)
            user = form.get_user()
            if isinstance(user, User):
                signing_in.note_sign_in(user)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form with what is wrong; 429 or 503 when it must wait."""
        response = super().form_invalid(form)
        refused = form.refused if isinstance(form, SignInForm) else None
        if refused is not None:
            response.status_code = refused.kind.value
            response.headers["Retry-After"] = str(refused.retry_after)
        return response


class SignOut(LogoutView):
    """Ends this session."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say so in the trail, end it, and let the browser forget the forms that it kept for its Back."""
        if isinstance(request.user, User):
            signing_in.note_sign_out(request.user)
        response = super().post(request, *args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in of the admin is that of the pages; who is signed in and no administrator gets a clear no."""
    if request.user.is_authenticated:
        raise forbidden()
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


class NewPasswordForm(PasswordChangeForm):
    """The password of now, and the new one twice; trying the one of now counts as signing in."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_mismatch": "Dit is niet hetzelfde als hierboven: typ het nieuwe wachtwoord twee keer gelijk.",
    }
    request: HttpRequest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Sentences of ours: what Django says is a list, and a list in the paragraph of a help is lost to a reader.
        said = {
            "old_password": ("Wachtwoord van nu", ""),
            "new_password1": ("Nieuw wachtwoord", RULES),
            "new_password2": ("Nieuw wachtwoord, nog een keer", ""),
        }
        for name, (label, text) in said.items():
            self.fields[name].label, self.fields[name].help_text = label, text

    def clean(self) -> dict[str, Any]:
        """What is wrong with the new password, also when the two are not the same."""
        self.validate_passwords("new_password1", "new_password2")
        self.validate_password_for_user(self.user, "new_password1")
        return self.cleaned_data

    def clean_old_password(self) -> str:
        """The password of now; raises Refused after too many attempts."""
        old: str = self.cleaned_data["old_password"]
        if signing_in.attempt(self.request, self.user.get_username(), old) is None:
            raise ValidationError("Dit is niet uw wachtwoord van nu.", code="password_incorrect")
        return old


class ChangePassword(PasswordChangeView):
    """The page on which people change their own password."""

    form_class = NewPasswordForm
    template_name = "registration/password.html"

    def get_form(self, form_class: Any = None) -> PasswordChangeForm:
        """The form, which knows from where it is sent."""
        form = super().get_form(form_class)
        if isinstance(form, NewPasswordForm):
            form.request = self.request
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        """Change it, which ends the other sessions of this person, and go on with this one."""
        user = form.user
        signing_in.set_password(access.actor_of_user(user), user=user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(self.request, user)
        messages.success(self.request, "Uw wachtwoord is gewijzigd.")
        return redirect("start")
