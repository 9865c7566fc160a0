/* Says that a file is too large before it is sent for nothing. The server checks again. */
(() => {
  const form = document.querySelector("[data-import-upload]");
  const input = form?.querySelector('input[type="file"]');
  if (!input) return;
  const words = form.querySelector("[data-import-error]");
  const check = () => {
    const over = input.files[0]?.size > Number(form.dataset.maxBytes);
    input.setCustomValidity(over ? words.dataset.tooLarge : "");
    words.textContent = over ? words.dataset.tooLarge : "";
    words.parentElement.hidden = !over;
  };
  input.addEventListener("change", check);
  window.addEventListener("pageshow", check); // the browser may bring the file back
})();
