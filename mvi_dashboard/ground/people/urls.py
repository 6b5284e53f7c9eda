"""The addresses of everything about people."""

from __future__ import annotations

from django.urls import path

from . import deputy_pages, joining_pages, pages

urlpatterns = [
    path("begin/<str:link>/", joining_pages.SetUp.as_view(), name="setup"),
    path("uitnodiging/<str:link>/", joining_pages.Accept.as_view(), name="invitation"),
    path("organisatie/mensen/", pages.People.as_view(), name="people"),
    path("organisatie/mensen/wie-mag-wat/", pages.who_may_what, name="who-may-what"),
    path("organisatie/mensen/<uuid:actor_key>/", pages.one_person, name="person"),
    path("organisatie/mensen/<uuid:actor_key>/rol/", pages.GiveRole.as_view(), name="person-role"),
    path("organisatie/mensen/<uuid:actor_key>/blokkeren/", pages.Block.as_view(), name="person-block"),
    path("organisatie/mensen/<uuid:actor_key>/toelaten/", pages.Unblock.as_view(), name="person-unblock"),
    path(
        "organisatie/mensen/<uuid:actor_key>/uitloggen/", pages.SignOutEverywhere.as_view(), name="person-sign-out"
    ),
    path("organisatie/rollen/<uuid:public_id>/einde/", pages.EndRole.as_view(), name="role-end"),
    path("organisatie/uitnodigingen/<uuid:public_id>/opnieuw/", pages.Resend.as_view(), name="invitation-resend"),
    path(
        "organisatie/uitnodigingen/<uuid:public_id>/intrekken/",
        pages.Withdraw.as_view(),
        name="invitation-withdraw",
    ),
    path("organisatie/vervanging/", deputy_pages.Deputies.as_view(), name="deputies"),
    path("organisatie/vervanging/<uuid:public_id>/einde/", deputy_pages.EndDeputy.as_view(), name="deputy-end"),
]
