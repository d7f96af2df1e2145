// Times on the page, in the zone of the person who is shown.
import { $ } from "/static/dom.js";
import { now, person, state, zone } from "/static/state.js";
import { language, t } from "/static/words.js";

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
export const clockTime = (ms, zone) => format(zone, { hour: "2-digit", minute: "2-digit" }).format(ms);
const fullDay = (ms, zone) => format(zone, { weekday: "long", day: "numeric", month: "long" }).format(ms);
export const dayKey = (ms, zone) => format(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).format(ms);

export function dayLabel(ms) {
  const today = dayKey(now(), zone());
  if (dayKey(ms, zone()) === today) return t("Today");
  if (dayKey(ms + 86400000, zone()) === today) return t("Yesterday");
  return fullDay(ms, zone());
}

export function soon(ms) {
  const same = dayKey(ms, zone()) === dayKey(now(), zone());
  const day = same ? "" : format(zone(), { weekday: "short", day: "numeric", month: "short" }).format(ms) + ", ";
  return day + clockTime(ms, zone());
}

let shownToday = "";
export function tick() {
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
