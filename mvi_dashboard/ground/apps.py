"""The floor as a Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate, pre_migrate


class GroundConfig(AppConfig):
    """Installs the guards after each migrate: the one signal that the house allows."""

    name = "mvi_dashboard.ground"
    label = "ground"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the triggers put back after every migration (an AlterField on SQLite drops them silently)."""
        from . import deployment, guarding, imprint_signatures, migrating, signing_in, token_use
        from .account import links, sessions
        from .files import upkeep
        from .keys import ending as keys_ending
        from .organisations import retention
        from .outbox import keeping, of_jobs, sending, summing_up
        from .people import ending, inviting
        from .suppliers import cleaning
        from .suppliers import links as supplier_links
        from .trail import following, naming
        from .webhooks import sending as webhooks

        guarding.register()
        imprint_signatures.register()
        signing_in.register_timer()
        token_use.register_timer()
        sessions.register_timer()
        links.register_timer()
        upkeep.register()
        sending.register_timer()
        summing_up.register_timer()
        keeping.register_timer()
        retention.register_timer()
        of_jobs.register()
        following.register_timer()
        cleaning.register_timer()
        supplier_links.register_links()
        naming.register()
        ending.register_timer()
        inviting.register_link()
        keys_ending.register_timer()
        webhooks.register_timers()
        checks.register(deployment.check_limits)
        checks.register(deployment.check, checks.Tags.security, deploy=True)
        pre_migrate.connect(migrating.before, dispatch_uid="ground.guards.lift")
        post_migrate.connect(migrating.after, dispatch_uid="ground.guards")
