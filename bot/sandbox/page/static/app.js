// The chat page. Content of the chat is inserted as text, never as HTML.
import { render } from "/static/entities.js";
import { language, t, translatePage } from "/static/words.js";

translatePage();

const $ = (id) => document.getElementById(id);
const state = { person: null, revision: 0, now: 0, at: 0, people: [], bot: null, chat: null, due: null, moving: null, movingFrom: 0 };
const messages = new Map();
const taps = new Map();
let generation = 0;
let following = new AbortController();
let quoting = null;
let keyboardShown = true;
let keyboardKey = "";
let lastProblem = null;
let newestRendered = 0;
let typingTimer = 0;

const LANGUAGES = { en: "English", de: "Deutsch", es: "Español", fr: "Français", hi: "हिन्दी", it: "Italiano", ja: "日本語", pl: "Polski", pt: "Português", "pt-br": "Português (Brasil)", ru: "Русский", tr: "Türkçe", uk: "Українська", ar: "العربية" };
const PLACES = [["Berlin", 52.52, 13.405], ["London", 51.507, -0.128], ["New York", 40.713, -74.006], ["Los Angeles", 34.052, -118.244], ["São Paulo", -23.55, -46.633], ["Santiago", -33.449, -70.669], ["St. John’s", 47.561, -52.713], ["Lagos", 6.524, 3.379], ["Cairo", 30.044, 31.236], ["Nairobi", -1.292, 36.822], ["Delhi", 28.614, 77.209], ["Kathmandu", 27.717, 85.324], ["Tokyo", 35.677, 139.65], ["Sydney", -33.869, 151.209], ["Lord Howe Island", -31.553, 159.084], ["Auckland", -36.848, 174.763], ["Honolulu", 21.307, -157.858], [t("In the middle of the Atlantic"), 30, -40]];
const FAULTS = [["too_many_requests", t("Too many requests"), t("429, try again after 5 s")], ["server_error", t("Server error"), t("500 with a page instead of an answer")], ["garbage", t("Garbage"), t("200, but not what was asked for")], ["drop_before", t("Connection dropped before"), t("nothing happens")], ["drop_after", t("Connection dropped after"), t("it happens, but nobody says so")], ["slow", t("Slow answers"), t("3 seconds each")], ["hang", t("No answers"), t("every request waits")]];
const SVG = "http://www.w3.org/2000/svg";

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  if (tag === "button") node.type = "button";
  return node;
}

function drawn(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

// Time ------------------------------------------------------------------------------------------

const formats = new Map();
const DATES = language === "en" ? "en-GB" : language.replace("_", "-");
function format(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) {
    try { formats.set(key, new Intl.DateTimeFormat(DATES, { timeZone: zone, ...options })); }
    catch { formats.set(key, new Intl.DateTimeFormat(DATES, { timeZone: "UTC", ...options })); }
  }
  return formats.get(key);
}
const now = () => state.now + (performance.now() - state.at);
const clockTime = (ms, zone) => format(zone, { hour: "2-digit", minute: "2-digit" }).format(ms);
const fullDay = (ms, zone) => format(zone, { weekday: "long", day: "numeric", month: "long" }).format(ms);
const dayKey = (ms, zone) => format(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).format(ms);
const person = () => state.people.find((one) => one.id === state.person) || null;
const zone = () => person()?.zone || "UTC";

function dayLabel(ms) {
  const today = dayKey(now(), zone());
  if (dayKey(ms, zone()) === today) return t("Today");
  if (dayKey(ms + 86400000, zone()) === today) return t("Yesterday");
  return fullDay(ms, zone());
}

function soon(ms) {
  const same = dayKey(ms, zone()) === dayKey(now(), zone());
  const day = same ? "" : format(zone(), { weekday: "short", day: "numeric", month: "short" }).format(ms) + ", ";
  return day + clockTime(ms, zone());
}

