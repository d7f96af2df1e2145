"use strict";

const $ = (id) => document.getElementById(id);
const RETRY_EVERY_MS = 2000;
const RETRY_FOR_MS = 3_500_000;
const NEXT_TAP_AFTER_MS = 60_000;  // a tap sooner than that is an accidental one
let words = JSON.parse(document.body.dataset.words);
let lastKey = 0;
let shownKey = null;  // key of the tap whose entry is shown, which "Undo" removes
let failure = "";  // why a tap was not logged; later status texts are added to it, not shown instead

// The signed initData is in the address.
const signed = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData") || "";

// No script of Telegram's runs here: the few events that the page needs are sent to the app by
// hand, as https://core.telegram.org/api/web-events describes. Without an app around, nothing
// happens.
function tellApp(event, data = {}) {
  const both = JSON.stringify({ eventType: event, eventData: data });
  if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(event, JSON.stringify(data));
  else if (window.external && "notify" in window.external) window.external.notify(both);
  else if (window.parent !== window) window.parent.postMessage(both, "*");
}

function hearApp(event, data) {
  if (event === "home_screen_checked") {
    $("home").hidden = !["missed", "unknown"].includes(data && data.status);
  } else if (event === "home_screen_added") $("home").hidden = true;
}

// Phones and desktop computers call this function, under several names; browsers post a message.
const heard = { receiveEvent: hearApp };
Object.assign(window, {
  Telegram: { WebView: heard }, TelegramGameProxy: heard, TelegramGameProxy_receiveEvent: hearApp,
});
window.addEventListener("message", (message) => {
  if (message.source !== window.parent) return;
  try {
    const { eventType, eventData } = JSON.parse(message.data);
    hearApp(eventType, eventData);
  } catch {
    // somebody else's message
  }
});
$("home").addEventListener("click", () => tellApp("web_app_add_to_home_screen"));
tellApp("web_app_ready");
tellApp("web_app_expand");
tellApp("web_app_check_home_screen");

// Returns null when no complete response arrived.
async function post(what, body) {
  try {
    const response = await fetch(`app/${what}`, {
      method: "POST",
      headers: { Authorization: `tma ${signed}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) return { status: response.status, found: await response.json() };
    const { refusal } = await response.json().catch(() => ({}));
    return { status: response.status, found: null, refusal };
  } catch {
    return null;
  }
}

function showAnswer(answer, key) {
  if (answer.found) show(answer.found, key);
  else showStatus(refusal(answer), false);
}

function refusal(answer) {
  const known = { 401: words.strange, 403: words.private };
  return answer.refusal || known[answer.status] || words.failed;
}

function showFailure(text) {
  failure = text;
  showStatus(text, false);
}

function showStatus(text, canUndo) {
  $("said").hidden = false;
  $("said-words").textContent = failure && failure !== text ? `${failure} ${text}` : text;
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
    showStatus(found.entry.words, !found.entry.is_removed);
  }
  if (found.refusal) showFailure(found.refusal);
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
  failure = "";
  $("log").disabled = true;
  $("undo").hidden = true;
  try {
    // While a tap is retried in the background, the next cramp can be logged after a minute.
    await Promise.race([log(), pause(NEXT_TAP_AFTER_MS)]);
  } finally {
    $("log").disabled = false;
  }
});

// Every retry sends the same key, so that one tap makes one entry.
async function log() {
  const key = Math.max(Date.now(), lastKey + 1);
  const begun = performance.now();
  const begunAt = Date.now();
  lastKey = key;
  for (;;) {
    // performance.now() stops while some phones sleep, and Date.now() jumps when the clock is set.
    const waited = Math.round(Math.max(performance.now() - begun, Date.now() - begunAt));
    const answer = await post("log", { key, waited });
    if (answer !== null && answer.status < 500) {
      if (answer.found) show(answer.found, key);
      else showFailure(refusal(answer));
      return;
    }
    if (waited > RETRY_FOR_MS) { showFailure(words.failed); return; }
    showStatus(words.trying, false);
    await pause(RETRY_EVERY_MS);
  }
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

async function request(what, body) {
  const answer = await post(what, body);
  if (answer === null) showStatus(words.failed, false);
  else showAnswer(answer, body.key);
}

$("undo").addEventListener("click", () => request("undo", { key: shownKey }));
for (const side of ["earlier", "later"]) {
  $(side).addEventListener("click", () => request("month", { month: $(side).dataset.month }));
}
request("month", {});
