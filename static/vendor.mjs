// Copies the pinned browser files from node_modules to static/vendor, which is committed: `npm run vendor`.
// No bundler: each file is the package's own, without the name of a source map, and Tabler's without the styles named below.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const OUT = "static/vendor";

const FILES = {
  "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
  "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "plotly-cartesian.min.js": "plotly.js-cartesian-dist-min/plotly-cartesian.min.js",
  "plotly-locale-de.js": "plotly.js/dist/plotly-locale-de.js",
  "plotly.css": "plotly.js/dist/plotly.css",
  "Sortable.min.js": "sortablejs/Sortable.min.js",
};

// Parts of Tabler that cxm does not use (the sidebar is its own); without them the style sheet is a third smaller.
const UNUSED_STYLES = new RegExp(
  `\\.(?:theme-)?(?:${[
    "bg-pattern", "bg-gradient", "card-gradient", "gradient-", "ribbon", "carousel", "switch-icon", "otp", "signal\\b", "sparkline",
    "chart-sparkline", "calendar", "datepicker", "litepicker", "form-colorinput", "form-imagecheck", "img-responsive", "popover",
    "bs-popover", "tooltip", "bs-tooltip", "offcanvas-(?:sm|md|lg|xl|xxl|floating)", "navbar", "[a-z-]+-xxl", "link-(?:underline|opacity|offset)", "divide-x",
    "form-floating", "hover-shadow", "card-img", "layout-boxed", "ts-(?:wrapper|control|dropdown)", "apexcharts", "jvm-", "noUi",
    "dropzone", "fslightbox", "plyr", "iti\\b", "iti__", "tox", "hugerte", "flatpickr", "pcr-", "clr-", "fc-", "turbo-",
    "avatar-upload", "payment", "flag", "modal-fullscreen", "social", "btn-social", "chat-", "mention", "markdown", "prose",
    "sortable-", "countdown", "page-cover", "accordion-(?:flush|inverted|tabs)",
  ].join("|")})|\\[data-vc|data-bs-navbar-theme`,
);

const ICONS = `
  activity ad adjustments adjustments-horizontal alert-circle alert-octagon alert-triangle api apps archive
  arrow-back-up arrow-down arrow-down-right arrow-left arrow-merge arrow-narrow-right arrow-right arrow-up
  arrow-up-right arrows-exchange arrows-left-right arrows-sort at award ban bell bell-off binary-tree bolt bookmark
  bookmark-plus books brand-facebook brand-instagram brand-linkedin brand-whatsapp brand-youtube briefcase building
  building-store bulb calendar calendar-due calendar-event calendar-off calendar-repeat cash category certificate
  chart-bar chart-dots chart-funnel chart-line chart-pie check checklist checks chevron-down chevron-left chevron-right
  chevron-up chevrons-down chevrons-left chevrons-right chevrons-up circle circle-check circle-dashed circle-dot
  circle-half-2 circle-minus circle-plus circle-x clipboard-check clipboard-list clock clock-exclamation cloud-upload
  code columns columns-3 copy credit-card crown currency-euro dashboard database database-export database-import
  device-desktop device-floppy device-mobile device-tablet diamond dots dots-vertical download edit equal external-link
  eye eye-check eye-off file file-check file-description file-download file-export file-import file-plus
  file-spreadsheet file-text file-type-csv file-type-pdf file-type-xls file-upload file-x filter filter-off filter-plus
  fingerprint flag flame folder forms gauge gift git-merge grip-vertical hand-click hash headset heart heart-handshake
  help help-circle hierarchy history home hourglass id-badge-2 inbox info-circle key keyboard language layers-linked
  layout-columns layout-dashboard layout-grid layout-list layout-sidebar-left-collapse layout-sidebar-left-expand
  lifebuoy line-dashed link list list-check list-details list-numbers loader-2 location lock lock-open login logout
  magnet mail mail-forward mail-off mail-opened map map-pin map-2 math-function medal menu-2 message message-2
  message-circle message-plus message-report minus mood-empty mood-happy mood-neutral mood-sad mood-smile moon news
  note notes number numbers package palette paperclip password-fingerprint password-user pencil percentage phone
  phone-call photo pin pinned player-pause player-play plug plug-connected plus point presentation printer progress
  progress-check puzzle qrcode question-mark quote receipt receipt-refund refresh refresh-alert repeat restore road
  rocket rotate rotate-clockwise route route-2 ruler-measure scale school search search-off section select send server
  settings share shield shield-check shield-exclamation shield-lock shopping-bag shopping-cart sitemap sort-ascending
  sort-descending sparkles square-check stack-2 star star-off stairs-up sum sun switch-horizontal table table-export
  table-import tag tags target target-arrow template terminal-2 thumb-down thumb-up timeline timeline-event tool trash
  trash-off trending-down trending-up triangle trophy truck truck-delivery unlink upload user user-check user-circle
  user-cog user-edit user-exclamation user-minus user-off user-pause user-plus user-question user-search user-share
  user-shield user-star user-up user-x users users-group users-minus users-plus versions video wand webhook wifi-off
  world world-www writing x zoom-in
`.trim().split(/\s+/);