let shownToday = "";
function tick() {
  if (!state.now) return;
  const at = now();
  $("clock").textContent = clockTime(at, zone());
  $("clock").dateTime = new Date(at).toISOString();
  $("phone-clock").textContent = clockTime(at, zone());
  $("clock-day").textContent = fullDay(at, zone());
  $("clock-zone").textContent = person() ? `${t("Phone of {name}", { name: person().name })} · ${zone().replaceAll("_", " ")}` : "UTC";
  for (const node of document.querySelectorAll(".person .local")) node.textContent = clockTime(at, node.dataset.zone);
  const today = dayKey(at, zone());
  if (today !== shownToday) {
    shownToday = today;
    for (const node of document.querySelectorAll(".day")) node.textContent = dayLabel(Number(node.dataset.at));
  }
  $("moving").hidden = !state.moving;
  if (state.moving) {
    const span = state.moving - state.movingFrom;
    $("progress").value = span > 0 ? Math.min(1, Math.max(0, (at - state.movingFrom) / span)) : 0;
    $("moving-text").textContent = t("On the way to {time}", { time: soon(state.moving) });
  }
}
setInterval(tick, 500);

// Requests to the server -------------------------------------------------------------------------

async function post(path, body) {
  let response;
  try {
    response = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  } catch {
    toast(t("The sandbox cannot be reached."));
    return null;
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) { toast(answer.problem || t("That failed.")); return null; }
  return answer;
}
const act = (action, more = {}) => post("/sandbox/act", { person: state.person, action, ...more });

