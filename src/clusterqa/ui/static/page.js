// What the page does without the server: going to a passage and back, opening a passage in its
// context, dark and light, and remembering the visitor's choices in this browser.
(() => {
  const LANGUAGE = "clusterqa.language";
  const THEME = "clusterqa.theme";

  const recall = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage may be forbidden
    }
  };
  const remember = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      // then it lasts for this visit only
    }
  };

  const speak = (page) => {
    if (!page) return;
    document.documentElement.lang = page.dataset.language === "zh" ? "zh-CN" : "en";
    document.title = page.querySelector("h1").textContent;
  };

  const goTo = (id) => {
    const target = document.getElementById(id);
    if (!target) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    target.classList.remove("arrived");
    void target.offsetWidth; // lets the animation start again
    target.classList.add("arrived");
  };

  const reader = () => {
    const existing = document.getElementById("reader");
    if (existing) return existing;
    const dialog = document.createElement("dialog");
    dialog.id = "reader";
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
    document.querySelector(".gradio-container").append(dialog);
    return dialog;
  };

  const openContext = (id) => {
    const context = document.getElementById(id);
    if (!context) return;
    const dialog = reader();
    const sheet = context.cloneNode(true);
    sheet.removeAttribute("id");
    sheet.hidden = false;
    dialog.replaceChildren(sheet);
    dialog.setAttribute("aria-label", context.dataset.label);
    dialog.showModal();
    const first = dialog.querySelector(".here");
    if (first) first.scrollIntoView({ block: "start" });
  };

  // The example that was clicked gives way to its answer: look there, and put the focus there.
  const awaitAnswer = () => {
    const result = document.getElementById("result");
    result.tabIndex = -1;
    result.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  };

  const isDark = () => document.body.classList.contains("dark");
  const setTheme = (theme) => document.body.classList.toggle("dark", theme === "dark");

  document.addEventListener("click", (event) => {
    const control = event.target.closest(
      "[data-goto], [data-context], [data-question], [data-speak], [data-theme-switch]",
    );
    if (!control) return;
    if (control.dataset.goto) goTo(control.dataset.goto);
    if (control.dataset.context) openContext(control.dataset.context);
    if (control.dataset.question) awaitAnswer();
    if (control.dataset.speak) remember(LANGUAGE, control.dataset.speak);
    if ("themeSwitch" in control.dataset) {
      const theme = isDark() ? "light" : "dark";
      setTheme(theme);
      remember(THEME, theme);
    }
  });

  window.clusterqa = {
    recalledLanguage: () => {
      const theme = recall(THEME);
      if (theme) setTheme(theme);
      return recall(LANGUAGE);
    },
    speak,
  };
})();
