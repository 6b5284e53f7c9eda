"""Signing in and out on the pages, also for the admin: there is one door."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.views import (
    LoginView,
    LogoutView,
    PasswordChangeView,
    RedirectURLMixin,
    redirect_to_login,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView

from mvi_dashboard.ground.languages import worded

from . import access, signing_in
from .account import entering, second_factor, second_step, sso
from .forms import PlainTextField
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = worded("Meestal is dat uw e-mailadres.")

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
        """The session and its entry in the trail; or the page for the code, without any session yet."""
        user = form.get_user()
        if not isinstance(user, User):
            raise forbidden()
        if user.second_factor_at is not None:
            page = with_next(reverse("login-code"), self.get_redirect_url())
            return second_step.start(redirect(page), user)
        entering.enter(self.request, user)
        return redirect(self.get_success_url())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form with what is wrong; 429 or 503 when it must wait."""
        refused = form.refused if isinstance(form, SignInForm) else None
        return told_to_wait(super().form_invalid(form), refused)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the other way in, where there is one."""
        return super().get_context_data(**kwargs) | {"sso_label": sso.label()}


class CodeForm(forms.Form):
    """The code of the app, or a recovery code."""

    code = PlainTextField(
        max_length=40,
        label="Code",
        help_text="Zes cijfers uit uw app. Heeft u de app niet meer? Vul een herstelcode in.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "autofocus": True}


class SignInCode(RedirectURLMixin, FormView):  # type: ignore[type-arg]  # no generic when it runs
    """The second step: who said the password well gives a code, and only then gets a session."""

    form_class = CodeForm
    template_name = "registration/code.html"
    next_page = "start"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only between the two steps; otherwise signing in begins anew."""
        self.person = second_step.person_of(request)
        if self.person is None or request.user.is_authenticated:
            return redirect(with_next(reverse("login"), self.get_redirect_url()))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        """In, when the code is right; 429 after too many."""
        if self.person is None:
            raise forbidden()
        refused = None
        try:
            if second_factor.try_code(self.request, self.person, form.cleaned_data["code"]):
                entering.enter(self.request, self.person)
                return second_step.end(redirect(self.get_success_url()))
            form.add_error("code", second_factor.WRONG_CODE)
        except Refused as found:
            refused = found
            form.add_error(None, [problem.detail for problem in found.problems])
        return told_to_wait(self.form_invalid(form), refused)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With where it goes on."""
        return super().get_context_data(**kwargs) | {"next": self.get_redirect_url()}


def with_next(page: str, following: str) -> str:
    """The page, with where it goes on after it."""
    return f"{page}?{urlencode({'next': following})}" if following else page


def told_to_wait(response: HttpResponse, refused: Refused | None) -> HttpResponse:
    """The answer, with status and moment of the refusal for which it is not looked at now."""
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


class ChosenPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # no generic when it runs
    """A new password, twice, in our words."""

    error_messages = {
        **SetPasswordForm.error_messages,
        "password_mismatch": "Dit is niet hetzelfde als hierboven: typ het nieuwe wachtwoord twee keer gelijk.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Sentences of ours: what Django says is a list, and a list in the paragraph of a help is lost to a reader.
        said = {
            "old_password": (worded("Wachtwoord van nu"), ""),
            "new_password1": (worded("Nieuw wachtwoord"), RULES),
            "new_password2": (worded("Nieuw wachtwoord, nog een keer"), ""),
        }
        for name in self.fields:
            label, text = said[name]
            self.fields[name].label, self.fields[name].help_text = label, text

    def clean(self) -> dict[str, Any]:
        """What is wrong with the new password, also when the two are not the same."""
        self.validate_passwords("new_password1", "new_password2")
        self.validate_password_for_user(self.user, "new_password1")
        return self.cleaned_data


class NewPasswordForm(ChosenPasswordForm, PasswordChangeForm):
    """The password of now, and the new one twice; trying the one of now counts as signing in."""

    error_messages = {**PasswordChangeForm.error_messages, **ChosenPasswordForm.error_messages}
    request: HttpRequest

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
        entering.stay(self.request)
        messages.success(self.request, worded("Uw wachtwoord is gewijzigd."))
        return redirect("profile")
