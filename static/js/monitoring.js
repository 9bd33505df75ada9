// The sum of women and men while they are typed; the server sums them in any case.
(() => {
  "use strict";

  const read = (text) => {
    const plain = text.trim().replaceAll(".", "").replace(",", ".");
    return plain === "" ? null : Number(plain);
  };
  document.querySelectorAll("output[data-sum]").forEach((output) => {
    const fields = output.dataset.sum.split(" ").map((id) => document.getElementById(id));
    if (fields.some((field) => !field)) return;
    const show = () => {
      const values = fields.map((field) => read(field.value));
      const sum = values.reduce((total, value) => total + (value ?? 0), 0);
      output.textContent = values.every((value) => value === null) || Number.isNaN(sum) ? "–" : sum.toLocaleString("it-IT");
    };
    fields.forEach((field) => field.addEventListener("input", show));
  });
})();