async function follow() {
  const mine = ++generation;
  following.abort();
  following = new AbortController();
  while (mine === generation) {
    const who = state.person;
    try {
      const query = new URLSearchParams({ since: state.revision });
      if (who !== null) { query.set("person", who); query.set("seen", newestRendered); }
      const response = await fetch(`/sandbox/changes?${query}`, { signal: following.signal });
      if (!response.ok) throw new Error(String(response.status));
      const fresh = await response.json();
      if (mine !== generation) return;
      $("offline").hidden = true;
      await take(fresh);
    } catch (error) {
      if (mine !== generation) return;
      if (!(error instanceof TypeError) && !/^\d+$|JSON/.test(error.message)) console.error(error);
      $("offline").hidden = false;
      state.revision = 0;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

async function take(fresh) {
  if (fresh.revision < state.revision) { state.revision = 0; messages.clear(); $("log").replaceChildren(); newestRendered = 0; return; }
  const first = state.revision === 0;
  state.revision = fresh.revision;
  state.now = fresh.now;
  state.at = performance.now();
  if (fresh.moving && !state.moving) state.movingFrom = fresh.now;
  Object.assign(state, { people: fresh.people, bot: fresh.bot, due: fresh.due, moving: fresh.moving });
  showPeople();
  showBot(fresh);
  showPanel(fresh);
  if (fresh.problem && fresh.problem[0] !== lastProblem) {
    if (lastProblem !== null || !first) toast(fresh.problem[1]);
    lastProblem = fresh.problem[0];
  }
  if (!fresh.people.length) { await firstPerson(); return; }
  if (!person()) { choose(fresh.people[0].id); return; }
  if (fresh.chat?.person === state.person) showChat(fresh.chat, first);
  tick();
}

async function firstPerson() {
  const zoneName = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const language = (navigator.language || "en").toLowerCase();
  const code = LANGUAGES[language] ? language : language.slice(0, 2);
  const body = { first_name: "Alex", language_code: LANGUAGES[code] ? code : "en", time_zone: zoneName };
  const made = await post("/sandbox/people", body) || await post("/sandbox/people", { ...body, time_zone: "UTC" });
  if (made) choose(made.id);
}

function choose(id) {
  state.person = id;
  state.revision = 0;
  state.chat = null;
  messages.clear();
  taps.clear();
  newestRendered = 0;
  keyboardKey = "";
  keyboardShown = true;
  stopQuoting();
  $("log").replaceChildren();
  $("text").value = "";
  closeSides();
  follow();
}

// People and the bot -----------------------------------------------------------------------------

function showPeople() {
  const list = $("people-list");
  const focused = document.activeElement?.dataset?.personId;
  list.replaceChildren(...state.people.map((one) => {
    const item = make("div");
    item.setAttribute("role", "listitem");
    const button = make("button", "person");
    button.dataset.personId = one.id;
    button.dataset.testid = "person";
    button.setAttribute("aria-current", String(one.id === state.person));
    const face = make("span", `face f${one.id % 6}`, [...one.name][0]?.toUpperCase() || "?");
    face.setAttribute("aria-hidden", "true");
    const local = make("span", "local", clockTime(now(), one.zone));
    local.dataset.zone = one.zone;
    button.append(face, make("span", "name", one.name), local, make("span", "preview", one.blocked ? t("has blocked the bot") : one.preview || zoneWords(one)));
    if (one.unread) {
      const badge = make("span", "badge", String(one.unread));
      badge.setAttribute("aria-label", t("{count} unread", { count: one.unread }));
      badge.dataset.testid = "unread";
      button.append(badge);
    }
    button.addEventListener("click", () => choose(one.id));
    item.append(button);
    return item;
  }));
  if (focused) list.querySelector(`[data-person-id="${CSS.escape(focused)}"]`)?.focus();
  const others = state.people.filter((one) => one.id !== state.person).reduce((sum, one) => sum + one.unread, 0);
  $("others-unread").hidden = !others;
  $("others-unread").textContent = others;
}
const zoneWords = (one) => `${LANGUAGES[one.language] || one.language} · ${one.zone.split("/").at(-1).replaceAll("_", " ")}`;

function showBot(fresh) {
  $("bot-name").textContent = fresh.bot.name;
  const typing = fresh.chat?.typing > 0;
  clearTimeout(typingTimer);
  if (typing) typingTimer = setTimeout(() => setTyping(false, fresh.running), fresh.chat.typing * 1000);
  setTyping(typing, fresh.running);
  $("menu").hidden = !fresh.bot.commands.length;
}

function setTyping(typing, running) {
  $("status").textContent = running === false ? t("bot is stopped") : typing ? t("typing…") : person() ? t("bot · phone of {name}", { name: person().name }) : t("bot");
  $("status").classList.toggle("busy", typing);
  const log = $("log");
  const old = log.querySelector(".typing");
  if (!typing) { old?.remove(); return; }
  const dots = old || make("div", "typing");
  if (!old) { dots.setAttribute("aria-hidden", "true"); dots.append(make("i"), make("i"), make("i")); }
  const stuck = atBottom();
  log.append(dots);
  if (stuck) toBottom();
}

function showPanel(fresh) {
  $("time-card").hidden = !fresh.controls;
  if (!fresh.moving) $("due").textContent = fresh.due ? soon(fresh.due) : t("nothing planned yet");
  for (const button of document.querySelectorAll("#time-card button")) {
    button.disabled = Boolean(fresh.moving) || (button.dataset.to === "next" && !fresh.due);
  }
  const switches = FAULTS.map(([kind, label, hint]) => [`fault-${kind}`, label, hint, fresh.faults.includes(kind), (on) => post("/sandbox/fault", { kind, on })]);
  const mine = person();
  if (mine) switches.unshift(["block", t("{name} blocks the bot", { name: mine.name }), t("in the app, as people do"), mine.blocked, (on) => act(on ? "block" : "unblock")]);
  if (fresh.controls) switches.unshift(["bot-stopped", t("Bot stopped"), t("taps wait until it is back"), !fresh.running, (on) => post("/sandbox/bot", { running: !on })]);
  const holder = $("switches");
  const order = switches.map(([id]) => id).join();
  for (const [id, label, hint, on, change] of switches) {
    let button = holder.querySelector(`[data-testid="${id}"]`);
    if (!button) {
      button = make("button", "switch");
      button.dataset.testid = id;
      button.setAttribute("role", "switch");
      const words = make("span");
      const knob = make("span", "knob");
      knob.setAttribute("aria-hidden", "true");
      words.append(make("span"), make("small"));
      button.append(words, knob);
      button.addEventListener("click", async () => {
        button.disabled = true;
        await button.change(button.getAttribute("aria-checked") !== "true");
        button.disabled = false;
      });
      holder.append(button);
      holder.dataset.order = "";
    }
    button.firstChild.firstChild.textContent = label;
    button.firstChild.lastChild.textContent = hint;
    button.setAttribute("aria-checked", String(on));
    button.change = change;
  }
  if (holder.dataset.order !== order) {
    holder.append(...switches.map(([id]) => holder.querySelector(`[data-testid="${id}"]`)));
    holder.dataset.order = order;
  }
  $("waiting").textContent = fresh.waiting ? t("Waiting for the bot: {count}", { count: fresh.waiting }) : "";
}

// The chat ---------------------------------------------------------------------------------------

const atBottom = () => { const log = $("log"); return log.scrollHeight - log.scrollTop - log.clientHeight < 80; };
const toBottom = () => { const log = $("log"); log.scrollTop = log.scrollHeight; $("down").hidden = true; };
$("log").addEventListener("scroll", () => { if (atBottom()) $("down").hidden = true; }, { passive: true });
$("down").addEventListener("click", toBottom);

function showChat(chat, first) {
  const log = $("log");
  const stuck = first || atBottom();
  let added = false;
  let own = false;
  if (first) {
    const sent = new Set(chat.messages.map((one) => one.id));
    for (const id of [...messages.keys()]) if (!sent.has(id)) forget(id);
  }
  for (const id of chat.deleted) forget(id);
  for (const id of [...messages.keys()]) if (id < chat.first) forget(id);
  for (const message of chat.messages) {
    const old = messages.get(message.id)?.node;
    const node = draw(message);
    if (old) old.replaceWith(node);
    else {
      if (!first) node.classList.add("fresh");
      place(node, message);
      added = true;
      own ||= !message.bot;
    }
    messages.set(message.id, { node, message });
  }
  if (added || chat.deleted.length) separate();
  newestRendered = Math.max(newestRendered, ...chat.messages.map((one) => one.id));
  log.querySelector(".welcome")?.remove();
  if (!messages.size) log.append(welcome());
  state.chat = chat;
  showKeyboard(chat.keyboard);
  const blocked = Boolean(person()?.blocked);
  $("start").hidden = chat.started || blocked;
  $("unblock").hidden = !blocked;
  $("composer").hidden = blocked || !chat.started;
  settleTaps(chat.taps);
  const dots = log.querySelector(".typing");
  if (dots) log.append(dots);
  if (stuck || own) toBottom();
  else if (added) $("down").hidden = false;
}

function place(node, message) {
  if (message.id > newestRendered) { $("log").append(node); return; }
  const after = [...messages.values()].filter((one) => one.message.id > message.id).sort((a, b) => a.message.id - b.message.id)[0];
  if (after) after.node.before(node); else $("log").append(node);
}

function forget(id) {
  messages.get(id)?.node.remove();
  messages.delete(id);
}

function separate() {
  const log = $("log");
  for (const old of log.querySelectorAll(".day")) old.remove();
  let day = "";
  let side = null;
  for (const { node, message } of [...messages.values()].sort((a, b) => a.message.id - b.message.id)) {
    const key = dayKey(message.date, zone());
    if (key !== day) {
      const label = make("div", "day", dayLabel(message.date));
      label.dataset.at = message.date;
      node.before(label);
      day = key;
    }
    node.classList.toggle("after", side !== null && side !== message.bot);
    side = message.bot;
  }
}

function welcome() {
  const box = make("div", "welcome");
  const face = make("img");
  face.src = "/static/icon.svg";
  face.alt = "";
  box.append(face, make("p", "", state.bot?.description || t("Nothing here yet. Press Start to meet the bot.")));
  return box;
}

function draw(message) {
  const row = make("article", message.bot ? "row-message" : "row-message mine");
  row.dataset.testid = "message";
  row.dataset.messageId = message.id;
  row.dataset.from = message.bot ? "bot" : "person";
  row.dataset.silent = String(message.silent);
  const bubble = make("div", "bubble");
  row.append(bubble);
  bubble.append(make("span", "sr", message.bot ? `${state.bot?.name || "Bot"}:` : t("You:")));
  if (message.extra.forward_origin) bubble.append(make("div", "forwarded", t("Forwarded from {name}", { name: message.extra.forward_origin.sender_user_name || "?" })));
  if (message.reply_to) {
    const quote = make("button", "quote-of");
    quote.append(make("b", "", message.reply_to.bot ? state.bot?.name || "Bot" : t("You")), message.reply_to.text);
    quote.addEventListener("click", () => messages.get(message.reply_to.id)?.node.scrollIntoView({ block: "center", behavior: "smooth" }));
    bubble.append(quote);
  }
  if (message.kind === "photo" && message.file) bubble.append(picture(message, bubble));
  const other = otherKind(message);
  if (other) bubble.append(other);
  if (message.kind === "sticker") bubble.classList.add("bare");
  if (message.text) {
    const words = make("div", "words");
    words.dataset.testid = "words";
    words.append(render(message.text, message.entities, (command) => act("say", { text: command })));
    if (!message.entities.length && message.kind === "text" && /^\p{Extended_Pictographic}(\uFE0F|\u200D\p{Extended_Pictographic})*$/u.test(message.text)) words.classList.add("big");
    bubble.append(words);
  }
  bubble.append(meta(message));
  if (message.reaction) {
    const reaction = make("span", "reaction", message.reaction);
    reaction.setAttribute("aria-label", t("Reaction {sign}", { sign: message.reaction }));
    bubble.append(reaction);
  }
  bubble.append(moreButton(message, bubble));
  if (message.inline.length) row.append(inlineKeyboard(message));
  return row;
}

function picture(message, bubble) {
  bubble.classList.add("has-picture");
  const button = make("button", "picture");
  const image = make("img");
  image.src = `/sandbox/files/${encodeURIComponent(message.file.id)}`;
  image.alt = message.text ? t("Picture: {text}", { text: message.text.slice(0, 120) }) : t("Picture");
  image.width = message.file.width;
  image.height = message.file.height;
  button.setAttribute("aria-label", t("Enlarge picture"));
  button.dataset.testid = "picture";
  button.append(image);
  image.addEventListener("load", () => { if (message.id >= newestRendered && atBottom()) toBottom(); });
  button.addEventListener("click", () => {
    $("viewer-image").src = image.src;
    $("viewer-image").alt = image.alt;
    $("viewer").showModal();
  });
  return button;
}

function otherKind(message) {
  const extra = message.extra;
  if (message.kind === "sticker") return make("div", "words big", extra.sticker?.emoji || "🙂");
  if (message.kind === "location") return make("div", "words", `📍 ${extra.location.latitude.toFixed(3)}, ${extra.location.longitude.toFixed(3)}`);
  if (message.kind === "voice") return make("div", "words", `🎤 ${t("Voice message, {count} s", { count: extra.voice.duration })}`);
  if (message.kind === "document" && message.file) {
    const line = make("div", "words");
    const download = make("a", "", `📄 ${message.file.name}`);
    download.href = `/sandbox/files/${encodeURIComponent(message.file.id)}`;
    download.download = message.file.name;
    line.append(download, ` (${Math.max(1, Math.round(message.file.size / 1024))} KB)`);
    return line;
  }
  return null;
}

function meta(message) {
  const line = make("div", "meta");
  if (message.silent) {
    const bell = make("span", "bell");
    bell.title = t("Sent without a sound");
    bell.dataset.testid = "silent";
    bell.append(drawn("M4 4l16 16M9 5.6A5.5 5.5 0 0 1 17.5 10c0 3 .6 4.7 1.5 6M6.5 9.5V10c0 4-2 6-2 6h11M10 19.5a2.2 2.2 0 0 0 4 0"), make("span", "sr", t("sent without a sound")));
    line.append(bell);
  }
  if (message.edited) line.append(make("span", "", t("edited")));
  const time = make("time", "", clockTime(message.date, zone()));
  time.dateTime = new Date(message.date).toISOString();
  line.append(time);
  return line;
}

function moreButton(message, bubble) {
  const button = make("button", "more", "⋯");
  button.setAttribute("aria-label", t("Reply or edit"));
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    const open = bubble.querySelector(".message-menu");
    closeMenus();
    if (open) return;
    const menu = make("div", "message-menu");
    const entry = (label, what) => {
      const item = make("button", "", label);
      item.addEventListener("click", () => { closeMenus(); what(); });
      menu.append(item);
    };
    entry(t("Reply"), () => startQuoting("reply", message));
    if (!message.bot && message.kind === "text") entry(t("Edit"), () => startQuoting("edit", message));
    button.setAttribute("aria-expanded", "true");
    bubble.append(menu);
    menu.firstChild.focus();
  });
  return button;
}

function inlineKeyboard(message) {
  const grid = make("div", "inline");
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", t("Buttons"));
  message.inline.forEach((buttons, row) => {
    const line = make("div", "inline-row");
    buttons.forEach((button, column) => line.append(inlineButton(message, button, row, column)));
    grid.append(line);
  });
  return grid;
}

function inlineButton(message, button, row, column) {
  let node;
  if (button.url) {
    node = make("a", "inline-button", button.text);
    let url = null;
    try { url = new URL(button.url); } catch { /* an invalid address: the button is shown without a link */ }
    if (url && ["http:", "https:"].includes(url.protocol)) { node.href = url.href; node.target = "_blank"; node.rel = "noopener noreferrer"; }
    const corner = make("span", "corner", "↗");
    corner.setAttribute("aria-hidden", "true");
    node.append(corner);
  } else {
    node = make("button", "inline-button", button.text);
  }
  if (button.style) node.classList.add(button.style);
  node.dataset.testid = "inline-button";
  const key = `${message.id}/${row}/${column}/${button.callback_data}`;
  node.dataset.key = key;
  if ([...taps.values()].includes(key)) node.setAttribute("aria-busy", "true");
  if (button.callback_data) {
    node.addEventListener("click", async () => {
      if (node.getAttribute("aria-busy") === "true") return;
      node.setAttribute("aria-busy", "true");
      const made = await act("tap", { message_id: message.id, row, column, label: button.text });
      if (!made) { node.removeAttribute("aria-busy"); return; }
      taps.set(made.tap, key);
      if (state.chat) settleTaps(state.chat.taps);
    });
  } else if (button.copy_text) {
    node.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(button.copy_text.text); toast(t("Copied")); } catch { toast(button.copy_text.text); }
    });
  }
  return node;
}

