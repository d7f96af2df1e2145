// The text field, replies and edits.
import { $ } from "/static/dom.js";
import { hideCommands, showCommands } from "/static/menus.js";
import { act } from "/static/server.js";
import { state, view } from "/static/state.js";
import { t } from "/static/words.js";

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
  const about = view.quoting;
  hideCommands();
  const sent = await act(about ? about.action : "say", about ? { text, message_id: about.id } : { text });
  if (sent) { $("text").value = ""; stopQuoting(); grow(); }
});
$("start").addEventListener("click", () => act("say", { text: "/start" }));
$("unblock").addEventListener("click", () => act("unblock"));

export function startQuoting(action, message) {
  view.quoting = { action, id: message.id };
  $("quoting-what").textContent = action === "edit" ? t("Edit message") : message.bot ? t("Reply to {name}", { name: state.bot?.name }) : t("Reply to yourself");
  $("quoting-text").textContent = message.text || t("Picture");
  $("quoting").hidden = false;
  if (action === "edit") { $("text").value = message.text; grow(); }
  $("text").focus();
}
export function stopQuoting() {
  if (view.quoting?.action === "edit") $("text").value = "";
  view.quoting = null;
  $("quoting").hidden = true;
}
$("quoting-stop").addEventListener("click", stopQuoting);
