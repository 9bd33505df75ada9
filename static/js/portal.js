// What makes the pages handier. Every page works without it.
(() => {
  "use strict";

  // An open menu closes with Escape, with a click elsewhere, and when the focus leaves it.
  const menus = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
  ["click", "focusin"].forEach((kind) =>
    document.addEventListener(kind, (event) => {
      menus().forEach((menu) => {
        if (!menu.contains(event.target)) menu.open = false;
      });
    }),
  );

  // The error summary takes the focus, so that it is read first.
  document.querySelector("[data-focus]")?.focus();

  // A form is sent once, even when the button is pressed twice.
  document.querySelectorAll("form[data-once]").forEach((form) => {
    let sent = 0;
    form.addEventListener("submit", (event) => {
      const now = Date.now();
      if (now - sent < 4000) event.preventDefault();
      else sent = now;
    });
  });
  // Characters left, said aloud only when the person pauses.
  document.querySelectorAll("[data-count-for]").forEach((note) => {
    const field = document.getElementById(note.dataset.countFor);
    const most = Number(field?.getAttribute("maxlength"));
    if (!most) return;
    const aloud = document.createElement("span");
    aloud.className = "visually-hidden";
    aloud.setAttribute("aria-live", "polite");
    note.after(aloud);
    let timer = 0;
    const show = () => {
      const left = most - field.value.length;
      note.textContent =
        left === 1 ? "Resta 1 carattere." : `Restano ${left.toLocaleString("it-IT")} caratteri su ${most.toLocaleString("it-IT")}.`;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        aloud.textContent = left < most / 5 ? note.textContent : "";
      }, 1000);
    };
    field.addEventListener("input", show);
    show();
  });
})();
