// Inline keyboards, and the bot's answers to taps on them.
import { $, make, toast } from "/static/dom.js";
import { act } from "/static/server.js";
import { state, taps } from "/static/state.js";
import { t } from "/static/words.js";

export function inlineKeyboard(message) {
  const grid = make("div", "inline");
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", t("Buttons"));
  message.inline.forEach((buttons, row) => {
    const line = make("div", "inline-row");
    buttons.forEach((button, column) => line.append(inlineButton(message, button, row, column)));
    grid.append(line);
  });
  return grid;
}

function inlineButton(message, button, row, column) {
  let node;
  if (button.url) {
    node = make("a", "inline-button", button.text);
    let url = null;
    try { url = new URL(button.url); } catch { /* an invalid address: the button is shown without a link */ }
    if (url && ["http:", "https:"].includes(url.protocol)) { node.href = url.href; node.target = "_blank"; node.rel = "noopener noreferrer"; }
    const corner = make("span", "corner", "↗");
    corner.setAttribute("aria-hidden", "true");
    node.append(corner);
  } else {
    node = make("button", "inline-button", button.text);
  }
  if (button.style) node.classList.add(button.style);
  node.dataset.testid = "inline-button";
  const key = `${message.id}/${row}/${column}/${button.callback_data}`;
  node.dataset.key = key;
  if ([...taps.values()].includes(key)) node.setAttribute("aria-busy", "true");
  if (button.callback_data) {
    node.addEventListener("click", async () => {
      if (node.getAttribute("aria-busy") === "true") return;
      node.setAttribute("aria-busy", "true");
      const made = await act("tap", { message_id: message.id, row, column, label: button.text });
      if (!made) { node.removeAttribute("aria-busy"); return; }
      taps.set(made.tap, key);
      if (state.chat) settleTaps(state.chat.taps);
    });
  } else if (button.copy_text) {
    node.addEventListener("click", async () => {
      if (button.copy_text.text.includes("/log/")) $("bedside-address").value = button.copy_text.text;
      try { await navigator.clipboard.writeText(button.copy_text.text); toast(t("Copied")); } catch { toast(button.copy_text.text); }
    });
  }
  return node;
}

export function settleTaps(known) {
  for (const [id, key] of [...taps]) {
    const tap = known[id];
    if (!tap || (!tap.answer && !tap.late)) continue;
    taps.delete(id);
    for (const node of document.querySelectorAll('.inline-button[aria-busy="true"]')) if (node.dataset.key === key) node.removeAttribute("aria-busy");
    if (!tap.answer?.text) continue;
    if (tap.answer.show_alert) { $("alert-text").textContent = tap.answer.text; $("alert").showModal(); }
    else toast(tap.answer.text);
  }
}
