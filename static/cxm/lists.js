/* Lists by keyboard (j, k, x), selection with a bulk bar, wide tables. */
(() => {
  const words = document.getElementById("toasts").dataset;
  const rowsOf = (list) => [...list.querySelectorAll("tbody tr")];
  const linkOf = (row) => row.querySelector(".row-link, th a[href], td a[href]");
  const boxOf = (row) => row.querySelector("input[data-row-select]");

  function move(list, step) {
    const rows = rowsOf(list).filter(linkOf);
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
    linkOf(next ?? rows[at])?.focus();
  }

  /* Selection: tbody boxes carry data-row-select, the one above them data-select-all; the bar is [data-bulk-bar]
     with [data-bulk-count]. [data-select-everything] (a check box) means all rows of the search, also on other pages. */
  function count(list) {
    const boxes = rowsOf(list).map(boxOf).filter(Boolean);
    const chosen = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr").classList.toggle("is-selected", box.checked);
    const all = list.querySelector("input[data-select-all]");
    if (all) {
      all.checked = boxes.length > 0 && chosen.length === boxes.length;
      all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    }
    const bar = list.querySelector("[data-bulk-bar]");
    if (!bar) return;
    const wasHidden = bar.hidden;
    bar.hidden = chosen.length === 0;
    const everything = bar.querySelector("[data-select-everything]");
    if (everything && !all?.checked) everything.checked = false;
    everything?.closest("[data-everything-offer]")?.toggleAttribute("hidden", !all?.checked);
    const label = everything?.checked
      ? words.chosenAll.replace("{n}", everything.dataset.total)
      : words.selected.replace("{n}", chosen.length);
    const place = bar.querySelector("[data-bulk-count]");
    if (place) place.textContent = label;
    if (chosen.length || !wasHidden) window.cxm.announce(label);
  }

  let last; // the box clicked last, for a range with Shift
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("input[data-row-select]");
    if (!box) return;
    if (event.shiftKey && last?.isConnected) {
      const boxes = rowsOf(box.closest(".list")).map(boxOf).filter(Boolean);
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
  });
  document.addEventListener("change", (event) => {
    const list = event.target.closest?.(".list");
    if (!list) return;
    if (event.target.matches("[data-select-all]")) {
      for (const row of rowsOf(list)) if (boxOf(row)) boxOf(row).checked = event.target.checked;
    }
    if (event.target.matches("[data-select-all], [data-row-select], [data-select-everything]")) count(list);
  });
  document.addEventListener("click", (event) => {
    const clear = event.target.closest?.("[data-clear-selection]");
    if (!clear) return;
    const list = clear.closest(".list");
    for (const row of rowsOf(list)) if (boxOf(row)) boxOf(row).checked = false;
    count(list);
    list.querySelector("input[data-select-all]")?.focus();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], .dropdown-menu.show")) return;
    if (event.target.closest?.("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    const list = event.target.closest?.(".list") ?? document.querySelector("main .list");
    if (!list) return;
    const inRow = event.target.closest?.(".list-table tbody tr");
    if (event.key === "j" || (event.key === "ArrowDown" && inRow)) {
      event.preventDefault();
      move(list, 1);
    } else if (event.key === "k" || (event.key === "ArrowUp" && inRow)) {
      event.preventDefault();
      move(list, -1);
    } else if (event.key === "x" && inRow && boxOf(inRow)) {
      boxOf(inRow).click();
    }
  });

  /* A table wider than its place scrolls; then its heading cannot stay at the top of the window. */
  function fit() {
    for (const place of document.querySelectorAll(".list-scroll")) {
      place.classList.remove("is-wide");
      const wide = place.scrollWidth > place.clientWidth + 1;
      place.classList.toggle("is-wide", wide);
      if (wide) place.tabIndex = 0; // so that the keyboard can scroll it
      else place.removeAttribute("tabindex");
    }
  }
  /* The field with the order, and links that take the list's state along (export, saved views) follow it:
     data-with-state="own=parameters" beside <div id="list" data-state="q=…">; the own ones come last and win. */
  function followState() {
    const state = document.querySelector("#list[data-state]")?.dataset.state;
    if (state === undefined) return;
    const order = document.querySelector(".list-form select[name=sort]");
    if (order) order.value = document.querySelector("#list").dataset.sort; // also after a click on a heading
    for (const link of document.querySelectorAll("a[data-with-state]")) {
      const url = new URL(link.href);
      url.search = [state, link.dataset.withState].filter(Boolean).join("&");
      link.href = url;
    }
  }

  function start(root) {
    for (const list of root.querySelectorAll?.(".list") ?? []) if (list.querySelector("input[data-row-select]:checked")) count(list);
    fit();
    followState();
  }
  start(document);
  document.addEventListener("htmx:afterSettle", (event) => {
    const list = event.detail.elt.closest?.(".list");
    if (list) count(list);
    start(document);
  });
  window.addEventListener("resize", fit, { passive: true });
})();
