// Side bars.
import { $ } from "/static/dom.js";

function openSide(id, opener) {
  closeSides();
  $(id).classList.add("open");
  $(opener).setAttribute("aria-expanded", "true");
  $("shade").hidden = false;
  $(id).querySelector("button")?.focus();
}
export function closeSides() {
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