function settleTaps(known) {
  for (const [id, key] of [...taps]) {
    const tap = known[id];
    if (!tap || (!tap.answer && !tap.late)) continue;
    taps.delete(id);
    for (const node of document.querySelectorAll('.inline-button[aria-busy="true"]')) if (node.dataset.key === key) node.removeAttribute("aria-busy");
    if (!tap.answer?.text) continue;
    if (tap.answer.show_alert) { $("alert-text").textContent = tap.answer.text; $("alert").showModal(); }
    else toast(tap.answer.text);
  }
}

// Keyboard, composer, menus ----------------------------------------------------------------------

function showKeyboard(markup) {
  const key = JSON.stringify(markup);
  const holder = $("keyboard");
  if (key !== keyboardKey) {
    keyboardKey = key;
    keyboardShown = true;
    holder.classList.toggle("resized", Boolean(markup?.resize_keyboard));
    holder.replaceChildren(...(markup?.keyboard || []).map((row) => {
      const line = make("div", "keyboard-row");
      line.append(...row.map((button) => {
        const node = make("button", "key", button.text);
        node.dataset.testid = "reply-button";
        node.addEventListener("click", () => { if (button.request_location) openPlaces(); else act("press", { label: button.text }); });
        return node;
      }));
      return line;
    }));
    $("text").placeholder = markup?.input_field_placeholder || t("Message");
  }
  const usable = Boolean(markup) && !person()?.blocked;
  $("keys").hidden = !usable;
  const stuck = atBottom();
  holder.hidden = !usable || !keyboardShown;
  $("keys").setAttribute("aria-expanded", String(!holder.hidden));
  if (stuck) toBottom();
}
$("keys").addEventListener("click", () => { keyboardShown = !keyboardShown; showKeyboard(JSON.parse(keyboardKey)); });

