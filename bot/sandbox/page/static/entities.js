// Renders text with Telegram's entities as DOM nodes. Offsets are in UTF-16 code units, like
// those of JavaScript strings.
import { t } from "/static/words.js";


function element(tag, className) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  return node;
}

function link(address) {
  let url;
  try { url = new URL(address); } catch { return null; }
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return null;
  const node = element("a");
  node.href = url.href;
  node.target = "_blank";
  node.rel = "noopener noreferrer";
  return node;
}

function spoiler() {
  const node = element("span", "spoiler hidden-words");
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", t("Show hidden text"));
  const show = () => {
    node.classList.remove("hidden-words");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", show, { once: true });
  node.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); show(); } });
  return node;
}

function expandable() {
  const node = element("blockquote", "folded");
  const inner = element("div", "quoted");
  const button = element("button", "unfold");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.textContent = t("Show more");
  button.addEventListener("click", () => {
    const folded = node.classList.toggle("folded");
    button.textContent = folded ? t("Show more") : t("Show less");
    button.setAttribute("aria-expanded", String(!folded));
  });
  node.append(inner, button);
  return [node, inner];
}

// Returns the outer node and the node that contains the content.
function wrap(entity, words, onCommand) {
  const tags = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote" };
  if (tags[entity.type]) { const node = element(tags[entity.type]); return [node, node]; }
  if (entity.type === "spoiler") { const node = spoiler(); return [node, node]; }
  if (entity.type === "expandable_blockquote") return expandable();
  if (entity.type === "text_link" || entity.type === "url") {
    const node = link(entity.url || words) || element("span");
    return [node, node];
  }
  if (entity.type === "bot_command") {
    const node = element("button", "command");
    node.type = "button";
    node.addEventListener("click", () => onCommand(words));
    return [node, node];
  }
  const node = element("span");
  return [node, node];
}

export function render(text, entities, onCommand) {
  const root = document.createDocumentFragment();
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const stack = [{ node: root, end: text.length }];
  let position = 0;
  const put = (until) => {
    if (until > position) stack.at(-1).node.append(text.slice(position, until));
    position = Math.max(position, until);
  };
  const closeBefore = (offset) => {
    while (stack.length > 1 && stack.at(-1).end <= offset) {
      put(stack.at(-1).end);
      const block = stack.pop().block;
      // A line break after a block element would be shown as an empty line.
      if (block && text[position] === "\n") position += 1;
    }
  };
  for (const entity of sorted) {
    closeBefore(entity.offset);
    const end = Math.min(entity.offset + entity.length, stack.at(-1).end);
    put(entity.offset);
    if (end <= position) continue;
    const [outer, inner] = wrap(entity, text.slice(position, end), onCommand);
    stack.at(-1).node.append(outer);
    stack.push({ node: inner, end, block: ["pre", "blockquote", "expandable_blockquote"].includes(entity.type) });
  }
  closeBefore(text.length);
  put(text.length);
  return root;
}
