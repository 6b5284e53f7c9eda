/* Draws every <div data-chart="id"> from the JSON in the element with that id.
   Colours come as var(--mvi-...) and are looked up in the stylesheet, so light, dark and an organisation's
   theme follow by themselves. The table beside the chart holds the same numbers: a chart that fails is hidden. */
(() => {
  "use strict";

  const NARROW = 560;
  const PAPER = 686;   // the width of an A4 between its margins, in CSS pixels
  const LOW = 120;     // how high a chart of years is on paper
  const root = document.documentElement;
  const token = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  // Plotly's Python side packs numpy arrays; we look into them ourselves.
  const PACKED = { f8: Float64Array, f4: Float32Array, i4: Int32Array, i2: Int16Array, i1: Int8Array, u4: Uint32Array, u2: Uint16Array, u1: Uint8Array };
  const unpacked = ({ dtype, bdata }) =>
    [...new PACKED[dtype](Uint8Array.from(atob(bdata), (letter) => letter.charCodeAt(0)).buffer)];

  const coloured = (value) => {
    if (typeof value === "string") {
      return value.replace(/var\((--mvi-[a-z0-9-]+)\)/g, (_, name) => token(name) || "#6d7d84");
    }
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") {
      if (value.bdata && PACKED[value.dtype] && !value.shape) return unpacked(value);
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, coloured(inner)]));
    }
    return value;
  };

  const axis = (given, own) => ({
    automargin: true,
    fixedrange: true,
    zeroline: false,
    linecolor: token("--mvi-line-strong"),
    gridcolor: token("--mvi-line"),
    tickcolor: token("--mvi-line-strong"),
    ...own,
    ...given,
  });

  const isBars = (data) => data.length > 0 && data.every((trace) => trace.type === "bar" && trace.orientation === "h");
  const categoriesOf = (data) => [...new Set(data.flatMap((trace) => (Array.isArray(trace.y) ? trace.y : [])))];
  const sideBySide = (data, layout) =>
    ["stack", "relative", "overlay"].includes(layout.barmode) ? 1 : Math.max(data.length, 1);

  // On a narrow screen a name stands above its bar, as there is no room beside it.
  const namesAbove = (categories, band, gap) => categories.map((name) => ({
    text: name, x: 0, xref: "paper", xanchor: "left", y: name, yref: "y", yanchor: "bottom",
    yshift: band * (0.5 - gap / 2) - 1, xshift: -2, showarrow: false, align: "left", font: { color: token("--mvi-ink") },
  }));

  const barsLayout = (data, layout, narrow, printing) => {
    const categories = categoriesOf(data);
    const gap = narrow ? 0.5 : 0.36;
    const thick = printing ? 11 : 18;
    const band = sideBySide(data, layout) * thick + (narrow ? 30 : thick);
    const margin = { l: 0, r: 56, t: 4, b: 8, ...layout.margin };
    return {
      ...layout,
      height: layout.height || categories.length * band + margin.t + margin.b,
      margin,
      bargap: gap,
      bargroupgap: 0.08,
      showlegend: false,
      xaxis: axis(layout.xaxis, { showgrid: false, showline: false, ticks: "", showticklabels: false, rangemode: "tozero" }),
      yaxis: axis(layout.yaxis, { autorange: "reversed", showgrid: false, showline: false, ticks: "", ticklabelstandoff: 10, showticklabels: !narrow }),
      annotations: [...(layout.annotations || []), ...(narrow ? namesAbove(categories, band, gap) : [])],
    };
  };

  const otherLayout = (layout, narrow, printing) => ({
    ...layout,
    height: layout.height || (printing ? LOW : (narrow ? 280 : 360)),
    margin: { l: 8, r: narrow ? 16 : 96, t: 16, b: 8, ...layout.margin },
    showlegend: false,
    xaxis: axis(layout.xaxis, { showgrid: false, nticks: narrow ? 5 : undefined }),
    yaxis: axis(layout.yaxis, { rangemode: "tozero", tickformat: ",", showline: false, ticks: "" }),
  });

  const layoutOf = (data, given, narrow, printing) => {
    const { template, title, ...layout } = given;   // the title of a chart is the heading above it
    const text = { family: getComputedStyle(document.body).fontFamily, size: printing ? 11 : 13, color: token("--mvi-ink") };
    return {
      ...(isBars(data) ? barsLayout(data, layout, narrow, printing) : otherLayout(layout, narrow, printing)),
      autosize: true,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { ...text, ...layout.font },
      separators: ",.",
      hoverlabel: { font: text, bgcolor: token("--mvi-surface"), bordercolor: token("--mvi-line-strong") },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: token("--mvi-ink-soft"), activecolor: token("--mvi-ink") },
      dragmode: false,
    };
  };

  // Extra is orange with lines in the colour of the page, as in the legend.
  const hatched = (marker) => (marker && marker.pattern ? {
    ...marker,
    pattern: { fillmode: "overlay", fgcolor: token("--mvi-page"), size: 7, solidity: 0.25, ...marker.pattern },
  } : marker);

  const traceOf = (trace) => (trace.type !== "bar" ? { cliponaxis: false, ...trace } : {
    cliponaxis: false,
    constraintext: "none",
    ...trace,
    marker: hatched(trace.marker),
    textfont: { color: token("--mvi-ink"), ...trace.textfont },
  });

  // A bridge is one row of bars in several colours. Plotly can hatch only a trace of one colour, so each colour
  // becomes a trace of its own, in the same places.
  const oneColourEach = (figure) => {
    const [trace, ...others] = figure.data;
    const marker = (trace && trace.marker) || {};
    if (others.length || trace.type !== "bar" || !Array.isArray(marker.color)) return figure;
    const shapes = marker.pattern && marker.pattern.shape;
    const at = (values, places) => (Array.isArray(values) ? places.map((place) => values[place]) : values);
    const data = [...new Set(marker.color)].map((color) => {
      const places = marker.color.flatMap((other, place) => (other === color ? [place] : []));
      const parts = ["x", "y", "base", "text", "hovertext", "customdata", "width"].filter((key) => key in trace);
      const pattern = shapes ? { ...marker.pattern, shape: at(shapes, places)[0] } : undefined;
      return {
        ...trace,
        ...Object.fromEntries(parts.map((key) => [key, at(trace[key], places)])),
        marker: { ...marker, color, pattern },
      };
    });
    const order = { categoryorder: "array", categoryarray: trace.orientation === "h" ? trace.y : trace.x };
    const name = trace.orientation === "h" ? "yaxis" : "xaxis";
    const layout = figure.layout || {};
    return { data, layout: { ...layout, barmode: "overlay", [name]: { ...order, ...layout[name] } } };
  };

  const config = {
    responsive: false,   // we draw again ourselves: names move above the bars
    displaylogo: false,
    displayModeBar: "hover",
    modeBarButtons: [["toImage"]],
    doubleClick: false,
    scrollZoom: false,
    locale: "nl",
    locales: { nl: {
      dictionary: { "Download plot as a PNG": "Download als afbeelding (PNG)", "Download plot as a png": "Download als afbeelding (PNG)", "Download plot": "Download als afbeelding" },
      format: {
        days: ["zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"],
        shortDays: ["zo", "ma", "di", "wo", "do", "vr", "za"],
        months: ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"],
        shortMonths: ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
        date: "%d-%m-%Y",
      },
    } },
  };

  // On paper a chart takes the same part of the width as on the screen. Only its redrawing makes it fit: print does
  // not lay out what was drawn.
  let printing = false;
  const widthOf = (host) => (printing ? Math.floor((host.clientWidth / host.closest("main").clientWidth) * PAPER) : host.clientWidth);

  const draw = (host) => {
    const source = document.getElementById(host.dataset.chart);
    if (!source || !window.Plotly || !host.clientWidth) return;
    const figure = oneColourEach(coloured(JSON.parse(source.textContent)));
    const data = figure.data.map(traceOf);
    const width = widthOf(host);
    const layout = layoutOf(data, figure.layout || {}, width < NARROW && !printing, printing);
    if (printing) layout.width = width;
    const file = { format: "png", scale: 2, filename: host.dataset.chart };
    window.Plotly.react(host, data, layout, { ...config, toImageButtonOptions: file })
      .then(() => host.querySelectorAll("svg").forEach((svg) => svg.setAttribute("aria-hidden", "true")))
      .catch(() => { host.hidden = true; });
    host.dataset.width = host.clientWidth;
  };

  const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
  [["beforeprint", true], ["afterprint", false]].forEach(([name, now]) => window.addEventListener(name, () => {
    printing = now;
    drawAll();
  }));

  // Redraw when a chart gets another width (turned telephone, opened part of the page).
  const sizes = new ResizeObserver((entries) => {
    entries.forEach(({ target }) => {
      if (String(target.clientWidth) !== target.dataset.width) window.requestAnimationFrame(() => draw(target));
    });
  });
  document.querySelectorAll("[data-chart]").forEach((host) => sizes.observe(host));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  document.addEventListener("htmx:load", (event) => {
    event.target.querySelectorAll("[data-chart]").forEach((host) => sizes.observe(host));
  });
  drawAll();
})();