function grow() {
  const text = $("text");
  text.style.height = "42px";
  text.style.height = `${Math.min(130, text.scrollHeight)}px`;
}
$("text").addEventListener("input", () => {
  grow();
  const typed = $("text").value;
  if (/^\/\w*$/.test(typed)) showCommands(typed.slice(1)); else hideCommands();
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); $("composer").requestSubmit(); }
});
$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  const about = quoting;
  hideCommands();
  const sent = await act(about ? about.action : "say", about ? { text, message_id: about.id } : { text });
  if (sent) { $("text").value = ""; stopQuoting(); grow(); }
});
$("start").addEventListener("click", () => act("say", { text: "/start" }));
$("unblock").addEventListener("click", () => act("unblock"));

function startQuoting(action, message) {
  quoting = { action, id: message.id };
  $("quoting-what").textContent = action === "edit" ? t("Edit message") : message.bot ? t("Reply to {name}", { name: state.bot?.name }) : t("Reply to yourself");
  $("quoting-text").textContent = message.text || t("Picture");
  $("quoting").hidden = false;
  if (action === "edit") { $("text").value = message.text; grow(); }
  $("text").focus();
}
function stopQuoting() {
  if (quoting?.action === "edit") $("text").value = "";
  quoting = null;
  $("quoting").hidden = true;
}
$("quoting-stop").addEventListener("click", stopQuoting);

