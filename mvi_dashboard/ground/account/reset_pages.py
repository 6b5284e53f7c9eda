"""A new password by mail: asking for it, and choosing it behind the link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django.views.generic import FormView

from mvi_dashboard.ground.forms import add_problems
from mvi_dashboard.ground.languages import worded
from mvi_dashboard.ground.problems import Refused
from mvi_dashboard.ground.sign_in_pages import ChosenPasswordForm, told_to_wait

from . import resetting


class ForgottenForm(forms.Form):
    """To which address."""

    email = forms.EmailField(
        max_length=254,
        label="E-mailadres",
        help_text="Het adres waarop u mail van ons krijgt.",
        error_messages={"invalid": "Dit is geen e-mailadres.", "required": "Vul uw e-mailadres in."},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class Forgotten(FormView):  # type: ignore[type-arg]  # no generic when it runs
    """Asking for a link; the answer is the same whether somebody has this address or not."""

    form_class = ForgottenForm
    template_name = "registration/forgotten.html"

    def form_valid(self, form: ForgottenForm) -> HttpResponse:
        """Have it done, and say what happens; 429 after too many."""
        try:
            resetting.ask(self.request, form.cleaned_data["email"])
        except Refused as refused:
            form.add_error(None, [problem.detail for problem in refused.problems])
            return told_to_wait(self.form_invalid(form), refused)
        return redirect("password-forgotten-sent")


@require_http_methods(["GET", "HEAD"])
def sent(request: HttpRequest) -> HttpResponse:
    """What happens now, for everybody in the same words."""
    return render(request, "registration/forgotten_sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, public_id: UUID, token: str) -> HttpResponse:
    """The form behind the link; or, when it does not work (any more), where to ask for another."""
    try:
        person = resetting.find(public_id, token)
    except Refused as refused:
        context = {"problem": refused.problems[0], "again_url": reverse("password-forgotten")}
        return render(request, "link_over.html", context, status=refused.kind.value)
    form: Any = ChosenPasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            resetting.choose(public_id, token, form.cleaned_data["new_password1"])
            messages.success(request, worded("Uw wachtwoord is gewijzigd. Log in met het nieuwe."))
            return redirect("login")
        except Refused as refused:
            add_problems(form, refused.problems, {"password": "new_password1"})
    return render(request, "registration/new_password.html", {"form": form})
