// A form with data-draft="name" is saved by itself while the person writes: on the server, and until the server has
// answered also in this browser, so that no word is lost when the session ends, the portal is down or the window is
// closed. Without this script the button at the end of the page saves.
(() => {
  "use strict";

  const QUIET = 1500; // milliseconds without a key before saving
  const PATIENCE = [5000, 10000, 20000, 60000]; // how long to wait before trying again
  const SKIPPED = new Set(["csrfmiddlewaretoken", "revision", "seen"]);

  // The browser's own store; where it is closed to us the page works without it.
  const store = {
    read(key) {
      try {
        return JSON.parse(window.localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        window.localStorage.setItem(key, JSON.stringify(value));
        return true;
      } catch {
        return false;
      }
    },
    remove(key) {
      try {
        window.localStorage.removeItem(key);
      } catch {
        // nothing was kept
      }
    },
  };

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };
  const button = (className, text, act) => {
    const element = make("button", `btn ${className}`, text);
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  };

  // The forms that the portal has saved since, by their names in a cookie: what the browser kept of them goes.
  const wasSaved = (name) => {
    const found = document.cookie.split("; ").find((one) => one.startsWith("bozze_salvate="));
    const all = (found ? found.slice("bozze_salvate=".length).replace(/"/g, "") : "").split("|").filter(Boolean);
    if (!all.includes(name)) return false;
    document.cookie = `bozze_salvate=${all.filter((one) => one !== name).join("|")}; path=/; max-age=86400; SameSite=Lax`;
    return true;
  };

  const follow = (form) => {
    const prefix = `bozza/${form.dataset.draft}/`;
    const stop = new AbortController();
    const note = form.querySelector("[data-saved-at]");
    const offer = document.querySelector("[data-draft-offer]");
    const fields = [...form.elements].filter(
      (field) => field.name && !SKIPPED.has(field.name) && field.type !== "hidden" && field.type !== "submit" && field.type !== "file",
    );
    const named = (name) => fields.filter((field) => field.name === name);
    const names = [...new Set(fields.map((field) => field.name))];
    const value = (name) => {
      const [first, ...others] = named(name);
      if (first.type === "radio") return [first, ...others].find((field) => field.checked)?.value ?? "";
      return first.type === "checkbox" ? (first.checked ? "on" : "") : first.value;
    };
    const set = (name, text) => {
      named(name).forEach((field) => {
        if (field.type === "radio") field.checked = field.value === text;
        else if (field.type === "checkbox") field.checked = text === "on";
        else field.value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
    };
    const label = (name) => {
      const first = named(name)[0];
      const words = first.closest("fieldset")?.querySelector("legend.field-label") || form.querySelector(`label[for="${first.id}"]`);
      return words ? words.textContent.trim() : name;
    };
    const first = Object.fromEntries(names.map((name) => [name, value(name)]));
    let saved = { ...first }; // what the server has
    let timer = 0;
    let tries = 0;
    let running = false;
    let stopped = false; // another person wrote the same part: nothing goes out until the person has chosen
    let leaving = false;

    const tell = (text, link) => {
      if (!note) return;
      note.textContent = text;
      if (link) {
        const anchor = make("a", "", link.text);
        anchor.href = link.href;
        note.append(" ", anchor);
      }
    };
    const open = () => names.filter((name) => value(name) !== saved[name]);
    const wait = (delay) => {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, delay);
    };
    const later = (why) => {
      const delay = PATIENCE[Math.min(tries, PATIENCE.length - 1)];
      tries += 1;
      tell(`${why} Il testo è al sicuro in questo browser; riprovo tra ${delay / 1000} secondi.`);
      wait(delay);
    };
    const signIn = () => {
      const next = encodeURIComponent(window.location.pathname + window.location.search);
      tell("La sessione è scaduta. Il testo è al sicuro in questo browser: accedi di nuovo e lo ritrovi qui.", {
        text: "Accedi di nuovo",
        href: `${form.dataset.signIn}?next=${next}`,
      });
    };
    const took = (sent, answer) => {
      tries = 0;
      saved = { ...saved, ...sent };
      if (answer.revision && form.elements.revision) form.elements.revision.value = answer.revision;
      names.forEach((name) => {
        if (value(name) === saved[name]) store.remove(prefix + name);
      });
      tell(answer.message);
      // what the server says of the whole with what is typed: its own page, made by its own rules
      const preview = document.querySelector("[data-preview]");
      if (preview && answer.preview) preview.innerHTML = answer.preview;
    };

    async function save() {
      window.clearTimeout(timer);
      if (running || stopped || !open().length) return;
      running = true;
      const sent = Object.fromEntries(names.map((name) => [name, value(name)]));
      const data = new FormData(form);
      [...data.keys()].forEach((name) => data.get(name) instanceof File && data.delete(name));
      try {
        const answer = await fetch(window.location.href, {
          method: "POST",
          body: data,
          credentials: "same-origin",
          redirect: "manual",
          headers: { "X-While-Typing": "1" },
          signal: stop.signal,
        });
        const told = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : null;
        if (answer.type === "opaqueredirect" || answer.status === 401) signIn();
        else if (answer.status === 403) {
          tell("Il portale non ha accettato il salvataggio. Il testo è al sicuro in questo browser: ricarica la pagina e lo ritrovi qui.");
        } else if (answer.status === 409 && told) clash(told);
        else if (answer.ok && told) took(sent, told);
        else if (told) {
          tries = 0;
          if (told.revision && form.elements.revision) form.elements.revision.value = told.revision;
          tell(told.message);
        } else later("Il portale non risponde come dovrebbe.");
      } catch {
        if (!leaving) later("Il portale non risponde.");
      } finally {
        running = false;
      }
      if (!stopped && open().length && tries === 0 && !timer) wait(QUIET);
    }

    // Another person has saved the same part: both texts side by side, and the person chooses.
    const clash = (told) => {
      stopped = true;
      tell(told.message);
      if (!offer) return;
      const box = make("section", "callout-box callout-warning");
      const words = make("div");
      words.append(make("h2", "callout-title", "Due persone hanno scritto qui"), make("p", "", told.message));
      Object.entries(told.theirs).forEach(([name, text]) => {
        const pair = make("div", "two-texts");
        const theirs = make("div");
        theirs.append(make("h3", "", `${label(name)}: testo salvato`), make("div", "two-texts-words", text || "(vuoto)"));
        const mine = make("div");
        mine.append(make("h3", "", `${label(name)}: il tuo testo`), make("div", "two-texts-words", value(name) || "(vuoto)"));
        pair.append(theirs, mine);
        words.append(pair);
      });
      const go = () => {
        stopped = false;
        if (form.elements.revision) form.elements.revision.value = told.revision;
        offer.replaceChildren();
        offer.hidden = true;
      };
      const acts = make("p", "form-buttons");
      acts.append(
        button("btn-outline-primary", "Tieni il mio testo", () => {
          go();
          saved = { ...saved, ...told.theirs };
          wait(0);
        }),
        button("btn-quiet", "Usa il testo salvato", () => {
          go();
          Object.entries(told.theirs).forEach(([name, text]) => {
            saved[name] = text;
            set(name, text);
            store.remove(prefix + name);
          });
          tell("Ora vedi il testo salvato.");
        }),
      );
      words.append(acts);
      box.append(words);
      offer.replaceChildren(box);
      offer.hidden = false;
      offer.scrollIntoView({ block: "nearest" });
    };

    // What this browser kept and the server never got: offered back, never put in by itself.
    const giveBack = () => {
      const kept = names
        .map((name) => ({ name, ...store.read(prefix + name) }))
        .filter((one) => typeof one.text === "string");
      const lost = kept.filter((one) => one.text !== first[one.name]);
      kept.filter((one) => one.text === first[one.name]).forEach((one) => store.remove(prefix + one.name));
      if (!lost.length || !offer) return;
      const at = new Date(Math.max(...lost.map((one) => one.at)));
      const box = make("section", "callout-box callout-info");
      const words = make("div");
      words.append(
        make("h2", "callout-title", "In questo browser c'è un testo non salvato"),
        make("p", "", `L'hai scritto il ${at.toLocaleDateString("it-IT")} alle ${at.toLocaleTimeString("it-IT", { hour: "2-digit", minute: "2-digit" })}, e il portale non l'ha ricevuto.`),
      );
      lost.forEach((one) => {
        const pair = make("div", "two-texts");
        const mine = make("div");
        mine.append(make("h3", "", `${label(one.name)}: il testo non salvato`), make("div", "two-texts-words", one.text || "(vuoto)"));
        pair.append(mine);
        if (one.base !== first[one.name]) {
          const theirs = make("div");
          theirs.append(make("h3", "", `${label(one.name)}: il testo salvato, cambiato nel frattempo`), make("div", "two-texts-words", first[one.name] || "(vuoto)"));
          pair.append(theirs);
        }
        words.append(pair);
      });
      const close = () => {
        offer.replaceChildren();
        offer.hidden = true;
      };
      const acts = make("p", "form-buttons");
      acts.append(
        button("btn-outline-primary", "Riprendi il testo non salvato", () => {
          close();
          lost.forEach((one) => set(one.name, one.text));
          named(lost[0].name)[0].focus();
        }),
        button("btn-quiet", "Scarta", () => {
          close();
          lost.forEach((one) => store.remove(prefix + one.name));
        }),
      );
      words.append(acts);
      box.append(words);
      offer.replaceChildren(box);
      offer.hidden = false;
    };

    const typed = (event) => {
      const name = event.target.name;
      if (!names.includes(name) || leaving) return;
      const text = value(name);
      if (text === saved[name]) store.remove(prefix + name);
      else store.write(prefix + name, { text, base: saved[name], at: Date.now() });
      if (!stopped) wait(QUIET);
    };
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    form.addEventListener("submit", () => {
      leaving = true;
      window.clearTimeout(timer);
      stop.abort();
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) leaving = false;
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && !leaving) save();
    });
    window.addEventListener("online", () => wait(0));
    if (wasSaved(form.dataset.draft)) names.forEach((name) => store.remove(prefix + name));
    giveBack();
  };

  document.querySelectorAll("form[data-draft]").forEach(follow);
})();