function showCommands(prefix) {
  const found = (state.bot?.commands || []).filter((one) => one.command.startsWith(prefix.toLowerCase()));
  $("commands").replaceChildren(...found.map((one) => {
    const item = make("button");
    item.setAttribute("role", "menuitem");
    item.dataset.testid = "command";
    item.append(make("b", "", `/${one.command}`), make("span", "", one.description));
    item.addEventListener("click", () => { hideCommands(); $("text").value = ""; act("say", { text: `/${one.command}` }); });
    return item;
  }));
  $("commands").hidden = !found.length;
  $("menu").setAttribute("aria-expanded", String(Boolean(found.length)));
}
function hideCommands() { $("commands").hidden = true; $("menu").setAttribute("aria-expanded", "false"); }
$("menu").addEventListener("click", (event) => {
  event.stopPropagation();
  if (!$("commands").hidden) { hideCommands(); return; }
  hideAttach();
  showCommands("");
  $("commands").firstChild?.focus();
});

function hideAttach() { $("attach").hidden = true; $("open-attach").setAttribute("aria-expanded", "false"); }
$("open-attach").addEventListener("click", (event) => {
  event.stopPropagation();
  hideCommands();
  const open = $("attach").hidden;
  $("attach").hidden = !open;
  $("open-attach").setAttribute("aria-expanded", String(open));
  if (open) $("attach-photo").focus();
});
$("attach-sticker").addEventListener("click", () => { hideAttach(); act("sticker", { emoji: "🙂" }); });
$("attach-location").addEventListener("click", () => { hideAttach(); openPlaces(); });
$("attach-photo").addEventListener("click", () => { hideAttach(); $("file").click(); });
$("file").addEventListener("change", async () => {
  const [file] = $("file").files;
  $("file").value = "";
  if (!file) return;
  const response = await fetch(`/sandbox/photo?person=${state.person}`, { method: "POST", headers: { "content-type": file.type || "application/octet-stream" }, body: file }).catch(() => null);
  if (!response?.ok) toast((await response?.json().catch(() => null))?.problem || t("That failed."));
});

