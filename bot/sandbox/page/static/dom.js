// Helpers for DOM nodes, and toasts.
export const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

export function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  if (tag === "button") node.type = "button";
  return node;
}

export function drawn(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export function toast(text) {
  const note = make("div", "toast", text);
  note.dataset.testid = "toast";
  $("toasts").append(note);
  setTimeout(() => note.remove(), Math.max(3000, text.length * 60));
}

export const atBottom = () => { const log = $("log"); return log.scrollHeight - log.scrollTop - log.clientHeight < 80; };
export const toBottom = () => { const log = $("log"); log.scrollTop = log.scrollHeight; $("down").hidden = true; };
