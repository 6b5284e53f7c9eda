"""Somebody at a browser, who signs in, reads, fills in and presses."""

from __future__ import annotations

import re
from typing import Any

from django.utils import translation

from mvi_dashboard.ground.models import User
from tests.worlds import PASSWORD

NARROW, WIDE = {"width": 320, "height": 800}, {"width": 1280, "height": 900}


class Person:
    """One person with a browser of their own, signed in by the form; without `user` not signed in yet."""

    def __init__(
        self,
        browser: Any,
        server: str,
        user: User | None = None,
        password: str = PASSWORD,
        *,
        scripts: bool = True,
        locale: str = "nl-NL",
    ) -> None:
        self.server = server
        self.language = locale[:2]
        context = browser.new_context(locale=locale, viewport=WIDE, java_script_enabled=scripts)
        self.page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._note)
        if user is not None:
            self.sign_in(user.username, password)

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        """Sign in by the form."""
        self.go("/inloggen/")
        self.fill(username=username, password=password)
        self.press("Inloggen")

    def type_through(self, **fields: str) -> None:
        """By keyboard: Tab from the first of these fields to each next one, type, and Enter at the end."""
        self.page.locator(f'main [name="{next(iter(fields))}"]').focus()
        for name, value in fields.items():
            for _ in range(12):
                if self.page.evaluate("document.activeElement.name") == name:
                    break
                self.page.keyboard.press("Tab")
            assert self.page.evaluate("document.activeElement.name") == name, (name, self.page.url)
            self.page.keyboard.type(value)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state("networkidle")

    def _note(self, line: Any) -> None:
        """Keep what scripts and the content policy complain of.

        A refused form is no error. Plotly writes its rules into the sheet that we give it; what else it tries
        inline the policy stops.
        """
        refused = "status of 400" in line.text or "status of 409" in line.text
        expected = refused or "vendor/plotly" in str(line.location.get("url"))
        if line.type == "error" and not expected:
            self.errors.append(f"{self.page.url}: {line.text}")

    def go(self, path: str) -> None:
        """Open a page that must answer 200."""
        answer = self.page.goto(self.server + path if path.startswith("/") else path)
        assert answer is not None
        assert answer.status == 200, (path, answer.status)

    def follow(self, text: str) -> None:
        """Click on a link in the page with this text."""
        self.page.locator("main").get_by_role("link", name=text).first.click()
        self.page.wait_for_load_state("networkidle")

    def fill(self, fields: dict[str, str] | None = None, **more: str) -> None:
        """Type or choose these values in the inputs of these names, opening what is folded."""
        for name, value in {**(fields or {}), **more}.items():
            field = self.page.locator(f'[name="{name}"]').first
            if not field.is_visible():
                field.locator("xpath=ancestor::details[not(@open)]/summary").first.click()
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def worded(self, text: str) -> str:
        """A text of the house as this person reads it; what is no such text stays as it is."""
        with translation.override(self.language):
            return translation.gettext(text)

    def press(self, label: str) -> None:
        """Press the button with this text, which is given in Dutch."""
        label = self.worded(label)
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(label)}")).first.click()
        self.page.wait_for_load_state("networkidle")

    def reads(self, *texts: str) -> None:
        """Each of these must stand in the page, in the language of this person."""
        shown = self.text
        for text in map(self.worded, texts):
            assert text in shown, (text, self.page.url, shown[:1500])

    @property
    def text(self) -> str:
        """All text of the page, with ordinary spaces."""
        return str(self.page.locator("body").inner_text()).replace("\xa0", " ")

    def check(self) -> None:
        """No violation that axe finds, nothing wider than the smallest screen, no error of a script."""
        # Here, as the browser packages are an extra: without them the rest of the suite still collects this file.
        from axe_playwright_python.sync_playwright import Axe

        for size in (NARROW, WIDE):
            self.page.set_viewport_size(size)
            too_wide = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert too_wide <= 0, (self.page.url, size, too_wide)
            found = Axe().run(self.page).response["violations"]
            assert not found, [(each["id"], each["nodes"][0]["html"]) for each in found]
        assert not self.errors, self.errors
