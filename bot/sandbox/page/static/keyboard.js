// The reply keyboard.
import { openPlaces } from "/static/dialogs.js";
import { $, atBottom, make, toBottom } from "/static/dom.js";
import { act } from "/static/server.js";
import { person, view } from "/static/state.js";
import { t } from "/static/words.js";

export function showKeyboard(markup) {
  const key = JSON.stringify(markup);
  const holder = $("keyboard");
  if (key !== view.keyboardKey) {
    view.keyboardKey = key;
    view.keyboardShown = true;
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
  holder.hidden = !usable || !view.keyboardShown;
  $("keys").setAttribute("aria-expanded", String(!holder.hidden));
  if (stuck) toBottom();
}
$("keys").addEventListener("click", () => { view.keyboardShown = !view.keyboardShown; showKeyboard(JSON.parse(view.keyboardKey)); });
