"""A page as a browser reads it without JavaScript: what stands there, and what its form would send back."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

Attributes = dict[str, str]
_TYPED = ("input", "select", "textarea")


class Page(HTMLParser):
    """An answer, taken apart: `sent` is the main form as it would be posted, `buttons` what can be pressed."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.status: int = answer.status_code
        self.html: str = answer.content.decode()
        self.sent: dict[str, str] = {}
        self.inputs: dict[str, Attributes] = {}
        self.ids: dict[str, str] = {}
        self.buttons: list[tuple[str, str, str]] = []
        self.links: dict[str, str] = {}
        self.tags: list[tuple[str, Attributes]] = []
        self._main = self._form = self._hidden = False
        self._words: list[str] = []
        self._open: list[tuple[str, Attributes, int]] = []
        self._select = ""
        self.feed(self.html)
        self.text = _joined(self._words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the tag; an input also tells what it would send."""
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        self._hidden = self._hidden or tag in ("script", "style")
        self._main = self._main or tag == "main"
        if tag == "form":
            self._form = self._main and given.get("method") == "post"
        if "id" in given:
            assert given["id"] not in self.ids, f"the id {given['id']} stands here twice"
            self.ids[given["id"]] = ""
        self._open.append((tag, given, len(self._words)))
        if self._form and tag in _TYPED:
            self._take(tag, given)
        elif self._form and tag == "option" and self._select and ("selected" in given):
            self.sent[self._select] = given.get("value", "")

    def _take(self, tag: str, given: Attributes) -> None:
        name = given.get("name", "")
        if not name or name == "csrfmiddlewaretoken":
            return
        self.inputs[name] = given
        if tag == "select":
            self._select = name
            self.sent[name] = ""
        elif given.get("type") not in ("checkbox", "radio") or "checked" in given:
            self.sent[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Close the tag, with the words that stood in it."""
        while self._open:
            opened, given, start = self._open.pop()
            said = _joined(self._words[start:])
            if given.get("id"):
                self.ids[given["id"]] = said
            if opened == tag:
                self._closed(tag, given, said)
                return

    def _closed(self, tag: str, given: Attributes, said: str) -> None:
        if tag == "textarea" and given.get("name") in self.sent:
            self.sent[given["name"]] = said
        elif tag == "button" and self._form and "tabindex" not in given:
            self.buttons.append((given.get("name", ""), given.get("value", ""), said))
        elif tag == "a" and self._main:
            self.links.setdefault(said, given.get("href", ""))
        elif tag == "form":
            self._form = False
        elif tag == "select":
            self._select = ""
        elif tag in ("script", "style"):
            self._hidden = False

    def handle_data(self, data: str) -> None:
        """Gather the words of the main part."""
        if not self._hidden:
            self._words.append(data)

    def inside(self, tag: str) -> str:
        """The words in the first tag of this kind."""
        found = re.search(rf"<{tag}[ >].*?</{tag}>", self.html, re.S)
        return _joined([re.sub(r"<[^>]+>", " ", found[0].replace("&#x27;", "'"))]) if found else ""

    @property
    def heading(self) -> str:
        """The words of the heading."""
        return self.inside("h1")

    @property
    def title(self) -> str:
        """The title of the page."""
        return self.inside("title")

    @property
    def mistakes(self) -> list[str]:
        """The inputs to which the summary of errors links."""
        summary = self.html[self.html.find('id="foutenlijst"') :] if 'id="foutenlijst"' in self.html else ""
        return re.findall(r'<li>\s*<a href="#([^"]+)"', summary.split("</ul>")[0])

    def message_at(self, name: str) -> str:
        """The message at this input: its text is bound to the input, which is marked as wrong."""
        given = self.inputs[name]
        assert given.get("aria-invalid") == "true", name
        message = f"veld-{name.replace('.', '-')}-fout"
        assert message in given.get("aria-describedby", "").split(), given
        return self.ids[message]


def _joined(words: list[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(words)).strip()
