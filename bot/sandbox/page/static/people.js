// The list of people.
import { $, make } from "/static/dom.js";
import { choose } from "/static/server.js";
import { LANGUAGES, now, person, state } from "/static/state.js";
import { clockTime } from "/static/time.js";
import { t } from "/static/words.js";

export function showPeople() {
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
