/* Draws <div data-chart="id"> from the figure in the element with that id, to zoom, read off and save as an image.
   Colours come as var(--mvi-...) and are looked up in the stylesheet, so light, dark and an organisation's theme
   follow by themselves. Until it is drawn, and when that fails, the drawing of the page itself stays. */
(() => {
  "use strict";

  const NARROW = 560;
  const root = document.documentElement;
  const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  const coloured = (value) => {
    if (typeof value === "string") {
      return value.replace(/var\((--mvi-[a-z0-9-]+)\)/g, (_, name) => token(name) || "#6d7d84");
    }
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, coloured(inner)]));
    }
    return value;
  };

  const isBars = (data) => data.length > 0 && data.every((trace) => trace.orientation === "h");

  // On a narrow screen a name stands on lines of its own, so that the bars keep room.
  const wrapped = (name) => String(name).replace(/(.{8,14}?)[ -]/g, (all, head) => `${head}${all.endsWith("-") ? "-" : ""}<br>`);

  const narrowed = (data) => data.map((trace) => (
    trace.orientation === "h" ? { ...trace, y: trace.y.map(wrapped) } : trace
  ));

  const axis = (given, own) => ({
    automargin: true,
    zeroline: false,
    linecolor: token("--mvi-line-strong"),
    gridcolor: token("--mvi-line"),
    tickcolor: token("--mvi-line-strong"),
    ...own,
    ...given,
  });

  const layoutOf = (data, given, narrow) => {
    const across = isBars(data);
    const names = across ? new Set(data.flatMap((trace) => trace.y)).size : 0;
    const text = { family: getComputedStyle(document.body).fontFamily, size: 13, color: token("--mvi-ink") };
    return {
      ...given,
      height: across ? Math.max(240, names * (data.length * 18 + (narrow ? 36 : 18)) + 60) : (narrow ? 320 : 460),
      margin: { l: 8, r: narrow && !across ? 16 : 64, t: 36, b: 8 },
      autosize: true,
      showlegend: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: text,
      separators: ",.",
      hoverlabel: { font: text, bgcolor: token("--mvi-surface"), bordercolor: token("--mvi-line-strong") },
      hovermode: across ? "closest" : "x",
      modebar: { bgcolor: "rgba(0,0,0,0)", color: token("--mvi-ink-soft"), activecolor: token("--mvi-ink") },
      dragmode: "zoom",
      xaxis: axis(given.xaxis, across ? { tickformat: ",", rangemode: "tozero" } : { showgrid: false }),
      yaxis: axis(given.yaxis, across ? { autorange: "reversed", showgrid: false } : { rangemode: "tozero", tickformat: "," }),
    };
  };

  const DUTCH = {
    "Download plot as a PNG": "Opslaan als afbeelding (PNG)",
    "Download plot as a png": "Opslaan als afbeelding (PNG)",
    "Zoom in": "Inzoomen",
    "Zoom out": "Uitzoomen",
    "Reset axes": "Alles tonen",
    "Double-click to zoom back out": "Dubbelklik om alles te tonen",
  };

  const draw = (host) => {
    const source = document.getElementById(host.dataset.chart);
    if (!source || !window.Plotly || !host.clientWidth) return;
    const figure = coloured(JSON.parse(source.textContent));
    const place = host.querySelector("[data-drawn]") || host.appendChild(document.createElement("div"));
    place.dataset.drawn = "";
    const config = {
      responsive: false,   // it is drawn again below, as narrow and wide differ
      displaylogo: false,
      displayModeBar: true,
      modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d", "toImage"]],
      toImageButtonOptions: { format: "png", scale: 2, filename: host.dataset.chart },
      locale: "nl",
      locales: { nl: { dictionary: DUTCH, format: {} } },
    };
    const narrow = host.clientWidth < NARROW;
    const data = narrow ? narrowed(figure.data) : figure.data;
    window.Plotly.react(place, data, layoutOf(data, figure.layout || {}, narrow), config)
      .then(() => {
        host.querySelectorAll(":scope > svg").forEach((svg) => svg.remove());
        document.querySelectorAll("[data-explore]").forEach((each) => { each.hidden = false; });
        place.querySelectorAll("svg").forEach((svg) => svg.setAttribute("aria-hidden", "true"));
      })
      .catch(() => place.remove());
    host.dataset.width = host.clientWidth;
  };

  const hosts = [...document.querySelectorAll("[data-chart]")];
  const sizes = new ResizeObserver((entries) => {
    entries.forEach(({ target }) => {
      if (String(target.clientWidth) !== target.dataset.width) window.requestAnimationFrame(() => draw(target));
    });
  });
  hosts.forEach((host) => sizes.observe(host));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => hosts.forEach(draw));
})();
