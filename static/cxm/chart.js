/* Draws the figures of components/chart.html with plotly.js: when they come near the window, and again when the theme changes. */
(() => {
  const NARROW = 480; // px of the chart, not of the window
  const TITLE_ROOM = 36; // px above the picture that is saved
  const SHARP = 2; // its pixels per px
  const NEAR = "300px 0px";
  const root = document.documentElement;
  if (!window.Plotly) {
    // The library did not arrive: the tables have the same numbers.
    document.querySelectorAll(".chart-data").forEach((table) => (table.open = true));
    return;
  }
  const figures = new WeakMap(); // box -> figure as sent, colours still named
  const drawn = new Set();
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  let colours = new Map();

  /* "var(--chart-1)" -> "rgba(11,92,173,1)"; asked of a real element, since a variable may hold light-dark() or another variable. */
  function colour(name) {
    if (!colours.has(name)) {
      const element = document.createElement("i");
      element.hidden = true;
      element.style.color = name;
      document.body.append(element);
      const found = getComputedStyle(element).color;
      element.remove();
      probe.clearRect(0, 0, 1, 1);
      probe.fillStyle = found;
      probe.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = probe.getImageData(0, 0, 1, 1).data;
      colours.set(name, `rgba(${red},${green},${blue},${(alpha / 255).toFixed(3)})`);
    }
    return colours.get(name);
  }

  function painted(value) {
    if (typeof value === "string") return value.startsWith("var(--") ? colour(value) : value;
    if (Array.isArray(value)) return value.map(painted);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, painted(inner)]));
    }
    return value;
  }

  /* In little room the figure's own changes apply: shorter labels, other angles, more height. */
  function fitted(layout, width) {
    const { narrow = {}, below = NARROW } = layout.meta ?? {};
    const fit = { ...layout, width };
    if (width < NARROW) fit.font = { ...layout.font, size: 12 };
    if (width >= below) return fit;
    for (const [path, value] of Object.entries(narrow)) {
      const [axis, property] = path.split(".");
      fit[axis] = property ? { ...fit[axis], [property]: value } : value;
    }
    return fit;
  }

  /* Names of the legend in shorter lines, where the figure has them. */
  const named = (data, width) =>
    data.map((trace) => (width < NARROW && trace.meta?.narrow ? { ...trace, name: trace.meta.narrow } : trace));

  const settings = () => ({ displayModeBar: false, locale: root.lang.slice(0, 2), showTips: false, doubleClick: false });

  function draw(box) {
    const plot = box.querySelector(".chart-plot");
    const { data, layout } = painted(figures.get(box));
    const width = plot.clientWidth || NARROW;
    return Plotly.react(plot, named(data, width), fitted(layout, width), settings()).then(() => listen(box, plot));
  }

  function listen(box, plot) {
    if (drawn.has(box)) return;
    drawn.add(box);
    const links = figures.get(box).data.some((trace) => trace.customdata?.some(Boolean));
    plot.classList.toggle("is-clickable", links);
    plot.on("plotly_click", ({ points }) => {
      const target = points[0]?.customdata;
      if (typeof target === "string" && target.startsWith("/") && !target.startsWith("//")) window.location.assign(target);
    });
    const button = box.closest(".chart-frame").querySelector("[data-chart-image]");
    if (button) button.hidden = false;
    widths.observe(plot);
  }

  const redraw = new Set();
  const widths = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const box = target.closest("[data-chart]");
      if (box && target.clientWidth && target.clientWidth !== target._fullLayout?.width) redraw.add(box);
    }
    if (redraw.size) requestAnimationFrame(() => {
      redraw.forEach(draw);
      redraw.clear();
    });
  });

  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      near.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: NEAR });

  function find(part) {
    for (const box of part.querySelectorAll("[data-chart]")) {
      if (figures.has(box)) continue;
      figures.set(box, JSON.parse(box.querySelector("script").textContent));
      near.observe(box);
    }
  }

  function forget(part) {
    for (const box of part.querySelectorAll?.("[data-chart]") ?? []) {
      near.unobserve(box);
      if (!drawn.delete(box)) continue;
      widths.unobserve(box.querySelector(".chart-plot"));
      Plotly.purge(box.querySelector(".chart-plot"));
    }
  }

  function recolour() {
    colours = new Map();
    drawn.forEach((box) => (box.isConnected ? draw(box) : drawn.delete(box)));
  }

  /* The picture carries its title, on the surface of the theme. */
  async function save(button) {
    const plot = button.closest(".chart-frame").querySelector(".chart-plot");
    const { width, height } = plot._fullLayout;
    const svg = await Plotly.toImage(plot, { format: "svg", width, height, imageDataOnly: true });
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * SHARP;
    canvas.height = (height + TITLE_ROOM) * SHARP;
    const brush = canvas.getContext("2d");
    brush.scale(SHARP, SHARP);
    brush.fillStyle = colour("var(--chart-surface)");
    brush.fillRect(0, 0, width, height + TITLE_ROOM);
    brush.drawImage(image, 0, TITLE_ROOM, width, height);
    brush.fillStyle = colour("var(--chart-text)");
    brush.font = `600 16px ${getComputedStyle(plot).fontFamily}`;
    brush.fillText(button.dataset.title, 10, 24, width - 20);
    const link = document.createElement("a");
    link.href = canvas.toDataURL("image/png");
    link.download = `${button.dataset.name || "chart"}.png`;
    link.click();
  }

  new MutationObserver(recolour).observe(root, { attributes: true, attributeFilter: ["data-bs-theme"] });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-chart-image]");
    if (button) save(button);
  });
  document.addEventListener("htmx:load", (event) => find(event.detail.elt.parentElement ?? document));
  document.addEventListener("htmx:beforeCleanupElement", (event) => forget(event.detail.elt));
  window.addEventListener("beforeprint", () => document.querySelectorAll("[data-chart]").forEach((box) => figures.has(box) && draw(box)));
  find(document);
})();
