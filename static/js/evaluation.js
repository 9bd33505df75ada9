// The weighted total while points are typed. The page works without it: the portal does the sum anyway.
(() => {
  "use strict";
  const line = document.querySelector("[data-total]");
  const fields = [...document.querySelectorAll("[data-points]")];
  if (!line || !fields.length) return;
  const show = () => {
    let total = 0;
    let given = 0;
    fields.forEach((field) => {
      const points = Number(field.value.trim().replace(",", "."));
      if (field.value.trim() === "" || Number.isNaN(points)) return;
      given += 1;
      total += points * Number(field.closest("[data-weight]").dataset.weight);
    });
    line.hidden = given === 0;
    line.querySelector("strong").textContent =
      `${total.toLocaleString("it-IT", { maximumFractionDigits: 2 })} (${given} criteri su ${fields.length})`;
  };
  fields.forEach((field) => field.addEventListener("input", show));
  show();
})();
