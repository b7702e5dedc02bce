(() => {
  let remembered;
  try {
    remembered = localStorage.getItem("last-unit-colours");
  } catch {
    // Storage is blocked: follow the system.
  }
  const dark = remembered === "dark" || (remembered !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-color-scheme", dark ? "dark" : "light");
})();
