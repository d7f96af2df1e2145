// The bot's status, the clock's controls and the switches for faults.
import { $, atBottom, make, toBottom } from "/static/dom.js";
import { act, post } from "/static/server.js";
import { person } from "/static/state.js";
import { soon } from "/static/time.js";
import { t } from "/static/words.js";

let typingTimer = 0;
const FAULTS = [
  ["too_many_requests", t("Too many requests"), t("429, try again after 5 s")],
  ["server_error", t("Server error"), t("500 with a page instead of an answer")],
  ["garbage", t("Garbage"), t("200, but not what was asked for")],
  ["drop_before", t("Connection dropped before"), t("nothing happens")],
  ["drop_after", t("Connection dropped after"), t("it happens, but nobody says so")],
  ["slow", t("Slow answers"), t("3 seconds each")],
  ["hang", t("No answers"), t("every request waits")],
];

export function showBot(fresh) {
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

export function showPanel(fresh) {
  $("time-card").hidden = !fresh.controls;
  $("bedside-card").hidden = !fresh.bedside;
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