const packageOf = (path) => path.split("/").slice(0, path.startsWith("@") ? 2 : 1).join("/");
const manifestOf = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

// Cuts a style sheet into its top-level pieces: [selector, body], or [statement, null].
function* rulesOf(css) {
  let start = 0;
  for (let i = 0; i < css.length; i++) {
    if (css[i] === '"' || css[i] === "'") {
      i = css.indexOf(css[i], i + 1);
    } else if (css[i] === ";") {
      yield [css.slice(start, i), null];
      start = i + 1;
    } else if (css[i] === "{") {
      const open = i;
      for (let depth = 1; depth; ) {
        i++;
        if (css[i] === '"' || css[i] === "'") i = css.indexOf(css[i], i + 1);
        else if (css[i] === "{") depth++;
        else if (css[i] === "}") depth--;
      }
      yield [css.slice(start, open).trim(), css.slice(open + 1, i)];
      start = i + 1;
    }
  }
}

// Splits at the commas that separate selectors, not at those inside :is(...) or :not(...).
function selectorsOf(list) {
  const found = [""];
  let depth = 0;
  for (const char of list) {
    if (char === "(" || char === "[") depth++;
    if (char === ")" || char === "]") depth--;
    if (char === "," && !depth) found.push("");
    else found[found.length - 1] += char;
  }
  return found;
}

function withoutUnused(css) {
  let kept = "";
  for (const [selector, body] of rulesOf(css)) {
    if (body === null) {
      kept += `${selector};`;
    } else if (/^@(media|supports|layer|container)/.test(selector)) {
      const inner = withoutUnused(body);
      if (inner) kept += `${selector}{${inner}}`;
    } else {
      const used = selectorsOf(selector).filter((one) => !UNUSED_STYLES.test(one.replace(/:not\([^)]*\)/g, "")));
      if (used.length) kept += `${used.join(",")}{${body}}`;
    }
  }
  return kept;
}

// A source map that is named but not there stops collectstatic.
const withoutSourceMap = (text) =>
  text.replace(/\/\*# sourceMappingURL=.*?\*\//g, "").replace(/^\/\/# sourceMappingURL=.*$/gm, "");

const shaped = {
  "tabler.min.css": (text) => {
    const licence = text.match(/\/\*![\s\S]*?\*\//)[0];
    return `${licence}\n${withoutUnused(text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^@charset[^;]*;/, ""))}\n`;
  },
};

function sprite() {
  const symbols = ICONS.map((name) => {
    const svg = readFileSync(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
    const shapes = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^\s*<svg[^>]*>|<\/svg>\s*$/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

// MIT and OFL ask for their text beside the file. Tabler's package brings none: its notice stands in its style sheet,
// the terms are those of MIT, which its icons, by the same author, come with.
function licenceOf(name) {
  if (name !== "@tabler/core") return readFileSync(`node_modules/${name}/LICENSE`, "utf8");
  const notice = readFileSync(`node_modules/${FILES["tabler.min.css"]}`, "utf8").match(/^ \* (Copyright .*)$/gm);
  const terms = readFileSync("node_modules/@tabler/icons/LICENSE", "utf8");
  return terms.replace(/^Copyright .*$/m, notice.map((line) => line.slice(3)).join("\n"));
}

const written = {};
function write(name, bytes, source) {
  const { version, license } = manifestOf(packageOf(source));
  writeFileSync(`${OUT}/${name}`, bytes);
  const licenceText = `LICENSE-${packageOf(source).replace(/^@/, "").replace("/", "-")}.txt`;
  const text = licenceOf(packageOf(source));
  writeFileSync(`${OUT}/${licenceText}`, text);
  written[name] = {
    package: packageOf(source), version, licence: license, licenceText, source,
    sha256: sha256(bytes), licenceSha256: sha256(text),
  };
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
for (const [name, source] of Object.entries(FILES)) {
  let bytes = readFileSync(`node_modules/${source}`);
  if (/\.(js|css)$/.test(name)) {
    bytes = Buffer.from((shaped[name] ?? ((text) => text))(withoutSourceMap(bytes.toString())));
  }
  write(name, bytes, source);
}
write("icons.svg", Buffer.from(sprite()), "@tabler/icons/icons/outline");
writeFileSync(`${OUT}/VENDOR.json`, `${JSON.stringify(written, null, 2)}\n`);
