// The sum of a breakdown while it is typed, beside the total it must reach; the server checks it in any case.
(() => {
  "use strict";

  const read = (text) => {
    const plain = text.trim().replaceAll(".", "").replace(",", ".");
    return plain === "" ? null : Number(plain);
  };
  document.querySelectorAll("output[data-sum]").forEach((output) => {
    const fields = output.dataset.sum.split(" ").map((id) => document.getElementById(id));
    const total = document.getElementById(output.dataset.total);
    if (fields.some((field) => !field)) return;
    const show = () => {
      const values = fields.map((field) => read(field.value));
      const sum = values.reduce((found, value) => found + (value ?? 0), 0);
      const wanted = total ? read(total.value) : null;
      if (values.every((value) => value === null) || Number.isNaN(sum)) {
        output.textContent = "–";
        output.classList.remove("is-off");
        return;
      }
      const off = wanted !== null && wanted !== sum;
      const words = sum.toLocaleString("it-IT");
      output.textContent = off ? `${words}, ma il totale è ${wanted.toLocaleString("it-IT")}` : words;
      output.classList.toggle("is-off", off);
    };
    [...fields, total].filter(Boolean).forEach((field) => field.addEventListener("input", show));
    show();
  });
})();
