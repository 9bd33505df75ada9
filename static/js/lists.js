// Lists: filters, order and pages change without reloading. Without this script the same links and forms reload the page.
(() => {
  "use strict";

  const results = () => document.getElementById("elenco");
  const form = document.querySelector(".filters-form");
  if (!results() || !window.fetch) return;

  const aloud = document.createElement("p");
  aloud.className = "visually-hidden";
  aloud.setAttribute("role", "status");
  document.querySelector("main").append(aloud);

  let latest = 0;
  const show = async (url, { push = true, focus = "" } = {}) => {
    const mine = ++latest;
    results().setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("elenco");
      if (!answer.ok || !fresh) throw new Error();
      if (mine !== latest) return;
      results().replaceWith(document.importNode(fresh, true));
      if (push) window.history.pushState({ list: true }, "", url);
      aloud.textContent = document.getElementById("trovati")?.textContent ?? "";
      if (focus) document.querySelector(focus)?.focus();
    } catch {
      window.location.assign(url);
    }
  };

  const asked = () => {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
    return `${window.location.pathname}?${query}`;
  };
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    show(asked());
  });
  form?.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=checkbox], [type=radio]")) show(asked());
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#elenco .paging a, #elenco thead a, #elenco .sort-menu a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const order = new URL(link.href).searchParams.get("ordina");
    if (form && order) {
      const hidden = form.elements.ordina ?? form.appendChild(document.createElement("input"));
      Object.assign(hidden, { type: "hidden", name: "ordina", value: order });
    }
    show(link.href, { focus: link.closest("thead") ? "#elenco [aria-sort] a" : "#trovati" });
  });
  window.addEventListener("popstate", () => window.location.reload());
})();
