"""The addresses of accounts."""

from __future__ import annotations

from django.urls import path

from mvi_dashboard.ground import sign_in_pages

from . import profile_pages, reset_pages, second_factor_pages, sso_pages

urlpatterns = [
    path("inloggen/code/", sign_in_pages.SignInCode.as_view(), name="login-code"),
    path("inloggen/sso/", sso_pages.begin, name="login-sso"),
    path("inloggen/sso/terug/", sso_pages.back, name="login-sso-back"),
    path("wachtwoord/vergeten/", reset_pages.Forgotten.as_view(), name="password-forgotten"),
    path("wachtwoord/vergeten/verstuurd/", reset_pages.sent, name="password-forgotten-sent"),
    path("wachtwoord/nieuw/<uuid:public_id>/<str:token>/", reset_pages.choose, name="password-new"),
    path("profiel/", profile_pages.Profile.as_view(), name="profile"),
    path("profiel/e-mail/", profile_pages.Email.as_view(), name="profile-email"),
    path(
        "profiel/e-mail/<uuid:public_id>/<str:token>/",
        profile_pages.ConfirmEmail.as_view(),
        name="profile-email-confirm",
    ),
    path("profiel/sessies/", profile_pages.session_list, name="profile-sessions"),
    path("profiel/sessies/uitloggen/", profile_pages.sign_out_everywhere, name="profile-signout-everywhere"),
    path("profiel/sessies/<uuid:public_id>/", profile_pages.EndSession.as_view(), name="profile-session-end"),
    path("profiel/tweede-factor/", second_factor_pages.Begin.as_view(), name="second-factor-begin"),
    path("profiel/tweede-factor/koppelen/", second_factor_pages.Confirm.as_view(), name="second-factor-confirm"),
    path("profiel/tweede-factor/uitzetten/", second_factor_pages.Off.as_view(), name="second-factor-off"),
    path("profiel/tweede-factor/codes/", second_factor_pages.NewCodes.as_view(), name="second-factor-codes"),
    path("organisatie/tweede-factor/", second_factor_pages.Required.as_view(), name="second-factor-required"),
    path("organisatie/tweede-factor/<uuid:actor_key>/", second_factor_pages.reset, name="second-factor-reset"),
]
