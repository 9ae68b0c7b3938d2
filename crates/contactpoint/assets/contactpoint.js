// Makes quicker what already works without it. Nothing here is needed to complete a journey.
import { createAll, Button, ErrorSummary, NotificationBanner, PasswordInput, Radios, SkipLink } from "./components.js";

const WARNING_SECONDS = 300;
const KEYS_OFF = "number-keys-off";
const WHOLE_DATE = /^\s*(\d{1,4})[\s./-]+(\d{1,2}|[A-Za-z]{3,9})[\s./-]+(\d{1,4})\s*$|^\s*(\d{2})(\d{2})(\d{4})\s*$/;

const body = document.body;
body.classList.add("js-enabled", "govuk-frontend-supported");
createAll(Button, { preventDoubleClick: true });
for (const component of [ErrorSummary, NotificationBanner, PasswordInput, Radios, SkipLink]) createAll(component);

oneKeyOneAct();
forgetOnLeaving();
warnBeforeTheEnd();
splitPastedDates();
copyOnAsking();
chooseByNumber();

// Enter held down on one page must not answer the question of the next.
function oneKeyOneAct() {
  addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter") event.preventDefault();
  });
}

// A page put aside by the browser must not come back with a child on it after signing out.
function forgetOnLeaving() {
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      body.replaceChildren();
      location.reload();
    }
  });
}

// The keys 1 to 7 choose a reason. They can be turned off, for people whose software types for them (WCAG 2.1.4).
function chooseByNumber() {
  const group = document.querySelector("[data-number-keys]");
  if (!group) return;
  const choices = [...group.querySelectorAll("input[type=radio]")];
  const switchButton = group.querySelector("[data-number-keys-switch]");
  let off = localStorage.getItem(KEYS_OFF) === "yes";
  const show = () => {
    group.classList.toggle("contactpoint-keys--on", !off);
    switchButton.textContent = off ? "Turn number keys on" : "Turn number keys off";
    choices.forEach((choice, place) => {
      if (off) choice.removeAttribute("aria-keyshortcuts");
      else choice.setAttribute("aria-keyshortcuts", String(place + 1));
    });
  };
  switchButton.hidden = false;
  switchButton.addEventListener("click", () => {
    off = !off;
    localStorage.setItem(KEYS_OFF, off ? "yes" : "no");
    show();
  });
  addEventListener("keydown", (event) => {
    if (off || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input:not([type=radio]), textarea, select, dialog")) return;
    const choice = choices[Number(event.key) - 1];
    // What is folded away is not chosen unseen.
    if (!choice || choice.closest("details:not([open])")) return;
    event.preventDefault();
    choice.click();
    choice.focus();
  });
  show();
}

// The button beside a telephone number, or the key c while the number has the focus, copies its digits.
function copyOnAsking() {
  const said = document.querySelector("[data-said]");
  const copy = async (digits, name) => {
    try {
      await navigator.clipboard.writeText(digits);
      said.textContent = `Copied the telephone number of ${name}`;
    } catch {
      said.textContent = "The telephone number could not be copied. Select it and copy it by hand.";
    }
  };
  for (const button of document.querySelectorAll("[data-copy]")) {
    const { copy: digits, of: name } = button.dataset;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await copy(digits, name);
      button.firstChild.textContent = "Copied";
      setTimeout(() => { button.firstChild.textContent = "Copy"; }, 3000);
    });
    button.parentElement.querySelector("a").addEventListener("keydown", (event) => {
      if (event.key === "c" && !event.ctrlKey && !event.metaKey && !event.altKey) copy(digits, name);
    });
  }
}

// A whole date pasted into one box fills all three.
function splitPastedDates() {
  for (const group of document.querySelectorAll("[data-date]")) {
    const [day, month, year] = group.querySelectorAll("input");
    group.addEventListener("paste", (event) => {
      const found = WHOLE_DATE.exec(event.clipboardData.getData("text"));
      if (!found) return;
      event.preventDefault();
      const parts = found[4] ? found.slice(4, 7) : found.slice(1, 4);
      if (parts[0].length === 4) parts.reverse();
      [day.value, month.value, year.value] = parts;
      year.focus();
    });
  }
}

// Five minutes before the session ends a dialogue says so; one key keeps it, and nothing typed is lost.
function warnBeforeTheEnd() {
  const dialog = document.querySelector("dialog[data-session-seconds]");
  if (!dialog) return;
  const form = dialog.querySelector("form");
  const failed = dialog.querySelector("[data-failed]");
  let warning;
  let end;
  const start = (seconds) => {
    clearTimeout(warning);
    clearTimeout(end);
    warning = setTimeout(() => dialog.showModal(), Math.max(seconds - WARNING_SECONDS, 0) * 1000);
    end = setTimeout(() => {
      if (document.querySelector("[data-clear-at-end]")) location.replace("/sign-in");
      else dialog.close();
    }, seconds * 1000);
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "error" });
      if (!answer.ok) throw new Error();
      failed.hidden = true;
      dialog.close();
      start(Number(dialog.dataset.sessionSeconds));
    } catch {
      failed.hidden = false;
    }
  });
  start(Number(dialog.dataset.sessionSeconds));
}
