/* Menus, folding parts, tabs in a page, dialogs, the side bar. Works by delegation, so parts swapped in later work too. */
(() => {
  const attribute = (element, name) => element.getAttribute(name);
  const targetOf = (button) =>
    document.querySelector(attribute(button, "data-bs-target") ?? attribute(button, "href") ?? `#${attribute(button, "aria-controls")}`);

  /* Menus: <div class="dropdown"><button data-bs-toggle="dropdown">…</button><div class="dropdown-menu">…</div></div> */
  const menuOf = (button) => button.parentElement.querySelector(".dropdown-menu");
  const keepsOpen = (menu) => menu.parentElement.querySelector('[data-bs-auto-close="outside"]') !== null;
  const itemsOf = (menu) =>
    [...menu.querySelectorAll("a[href], button, input, select, label[tabindex]")].filter((item) => !item.disabled && item.offsetParent);

  /* Fixed to the window, so that a scrolling table does not cut the menu off. */
  function place(button, menu) {
    const from = button.getBoundingClientRect();
    const size = menu.getBoundingClientRect();
    const room = { width: document.documentElement.clientWidth, height: window.innerHeight };
    const wanted = menu.classList.contains("dropdown-menu-end") ? from.right - size.width : from.left;
    const left = Math.max(8, Math.min(wanted, room.width - size.width - 8));
    const fitsBelow = from.bottom + size.height + 8 <= room.height || from.top < size.height + 8;
    Object.assign(menu.style, {
      position: "fixed",
      insetInlineStart: `${left}px`,
      insetInlineEnd: "auto",
      insetBlockStart: fitsBelow ? `${from.bottom + 4}px` : `${from.top - size.height - 4}px`,
      maxHeight: `${Math.max(160, fitsBelow ? room.height - from.bottom - 12 : from.top - 12)}px`,
      overflowY: "auto",
      margin: "0",
    });
  }

  function closeMenus(except) {
    for (const button of document.querySelectorAll('[data-bs-toggle="dropdown"][aria-expanded="true"]')) {
      if (button === except) continue;
      button.setAttribute("aria-expanded", "false");
      menuOf(button)?.classList.remove("show");
    }
  }

  function openMenu(button, edge) {
    closeMenus(button);
    const menu = menuOf(button);
    menu.classList.add("show");
    button.setAttribute("aria-expanded", "true");
    place(button, menu);
    if (edge) itemsOf(menu).at(edge === "first" ? 0 : -1)?.focus();
  }

  function moveInMenu(menu, event) {
    const items = itemsOf(menu);
    const at = items.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (next === undefined || !items.length || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    event.preventDefault();
    items.at(next % items.length)?.focus();
  }

  /* Folding parts: data-bs-toggle="collapse" with data-bs-target, or aria-controls. */
  function fold(button) {
    const part = targetOf(button);
    if (!part) return;
    const open = part.classList.toggle("show");
    for (const other of document.querySelectorAll('[data-bs-toggle="collapse"]')) {
      if (targetOf(other) === part) other.setAttribute("aria-expanded", String(open));
    }
  }

  /* Tabs whose panes stand in the same page: role="tab" with aria-controls. */
  function showTab(tab) {
    const list = tab.closest('[role="tablist"]');
    for (const other of list.querySelectorAll('[role="tab"]')) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      other.classList.toggle("active", chosen);
      const pane = document.getElementById(attribute(other, "aria-controls"));
      pane.hidden = !chosen;
      pane.classList.toggle("active", chosen);
    }
    window.dispatchEvent(new Event("resize")); // a chart in a hidden pane had no width
  }

  /* Side bar on phones */
  function sidebar(open) {
    const bar = document.getElementById("sidebar");
    if (!bar) return;
    bar.classList.toggle("is-open", open);
    document.querySelector(".sidebar-shade").hidden = !open;
    const button = document.querySelector("[data-sidebar-open]");
    button.setAttribute("aria-expanded", String(open));
    if (open) bar.querySelector("a, button").focus();
    else if (bar.contains(document.activeElement)) button.focus();
  }

  /* A group of the side bar was folded or unfolded: the server draws it so on the next page (see cxm/context.py). */
  function rememberFold(group) {
    const kept = document.cookie.split("; ").find((pair) => pair.startsWith("cxm_nav="));
    const turned = new Set((kept ? kept.slice(8).split(".") : []).filter(Boolean));
    const opens = !group.open; // the click comes before the change
    if (opens === (group.dataset.usual === "open")) turned.delete(group.dataset.fold);
    else turned.add(group.dataset.fold);
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `cxm_nav=${[...turned].join(".")}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  }

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const toggle = at('[data-bs-toggle="dropdown"]');
    if (toggle) {
      event.preventDefault();
      if (toggle.getAttribute("aria-expanded") === "true") closeMenus();
      else openMenu(toggle);
      return;
    }
    const menu = at(".dropdown-menu");
    if (!menu || (at("a[href], button") && !keepsOpen(menu))) closeMenus();
    if (at('[data-bs-toggle="collapse"]')) {
      event.preventDefault();
      fold(at('[data-bs-toggle="collapse"]'));
    }
    if (at('[role="tab"]')) {
      event.preventDefault();
      showTab(at('[role="tab"]'));
    }
    if (at("[data-dialog-open]")) document.querySelector(attribute(at("[data-dialog-open]"), "data-dialog-open"))?.showModal();
    if (at("[data-dialog-close]")) at("dialog")?.close();
    if (event.target.matches?.("dialog.box")) event.target.close(); // a click beside the box
    if (at(".sidebar-label")) rememberFold(at("[data-fold]"));
    if (at("[data-sidebar-open]")) sidebar(true);
    if (at("[data-sidebar-close]")) sidebar(false);
    if (at("[data-shortcuts]")) document.getElementById("shortcuts")?.showModal();
  });

  document.addEventListener("keydown", (event) => {
    const button = event.target.closest?.('[data-bs-toggle="dropdown"]');
    const openButton = document.querySelector('[data-bs-toggle="dropdown"][aria-expanded="true"]');
    if (event.key === "Escape") {
      if (openButton) {
        closeMenus();
        openButton.focus();
      }
      sidebar(false);
      return;
    }
    if (button && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      openMenu(button, event.key === "ArrowDown" ? "first" : "last");
      return;
    }
    const menu = event.target.closest?.(".dropdown-menu.show");
    if (menu) moveInMenu(menu, event);
    const tab = event.target.closest?.('[role="tab"]');
    if (tab && /^Arrow(Left|Right)$/.test(event.key)) {
      const tabs = [...tab.closest('[role="tablist"]').querySelectorAll('[role="tab"]')];
      const next = tabs.at((tabs.indexOf(tab) + (event.key === "ArrowRight" ? 1 : -1)) % tabs.length);
      next.focus();
      showTab(next);
    }
  });

  document.addEventListener("focusin", (event) => {
    const openButton = document.querySelector('[data-bs-toggle="dropdown"][aria-expanded="true"]');
    if (openButton && !openButton.parentElement.contains(event.target)) closeMenus();
  });
  const again = () => {
    const openButton = document.querySelector('[data-bs-toggle="dropdown"][aria-expanded="true"]');
    if (openButton) place(openButton, menuOf(openButton));
  };
  window.addEventListener("scroll", again, { passive: true, capture: true });
  window.addEventListener("resize", again, { passive: true });
})();
