"use strict";

const $ = (id) => document.getElementById(id);
const TRIES_EVERY_MS = 2000;
const TRIES_FOR_MS = 3_500_000;
const NEXT_TAP_AFTER_MS = 60_000;  // one that is sooner is a shaking thumb's, or impatience
let words = JSON.parse(document.body.dataset.words);
let lastKey = 0;
let shownKey = null;  // of the tap whose entry is shown: the one that can be undone
let lost = "";  // what is said of a tap that came to nothing: words of others do not hide it

// What Telegram signs is in the address. Its own script is fetched for the rest, and may be missing.
const signed = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData") || "";
const script = document.createElement("script");
script.src = "https://telegram.org/js/telegram-web-app.js";
script.addEventListener("load", meetTelegram);
document.head.append(script);

function meetTelegram() {
  const app = window.Telegram && window.Telegram.WebApp;
  if (!app) return;
  app.ready();
  app.expand();
  if (!app.isVersionAtLeast("8.0")) return;
  app.checkHomeScreenStatus((status) => { $("home").hidden = !["missed", "unknown"].includes(status); });
  $("home").addEventListener("click", () => app.addToHomeScreen());
}

// An answer that breaks off is none.
async function ask(what, body) {
  try {
    const response = await fetch(`app/${what}`, {
      method: "POST",
      headers: { Authorization: `tma ${signed}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, found: response.ok ? await response.json() : null };
  } catch {
    return null;
  }
}

function take(answer, key) {
  if (answer.found) show(answer.found, key);
  else say(refusal(answer), false);
}

function refusal(answer) {
  const known = { 401: words.strange, 403: words.private };
  return known[answer.status] || words.failed;
}

function lose(text) {
  lost = text;
  say(text, false);
}

function say(text, canUndo) {
  $("said").hidden = false;
  $("said-words").textContent = lost && lost !== text ? `${lost} ${text}` : text;
  $("undo").textContent = words.undo;
  $("undo").hidden = !canUndo;
}

function show(found, key) {
  words = found.words;
  document.documentElement.lang = found.language;
  $("log-words").textContent = words.log;
  $("home").textContent = words.home;
  if (found.entry) {
    shownKey = key;
    say(found.entry.words, !found.entry.is_removed);
  }
  showMonth(found.month);
}

function showMonth(month) {
  $("title").textContent = month.title;
  $("headline").textContent = month.headline;
  for (const side of ["earlier", "later"]) {
    const button = $(side);
    button.setAttribute("aria-label", words[side]);
    button.disabled = month[side] === null;
    button.dataset.month = month[side] || "";
  }
  $("weekdays").replaceChildren(...month.weekdays.map((name) => make("span", name)));
  $("nights").replaceChildren(...month.nights.map(night));
  if (month.indent) $("nights").firstElementChild.style.gridColumnStart = String(month.indent + 1);
  $("legend").replaceChildren(...["cramps", "none", "no_entry"].map((state) => make("li", words[state], state)));
  $("month").hidden = false;
}

function night(one) {
  const cell = make("li", String(one.day), one.state);
  cell.setAttribute("aria-label", one.words);
  cell.title = one.words;
  if (one.state === "cramps") {
    cell.style.background = one.colour;
    if (one.count > 1) cell.append(make("b", `×${one.count}`));
  }
  return cell;
}

function make(tag, text, name) {
  const node = document.createElement(tag);
  node.textContent = text;
  if (name) node.className = name;
  return node;
}

$("log").addEventListener("click", async () => {
  lost = "";
  $("log").disabled = true;
  $("undo").hidden = true;
  try {
    // A tap without an answer goes on being sent while the next cramp can be logged.
    await Promise.race([log(), pause(NEXT_TAP_AFTER_MS)]);
  } finally {
    $("log").disabled = false;
  }
});

// One tap is one entry: the same key goes with every try.
async function log() {
  const key = Math.max(Date.now(), lastKey + 1);
  const begun = performance.now();
  const begunAt = Date.now();
  lastKey = key;
  for (;;) {
    // The first clock stands still in some phones that sleep; the second may be set meanwhile.
    const waited = Math.round(Math.max(performance.now() - begun, Date.now() - begunAt));
    const answer = await ask("log", { key, waited });
    if (answer !== null && answer.status < 500) {
      if (answer.found) show(answer.found, key);
      else lose(refusal(answer));
      return;
    }
    if (waited > TRIES_FOR_MS) { lose(words.failed); return; }
    say(words.trying, false);
    await pause(TRIES_EVERY_MS);
  }
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

async function quietly(what, body) {
  const answer = await ask(what, body);
  if (answer === null) say(words.failed, false);
  else take(answer, body.key);
}

$("undo").addEventListener("click", () => quietly("undo", { key: shownKey }));
for (const side of ["earlier", "later"]) {
  $(side).addEventListener("click", () => quietly("month", { month: $(side).dataset.month }));
}
quietly("month", {});
