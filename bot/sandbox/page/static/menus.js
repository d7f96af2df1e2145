// The menus of commands, attachments and messages.
import { stopQuoting } from "/static/composer.js";
import { openPlaces } from "/static/dialogs.js";
import { $, make, toast } from "/static/dom.js";
import { act } from "/static/server.js";
import { closeSides } from "/static/sides.js";
import { state, view } from "/static/state.js";
import { t } from "/static/words.js";

export function showCommands(prefix) {
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
export function hideCommands() { $("commands").hidden = true; $("menu").setAttribute("aria-expanded", "false"); }
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
$("attach-voice").addEventListener("click", () => { hideAttach(); act("voice"); });
$("attach-video").addEventListener("click", () => { hideAttach(); act("video_note"); });
$("attach-photo").addEventListener("click", () => { hideAttach(); $("pictures").click(); });
$("attach-file").addEventListener("click", () => { hideAttach(); $("files").click(); });
for (const [id, kind] of [["pictures", "photo"], ["files", "document"]]) $(id).addEventListener("change", () => attach(id, kind));

// Several files become an album; what is typed in the text field stands below it.
async function attach(id, kind) {
  const form = new FormData();
  form.append("kind", kind);
  form.append("caption", $("text").value.trim());
  for (const file of $(id).files) form.append("files", file, file.name);
  $(id).value = "";
  if (!form.has("files")) return;
  const response = await fetch(`/sandbox/attach?person=${state.person}`, { method: "POST", body: form }).catch(() => null);
  if (response?.ok) { $("text").value = ""; return; }
  toast((await response?.json().catch(() => null))?.problem || t("That failed."));
}

export function closeMenus() {
  for (const menu of document.querySelectorAll(".message-menu")) menu.remove();
  for (const button of document.querySelectorAll('.more[aria-expanded="true"]')) button.setAttribute("aria-expanded", "false");
}
document.addEventListener("click", (event) => {
  closeMenus();
  if (!event.target.closest("#commands, #text")) hideCommands();
  if (!event.target.closest("#attach")) hideAttach();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { closeMenus(); hideCommands(); hideAttach(); closeSides(); if (view.quoting) stopQuoting(); return; }
  const menu = event.target.closest?.('[role="menu"]');
  if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const items = [...menu.querySelectorAll("button")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    items[(items.indexOf(event.target) + step + items.length) % items.length].focus();
  }
});
