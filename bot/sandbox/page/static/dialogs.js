// Dialogs for a new person, a place and the time.
import { $ } from "/static/dom.js";
import { act, choose, post } from "/static/server.js";
import { LANGUAGES, state } from "/static/state.js";
import { t } from "/static/words.js";

const PLACES = [
  ["Berlin", 52.52, 13.405],
  ["London", 51.507, -0.128],
  ["New York", 40.713, -74.006],
  ["Los Angeles", 34.052, -118.244],
  ["São Paulo", -23.55, -46.633],
  ["Santiago", -33.449, -70.669],
  ["St. John’s", 47.561, -52.713],
  ["Lagos", 6.524, 3.379],
  ["Cairo", 30.044, 31.236],
  ["Nairobi", -1.292, 36.822],
  ["Delhi", 28.614, 77.209],
  ["Kathmandu", 27.717, 85.324],
  ["Tokyo", 35.677, 139.65],
  ["Sydney", -33.869, 151.209],
  ["Lord Howe Island", -31.553, 159.084],
  ["Auckland", -36.848, 174.763],
  ["Honolulu", 21.307, -157.858],
  [t("In the middle of the Atlantic"), 30, -40],
];

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

export function openPlaces() { $("coordinates").hidden = $("place").value !== "other"; $("place-dialog").showModal(); }
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

$("bedside").addEventListener("submit", async (event) => {
  event.preventDefault();
  $("bedside-said").textContent = "";
  const answer = await post("/sandbox/bedside", { address: $("bedside-address").value });
  if (answer) $("bedside-said").textContent = `${answer.status}: ${answer.said}`;
});

$("person-language").append(...Object.entries(LANGUAGES).map(([code, name]) => new Option(name, code)));
$("place").append(...PLACES.map(([name], index) => new Option(name, String(index))), new Option(t("Somewhere else…"), "other"));
$("zones").append(...(Intl.supportedValuesOf?.("timeZone") || []).map((name) => new Option(name)));
