/* Runs before the first paint: "auto" follows the device, also when it changes. */
(() => {
  const root = document.documentElement;
  if (root.dataset.themeChoice !== "auto") return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    root.dataset.bsTheme = dark.matches ? "dark" : "light";
    root.dispatchEvent(new CustomEvent("themechange", { bubbles: true }));
  };
  follow();
  dark.addEventListener("change", follow);
})();