function closeMenus() {
  for (const menu of document.querySelectorAll(".message-menu")) menu.remove();
  for (const button of document.querySelectorAll('.more[aria-expanded="true"]')) button.setAttribute("aria-expanded", "false");
}
document.addEventListener("click", (event) => {
  closeMenus();
  if (!event.target.closest("#commands, #text")) hideCommands();
  if (!event.target.closest("#attach")) hideAttach();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { closeMenus(); hideCommands(); hideAttach(); closeSides(); if (quoting) stopQuoting(); return; }
  const menu = event.target.closest?.('[role="menu"]');
  if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const items = [...menu.querySelectorAll("button")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    items[(items.indexOf(event.target) + step + items.length) % items.length].focus();
  }
});

// Side bars, dialogs, toasts ---------------------------------------------------------------------

function openSide(id, opener) {
  closeSides();
  $(id).classList.add("open");
  $(opener).setAttribute("aria-expanded", "true");
  $("shade").hidden = false;
  $(id).querySelector("button")?.focus();
}
function closeSides() {
  for (const [id, opener] of [["people", "open-people"], ["panel", "open-panel"]]) {
    const hadFocus = $(id).contains(document.activeElement) && $(id).classList.contains("open");
    $(id).classList.remove("open");
    $(opener).setAttribute("aria-expanded", "false");
    if (hadFocus) $(opener).focus();
  }
  $("shade").hidden = true;
}
$("open-people").addEventListener("click", () => openSide("people", "open-people"));
$("open-panel").addEventListener("click", () => openSide("panel", "open-panel"));
$("shade").addEventListener("click", closeSides);
for (const button of document.querySelectorAll(".close-side")) button.addEventListener("click", closeSides);
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
$("viewer").addEventListener("click", () => $("viewer").close());

