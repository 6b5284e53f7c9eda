"""The paths of the floor under /api/v1."""

from __future__ import annotations

from django.urls import path

from . import colleagues, columns, webhooks
from .files import FileContent, Files, OneFile, Withdraw
from .jobs import Cancel, Jobs, OneJob, Pause, Resume
from .messages import Messages, Read
from .people import Me, Organisations, Suppliers
from .receipt_keys import ReceiptKeys
from .trail import Audit

urlpatterns = [
    path("me", Me.as_view(), name="me"),
    path("organisations", Organisations.as_view(), name="organisations"),
    path("suppliers", Suppliers.as_view(), name="suppliers"),
    path("receipt-keys", ReceiptKeys.as_view(), name="receipt-keys"),
    path("audit", Audit.as_view(), name="audit"),
    path("files", Files.as_view(), name="api-files"),
    path("files/<uuid:public_id>", OneFile.as_view()),
    path("files/<uuid:public_id>/content", FileContent.as_view()),
    path("files/<uuid:public_id>/_withdraw", Withdraw.as_view()),
    path("messages", Messages.as_view(), name="api-messages"),
    path("messages/<uuid:public_id>/_read", Read.as_view()),
    path("people", colleagues.People.as_view()),
    path("people/<uuid:public_id>", colleagues.OnePerson.as_view()),
    path("people/<uuid:public_id>/roles", colleagues.RolesOfPerson.as_view()),
    path("people/<uuid:public_id>/_block", colleagues.Block.as_view()),
    path("people/<uuid:public_id>/_unblock", colleagues.Unblock.as_view()),
    path("people/<uuid:public_id>/_sign-out", colleagues.SignOutEverywhere.as_view()),
    path("roles/<uuid:public_id>/_end", colleagues.EndRole.as_view()),
    path("invitations", colleagues.Invitations.as_view()),
    path("invitations/<uuid:public_id>/_resend", colleagues.Resend.as_view()),
    path("invitations/<uuid:public_id>/_withdraw", colleagues.Withdraw.as_view()),
    path("deputies", colleagues.Deputies.as_view()),
    path("deputies/<uuid:public_id>/_end", colleagues.EndDeputy.as_view()),
    path("column-profiles", columns.ColumnProfiles.as_view()),
    path("column-profiles/<uuid:public_id>", columns.OneColumnProfile.as_view()),
    path("column-profiles/<uuid:public_id>/_end", columns.End.as_view()),
    path("webhooks", webhooks.Webhooks.as_view()),
    path("webhooks/<uuid:public_id>", webhooks.OneWebhook.as_view()),
    path("webhooks/<uuid:public_id>/_test", webhooks.Try.as_view()),
    path("webhooks/<uuid:public_id>/_replay", webhooks.ReplayFailed.as_view()),
    path("webhooks/<uuid:public_id>/_end", webhooks.End.as_view()),
    path("webhooks/<uuid:public_id>/messages", webhooks.MessagesOfWebhook.as_view()),
    path("webhooks/<uuid:public_id>/messages/<uuid:message>/_replay", webhooks.Replay.as_view()),
    path("jobs", Jobs.as_view(), name="api-jobs"),
    path("jobs/<uuid:public_id>", OneJob.as_view()),
    path("jobs/<uuid:public_id>/_cancel", Cancel.as_view()),
    path("jobs/<uuid:public_id>/_pause", Pause.as_view()),
    path("jobs/<uuid:public_id>/_resume", Resume.as_view()),
]
