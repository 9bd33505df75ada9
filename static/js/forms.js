// Forms: sums while typing, and saving by itself. Without this script the server sums and the button saves.
(() => {
  "use strict";

  // An output with data-sum="x" shows the sum of the fields with data-adds="x", written the Italian way.
  const amount = (text) => Number(text.replace(/\./g, "").replace(",", ".")) || 0;
  const shown = new Intl.NumberFormat("it-IT", { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: "always" });
  const whole = new Intl.NumberFormat("it-IT", { useGrouping: "always" });
  const add = (name) => {
    const fields = [...document.querySelectorAll(`[data-adds="${name}"]`)];
    const cents = fields.reduce((sum, field) => {
      const value = field.type === "number" ? Number(field.value) || 0 : amount(field.value);
      return sum + Math.round(value * 100);
    }, 0);
    document.querySelectorAll(`[data-sum="${name}"]`).forEach((output) => {
      output.textContent = output.dataset.unit === "€" ? `${shown.format(cents / 100)} €` : whole.format(cents / 100);
    });
  };
  document.addEventListener("input", (event) => {
    if (event.target.dataset.adds) add(event.target.dataset.adds);
  });
  new Set([...document.querySelectorAll("[data-adds]")].map((field) => field.dataset.adds)).forEach(add);

  // A file beyond its limit is told beside its field before it is sent; the server says the same.
  document.addEventListener("change", (event) => {
    const most = Number(event.target.dataset.mostBytes);
    if (!most) return;
    const large = [...event.target.files].some((file) => file.size > most);
    event.target.setCustomValidity(
      large ? `Il file supera il limite di ${Math.floor(most / 1048576)} MB: comprimilo o dividilo.` : "",
    );
    event.target.reportValidity();
  });

  // A form with data-save="address" is sent there while the person writes; the server answers 204 when it is saved.
  document.querySelectorAll("form[data-save]").forEach((form) => {
    const note = form.querySelector("[data-saved-at]");
    let timer = 0;
    const save = async () => {
      let saved = false;
      try {
        const data = new FormData(form);
        [...data.keys()].forEach((name) => data.get(name) instanceof File && data.delete(name));
        const answer = await fetch(form.dataset.save, { method: "POST", body: data, credentials: "same-origin" });
        saved = answer.status === 204;
      } catch {
        saved = false;
      }
      if (!note) return;
      const at = new Date().toLocaleTimeString("it-IT", { hour: "2-digit", minute: "2-digit" });
      note.textContent = saved ? `Salvato alle ${at}.` : "Non ancora salvato: usa il pulsante in fondo alla pagina.";
    };
    form.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, 2500);
    });
    form.addEventListener("submit", () => window.clearTimeout(timer));
  });
})();
