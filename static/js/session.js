// Before the session ends, by rest or at the latest, the page says so. Whoever is typing is not resting.
(() => {
  "use strict";

  const box = document.querySelector("[data-session-left]");
  if (!box) return;
  const WARN = 300;
  const text = box.querySelector("[data-session-text]");
  const form = box.querySelector("form");
  const opened = Date.now();
  let idleEnds = opened + Number(box.dataset.sessionLeft) * 1000;
  const lastEnds = opened + Number(box.dataset.sessionLast) * 1000;
  let typed = 0;
  let dismissed = false;

  document.addEventListener("input", () => {
    typed = Date.now();
  });

  const keep = async () => {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "error" });
    if (!answer.ok) throw new Error("session");
    const { left } = await answer.json();
    idleEnds = Date.now() + left * 1000;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep().then(
      () => {
        box.hidden = true;
      },
      () => {
        text.textContent = "La sessione è già finita. Invia comunque: accederai di nuovo e ritroverai quello che hai scritto.";
      },
    );
  });
  box.querySelector("[data-session-close]").addEventListener("click", () => {
    dismissed = true;
    box.hidden = true;
  });

  const words = (ms) => {
    const whole = Math.max(1, Math.ceil(ms / 60000));
    return whole === 1 ? "meno di un minuto" : `${whole} minuti`;
  };
  const look = () => {
    const now = Date.now();
    const atTheLatest = lastEnds <= idleEnds;
    const rest = Math.min(idleEnds, lastEnds) - now;
    if (rest > WARN * 1000) {
      box.hidden = true;
      return;
    }
    if (!atTheLatest && rest > 0 && now - typed < WARN * 1000) {
      keep().catch(() => {});
      return;
    }
    if (dismissed) return;
    form.hidden = atTheLatest || rest <= 0;
    text.textContent =
      rest <= 0
        ? "La sessione è finita. Quello che invii ora si conserva: accedi di nuovo e lo ritrovi."
        : atTheLatest
          ? `La sessione finisce tra ${words(rest)}, perché dura al massimo alcune ore: salva quello che stai scrivendo.`
          : `Non stai lavorando da un po': la sessione finisce tra ${words(rest)}.`;
    box.hidden = false;
  };
  window.setInterval(look, 15000);
  look();
})();
