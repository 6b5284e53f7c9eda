/* Small conveniences. Every page works without them; nothing here decides anything. */
(() => {
  "use strict";

  // After a refusal the reader starts at the summary of errors.
  const summary = document.getElementById("foutenlijst");
  if (summary) summary.focus();

  // Escape closes the menu and gives the focus back to it.
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector(".menu[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // Somebody who typed and walks away is asked first. What counts is what stands there now: the browser's Back brings
  // typed text back without an event. A page that was drawn again after a refusal or a new row holds unsaved input too.
  const differs = (field) => {
    if (["hidden", "submit", "button"].includes(field.type) || field.matches("fieldset, output")) return false;
    if (field.type === "file") return field.files.length > 0;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.type !== "select-one") return field.value !== field.defaultValue;
    const shown = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(shown, 0);
  };
  const unsaved = (form) => !form.dataset.sent && !form.querySelector("[type=password]")
    && (summary || "unsaved" in form.dataset || [...form.elements].some(differs));
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest("form");
    if (form) form.dataset.unsaved = "";
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...document.querySelectorAll("main form[method=post]")].some(unsaved)) event.preventDefault();
  });

  // A second click while the first is on its way would send the form twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[method=post]") || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    window.setTimeout(() => delete form.dataset.sent, 5000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // Running total of a column: <output data-total-of="share"> adds the inputs with data-part="share".
  // The value that is stored is always added up again by the server.
  const english = document.documentElement.lang === "en";
  const inEnglish = (typed) => (/^-?[1-9]\d{0,2}[.,]\d{3}$/.test(typed) || !/^-?\d+([.,]\d+)?$/.test(typed)
    ? NaN : Number(typed.replace(",", ".")));
  const read = (text) => {
    const dutch = text.trim();
    if (english) return inEnglish(dutch);
    if (/^-?(\d+|[1-9]\d{0,2}(\.\d{3})+)(,\d+)?$/.test(dutch) && !/^-?[1-9]\d{0,2}\.\d{3}$/.test(dutch)) {
      return Number(dutch.replace(/\./g, "").replace(",", "."));
    }
    return /^-?\d+\.\d+$/.test(dutch) ? Number(dutch) : NaN;
  };
  const total = (output) => {
    const parts = [...document.querySelectorAll(`[data-part="${CSS.escape(output.dataset.totalOf)}"]`)];
    const values = parts.map((input) => (input.value.trim() ? read(input.value) : 0));
    const sum = Math.round(values.reduce((a, b) => a + b, 0) * 1e6) / 1e6;
    const unknown = english ? "unknown" : "onbekend";
    const written = sum.toLocaleString(english ? "en-US" : "nl-NL", { maximumFractionDigits: 6 });
    output.textContent = Number.isNaN(sum) ? unknown : english ? written.replace(/,/g, "\u00a0") : written;
  };
  document.addEventListener("input", (event) => {
    if (!event.target.dataset || !event.target.dataset.part) return;
    document.querySelectorAll(`[data-total-of="${CSS.escape(event.target.dataset.part)}"]`).forEach(total);
  });

  // A word of the field shows its definition in place; without script it is a link to the list of terms.
  const part = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  const explain = (link) => {
    const card = document.getElementById("begrip") || part("div", "");
    const [name, said, more, shut] = [part("p", link.dataset.term), part("p", link.dataset.definition),
      part("a", english ? "To all terms (in Dutch)" : "Naar alle begrippen"),
      part("button", english ? "Close" : "Sluit")];
    name.id = "begrip-naam";
    name.className = "term-name";
    more.href = link.href;
    shut.className = "button button-quiet button-small";
    shut.type = "button";
    shut.addEventListener("click", () => card.hidePopover());
    const roads = part("div", "");
    roads.className = "term-roads";
    roads.append(more, shut);
    card.replaceChildren(name, said, roads);
    Object.assign(card, { id: "begrip", className: "term-card", popover: "auto", tabIndex: -1 });
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-labelledby", "begrip-naam");
    document.body.append(card);
    card.showPopover();
    const word = link.getBoundingClientRect();
    const left = Math.max(8, Math.min(word.left, document.documentElement.clientWidth - card.offsetWidth - 8));
    const below = word.bottom + 6 + card.offsetHeight < window.innerHeight;
    // Still inside when the window becomes narrower: see the width in the stylesheet.
    card.style.left = `max(8px, min(${left + window.scrollX}px, 100vw - 22rem - 24px))`;
    card.style.top = `${(below ? word.bottom + 6 : Math.max(8, word.top - 6 - card.offsetHeight)) + window.scrollY}px`;
    card.focus({ preventScroll: true });
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a.term");
    const elsewhere = event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (!link || elsewhere || !("popover" in HTMLElement.prototype)) return;
    event.preventDefault();
    explain(link);
  });
})();
