// The messages of the chat.
import { $, atBottom, make, toBottom } from "/static/dom.js";
import { settleTaps } from "/static/inline.js";
import { showKeyboard } from "/static/keyboard.js";
import { draw } from "/static/message.js";
import { messages, person, state, view, zone } from "/static/state.js";
import { dayKey, dayLabel } from "/static/time.js";
import { t } from "/static/words.js";

$("log").addEventListener("scroll", () => { if (atBottom()) $("down").hidden = true; }, { passive: true });
$("down").addEventListener("click", toBottom);

export function showChat(chat, first) {
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
  view.newestRendered = Math.max(view.newestRendered, ...chat.messages.map((one) => one.id));
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
  if (message.id > view.newestRendered) { $("log").append(node); return; }
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