$("add-person").addEventListener("click", () => {
  const names = ["Alex", "Maria", "Sam", "Aiko", "Ben", "Chloe", "Deepa", "Emeka"];
  $("person-name").value = names[state.people.length % names.length];
  $("person-zone").value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  $("person-dialog").showModal();
  $("person-name").select();
});
$("person-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const made = await post("/sandbox/people", { first_name: $("person-name").value, language_code: $("person-language").value, time_zone: $("person-zone").value.trim() });
  if (!made) return;
  $("person-dialog").close();
  choose(made.id);
});

function openPlaces() { $("coordinates").hidden = $("place").value !== "other"; $("place-dialog").showModal(); }
$("place").addEventListener("change", () => { $("coordinates").hidden = $("place").value !== "other"; });
$("place-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const other = $("place").value === "other";
  const [, latitude, longitude] = other ? [null, Number($("latitude").value), Number($("longitude").value)] : PLACES[Number($("place").value)];
  if (await act("location", { latitude, longitude })) $("place-dialog").close();
});

for (const button of document.querySelectorAll("#time-card [data-to]")) {
  button.addEventListener("click", () => post("/sandbox/time", { to: button.dataset.to, person: state.person }));
}
$("to-time").addEventListener("submit", (event) => {
  event.preventDefault();
  post("/sandbox/time", { to: $("wanted").value, person: state.person });
});

function toast(text) {
  const note = make("div", "toast", text);
  note.dataset.testid = "toast";
  $("toasts").append(note);
  setTimeout(() => note.remove(), Math.max(3000, text.length * 60));
}

$("person-language").append(...Object.entries(LANGUAGES).map(([code, name]) => new Option(name, code)));
$("place").append(...PLACES.map(([name], index) => new Option(name, String(index))), new Option(t("Somewhere else…"), "other"));
$("zones").append(...(Intl.supportedValuesOf?.("timeZone") || []).map((name) => new Option(name)));
follow();
