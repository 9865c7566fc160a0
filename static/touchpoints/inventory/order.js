/* Lists whose order is dragged: <form data-order> around [data-order-list] of [data-order-item] with a handle [data-order-grip].
   The form is sent when something was dropped; buttons named "up" and "down" do the same without a mouse. */
(() => {
  function start(root) {
    for (const list of root.querySelectorAll("[data-order-list]")) {
      if (list.dataset.started) continue;
      list.dataset.started = "1";
      Sortable.create(list, {
        handle: "[data-order-grip]",
        draggable: "[data-order-item]",
        animation: 150,
        onEnd: (event) => {
          if (event.oldIndex !== event.newIndex) list.closest("form").requestSubmit();
        },
      });
    }
  }
  start(document);
  document.addEventListener("htmx:afterSettle", () => start(document));
})();
