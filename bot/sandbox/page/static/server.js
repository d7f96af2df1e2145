// Requests to the server, and the long poll that follows its changes.
import { showChat } from "/static/chat.js";
import { stopQuoting } from "/static/composer.js";
import { $, toast } from "/static/dom.js";
import { showBot, showPanel } from "/static/panel.js";
import { showPeople } from "/static/people.js";
import { closeSides } from "/static/sides.js";
import { LANGUAGES, messages, person, state, taps, view } from "/static/state.js";
import { tick } from "/static/time.js";
import { t } from "/static/words.js";

let generation = 0;
let following = new AbortController();
let lastProblem = null;

export async function post(path, body) {
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
export const act = (action, more = {}) => post("/sandbox/act", { person: state.person, action, ...more });

export async function follow() {
  const mine = ++generation;
  following.abort();
  following = new AbortController();
  while (mine === generation) {
    const who = state.person;
    try {
      const query = new URLSearchParams({ since: state.revision });
      if (who !== null) { query.set("person", who); query.set("seen", view.newestRendered); }
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
  if (fresh.revision < state.revision) { state.revision = 0; messages.clear(); $("log").replaceChildren(); view.newestRendered = 0; return; }
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

export function choose(id) {
  state.person = id;
  state.revision = 0;
  state.chat = null;
  messages.clear();
  taps.clear();
  view.newestRendered = 0;
  view.keyboardKey = "";
  view.keyboardShown = true;
  stopQuoting();
  $("log").replaceChildren();
  $("text").value = "";
  closeSides();
  follow();
}
