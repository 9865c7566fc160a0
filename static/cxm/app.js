/* Toasts, questions before destructive acts, forms that are not lost and not sent twice, keyboard, errors of htmx requests. */
(() => {
  const toasts = document.getElementById("toasts");
  const text = toasts.dataset;
  const VANISH_AFTER = 6000; // ms; errors and warnings stay until they are closed
  const SEND_AGAIN_AFTER = 30000; // ms; a download leaves the page open, its button must come back

  /* Toasts: HX-Trigger {"toast": {"text", "level", "action": {"label", "url"}}}; errors stay. */
  function toast({ text: words, level = "success", action, onAction }) {
    const note = document.getElementById("note-template").content.cloneNode(true).firstElementChild;
    note.classList.add(`note-${level}`);
    note.querySelector(`[data-note-icon="${level}"]`)?.removeAttribute("hidden");
    note.querySelector(".note-text").textContent = words;
    if (action || onAction) {
      const button = note.querySelector(".note-action");
      button.hidden = false;
      button.textContent = action?.label ?? text.retry;
      button.addEventListener("click", () => {
        note.remove();
        if (onAction) onAction();
        else if (action.url) window.location.assign(action.url);
      });
    }
    toasts.append(note);
    if (level === "success" || level === "info") vanish(note);
    return note;
  }

  function vanish(note) {
    let timer = setTimeout(() => note.remove(), VANISH_AFTER);
    const hold = () => clearTimeout(timer);
    const go = () => (timer = setTimeout(() => note.remove(), VANISH_AFTER));
    note.addEventListener("mouseenter", hold);
    note.addEventListener("mouseleave", go);
    note.addEventListener("focusin", hold);
    note.addEventListener("focusout", go);
  }

  toasts.querySelectorAll("[data-vanish]").forEach(vanish);
  document.body.addEventListener("toast", (event) => toast(event.detail));
  toasts.addEventListener("click", (event) => event.target.closest("[data-note-close]")?.closest(".note").remove());

  function announce(words) {
    const region = document.getElementById("announce");
    region.textContent = "";
    requestAnimationFrame(() => (region.textContent = words));
  }

  /* The question before a destructive act. */
  function ask(question, source) {
    const dialog = document.getElementById("confirm");
    if (!dialog) return Promise.resolve(true);
    const given = source?.dataset ?? {};
    dialog.querySelector("#confirm-title").textContent = given.confirmTitle || dialog.dataset.title;
    dialog.querySelector("#confirm-text").textContent = question;
    const yes = dialog.querySelector("[data-confirm-button]");
    yes.textContent = given.confirmYes || dialog.dataset.yes;
    yes.classList.toggle("btn-danger", given.confirmKind !== "plain");
    yes.classList.toggle("btn-primary", given.confirmKind === "plain");
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }

  const agreed = new WeakSet();
  document.addEventListener(
    "click",
    async (event) => {
      const source = event.target.closest?.("[data-confirm]:not(form)");
      if (!source || agreed.delete(source)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (await ask(source.dataset.confirm, source)) {
        agreed.add(source);
        source.click();
      }
    },
    { capture: true },
  );
  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      if (!form.dataset.confirm || agreed.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (await ask(form.dataset.confirm, form)) {
        agreed.add(form);
        form.requestSubmit(event.submitter);
      }
    },
    { capture: true },
  );
  document.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    if (await ask(event.detail.question, event.detail.elt)) event.detail.issueRequest(true);
  });

  /* A form that is being sent cannot be sent again. data-download: the answer is a file, the page stays. */
  function busy(form, on, submitter) {
    form.toggleAttribute("data-sending", on);
    if (on) form.setAttribute("aria-busy", "true");
    else form.removeAttribute("aria-busy");
    for (const button of form.elements) {
      if (button.type !== "submit") continue;
      button.disabled = on;
    }
    if (on) submitter?.setAttribute("aria-busy", "true");
    else form.querySelectorAll('[aria-busy="true"]').forEach((button) => button.removeAttribute("aria-busy"));
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || form.method === "get") return;
    form.removeAttribute("data-dirty");
    if (event.defaultPrevented) return; // htmx sends it
    if (form.hasAttribute("data-sending")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sending", "");
    setTimeout(() => busy(form, true, event.submitter)); // after the browser has taken the button's name and value
    if (form.hasAttribute("data-download") || form.target) setTimeout(() => busy(form, false), 2000);
    else setTimeout(() => busy(form, false), SEND_AGAIN_AFTER);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach((form) => busy(form, false));
  });
  const formOf = (event) => event.detail.elt?.closest?.("form");
  const sends = (event) => event.detail.requestConfig?.verb !== "get" && formOf(event);
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!sends(event)) return;
    if (formOf(event).hasAttribute("data-sending")) event.preventDefault();
    else busy(formOf(event), true, event.detail.requestConfig.triggeringEvent?.submitter);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!sends(event)) return;
    busy(formOf(event), false);
    if (event.detail.successful) formOf(event).removeAttribute("data-dirty");
  });

  /* Leaving a form with unsaved entries asks first. */
  document.addEventListener("input", (event) => event.target.closest("form[data-warn-unsaved]")?.setAttribute("data-dirty", ""));
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-dirty]:not([data-sending])")) event.preventDefault();
  });

  /* Filters send themselves. */
  let waiting;
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-auto-submit]");
    if (!form) return;
    clearTimeout(waiting);
    const typing = /^(text|search|number)$/.test(event.target.type);
    waiting = setTimeout(() => form.requestSubmit(), typing ? 300 : 0);
  });

  /* Errors of htmx requests: say it, keep what was entered, offer a second try. */
  function again(event) {
    const source = event.detail.requestConfig?.elt ?? event.detail.elt;
    if (source?.tagName === "FORM") return () => source.requestSubmit();
    return source?.isConnected ? () => source.click() : undefined;
  }
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status === 401) window.location.reload(); // the server leads to sign-in and back here
    else if (status === 403) toast({ level: "error", text: text.forbidden });
    else if (status === 404 || status === 410) toast({ level: "error", text: text.missing });
    else if (status === 409 || status === 413) return; // its own toast says what happened
    else if (status === 429) toast({ level: "warning", text: text.tooMany });
    else toast({ level: "error", text: text.failed, onAction: again(event) });
  });
  for (const kind of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, (event) => toast({ level: "error", text: text.offline, onAction: again(event) }));
  }
  /* A whole page in answer to a part (a redirect to sign-in, say) is opened as a page. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const wholePage = /^\s*<!doctype html/i.test(event.detail.serverResponse ?? "");
    if (wholePage && !event.detail.boosted && !event.detail.requestConfig.elt.closest("[hx-select]")) {
      event.detail.shouldSwap = false;
      window.location.assign(event.detail.xhr.responseURL);
    }
  });

  /* After a swap: what changed is said aloud, errors take the focus. */
  function arrived(root) {
    const words = root.matches?.("[data-announce]") ? root : root.querySelector?.("[data-announce]");
    if (words) announce(words.dataset.announce || words.textContent.trim());
    (root.matches?.("[data-focus]") ? root : root.querySelector?.("[data-focus]"))?.focus();
  }
  /* Who acted from the keyboard goes on where it happened: in the first field of a form that came, at the button that
     opened it (#edit-…) when it went, else at the part that was put in place of the one with the focus. */
  function keepFocus({ elt: root, target, requestConfig: asked }) {
    const acted = /^(click|submit|change|input)$/.test(asked?.triggeringEvent?.type);
    if (!acted || asked.elt.isConnected || !root.id || root.id !== target?.id) return;
    if (document.activeElement && document.activeElement !== document.body) return;
    const fields = ":is(input:not([type=hidden]), select, textarea):not(:disabled)";
    const next = root.querySelector(`form[data-warn-unsaved] ${fields}`) ?? root.querySelector(`#edit-${CSS.escape(root.id)}`);
    if (!next) root.tabIndex = -1;
    (next ?? root).focus({ preventScroll: !next });
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    arrived(event.detail.elt);
    keepFocus(event.detail);
  });
  document.querySelector("[data-focus]")?.focus();

  /* Copy a value: data-copy="text" or data-copy-from="#id". */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy], [data-copy-from]");
    if (!button) return;
    const from = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
    try {
      await navigator.clipboard.writeText(from ? (from.value ?? from.innerText.trim()) : button.dataset.copy);
      toast({ text: button.dataset.copied ?? "✓" });
    } catch {
      from?.select?.();
    }
  });
  document.addEventListener("click", (event) => event.target.closest?.("[data-print]") && window.print());

  /* A file that is too large is refused where it was chosen: data-max-bytes, data-too-large. The server checks again. */
  function tooLarge(input) {
    const over = [...input.files].some((file) => file.size > Number(input.dataset.maxBytes));
    const field = input.closest(".field") ?? input.parentElement;
    field.querySelector("[data-over]")?.remove();
    if (!over) return false;
    const words = document.createElement("div");
    words.className = "field-error";
    words.setAttribute("role", "alert");
    words.dataset.over = "";
    words.textContent = input.dataset.tooLarge;
    field.append(words);
    return true;
  }
  const limited = 'input[type="file"][data-max-bytes]';
  document.addEventListener("change", (event) => event.target.matches(limited) && tooLarge(event.target));
  document.addEventListener(
    "submit",
    (event) => {
      const over = [...event.target.querySelectorAll(limited)].find(tooLarge);
      if (!over) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      over.focus();
    },
    { capture: true },
  );

  /* A file dropped on its field */
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const zone = event.target.closest?.(".dropzone");
      const input = zone?.querySelector('input[type="file"]');
      if (!input) return;
      event.preventDefault();
      zone.classList.toggle("is-over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "?") document.getElementById("shortcuts")?.showModal();
    if (event.key === "/") {
      const search = document.querySelector("[data-list-search], main input[type=search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    }
  });

  window.cxm = { toast, announce, ask };
})();
