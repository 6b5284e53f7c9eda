/* Keeps the running sum of a bill of materials up to date; the server adds it up again. */
(() => {
  "use strict";

  const read = (text) => {
    const typed = text.trim().replace(/\s*%$/, "");
    if (typed === "") return 0;
    if (/^\d+([.,]\d+)?$/.test(typed)) return Number(typed.replace(",", "."));
    return NaN;
  };
  const refresh = (output) => {
    const prefix = `${output.dataset.sum}.`;
    const suffix = `.${output.dataset.field}`;
    const inputs = [...document.querySelectorAll("input")].filter(
      (input) => input.name.startsWith(prefix) && input.name.endsWith(suffix),
    );
    const sum = Math.round(inputs.reduce((total, input) => total + read(input.value), 0) * 1e6) / 1e6;
    const written = sum.toLocaleString("nl-NL", { maximumFractionDigits: 6, useGrouping: false });
    output.textContent = Number.isNaN(sum) ? "onbekend" : written;
  };
  document.addEventListener("input", (event) => {
    if (!event.target.name || !event.target.name.startsWith("lines.")) return;
    document.querySelectorAll("output[data-sum]").forEach(refresh);
  });
})();
