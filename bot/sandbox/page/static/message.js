// One message. Its content is inserted as text, never as HTML.
import { startQuoting } from "/static/composer.js";
import { $, atBottom, drawn, make, toBottom } from "/static/dom.js";
import { render } from "/static/entities.js";
import { inlineKeyboard } from "/static/inline.js";
import { closeMenus } from "/static/menus.js";
import { act } from "/static/server.js";
import { messages, state, view, zone } from "/static/state.js";
import { clockTime } from "/static/time.js";
import { t } from "/static/words.js";

export function draw(message) {
  const row = make("article", message.bot ? "row-message" : "row-message mine");
  row.dataset.testid = "message";
  row.dataset.messageId = message.id;
  row.dataset.from = message.bot ? "bot" : "person";
  row.dataset.silent = String(message.silent);
  if (message.extra.media_group_id) row.dataset.album = message.extra.media_group_id;
  const bubble = make("div", "bubble");
  row.append(bubble);
  bubble.append(make("span", "sr", message.bot ? `${state.bot?.name || "Bot"}:` : t("You:")));
  if (message.extra.forward_origin) bubble.append(make("div", "forwarded", t("Forwarded from {name}", { name: message.extra.forward_origin.sender_user_name || "?" })));
  if (message.reply_to) {
    const quote = make("button", "quote-of");
    quote.append(make("b", "", message.reply_to.bot ? state.bot?.name || "Bot" : t("You")), message.reply_to.text);
    quote.addEventListener("click", () => messages.get(message.reply_to.id)?.node.scrollIntoView({ block: "center", behavior: "smooth" }));
    bubble.append(quote);
  }
  if (message.kind === "photo" && message.file) bubble.append(picture(message, bubble));
  const other = otherKind(message);
  if (other) bubble.append(other);
  if (message.kind === "sticker") bubble.classList.add("bare");
  if (message.text) {
    const words = make("div", "words");
    words.dataset.testid = "words";
    words.append(render(message.text, message.entities, (command) => act("say", { text: command })));
    if (!message.entities.length && message.kind === "text" && /^\p{Extended_Pictographic}(\uFE0F|\u200D\p{Extended_Pictographic})*$/u.test(message.text)) words.classList.add("big");
    bubble.append(words);
  }
  bubble.append(meta(message));
  if (message.reaction) {
    const reaction = make("span", "reaction", message.reaction);
    reaction.setAttribute("aria-label", t("Reaction {sign}", { sign: message.reaction }));
    bubble.append(reaction);
  }
  bubble.append(moreButton(message, bubble));
  if (message.inline.length) row.append(inlineKeyboard(message));
  return row;
}

function picture(message, bubble) {
  bubble.classList.add("has-picture");
  const button = make("button", "picture");
  const image = make("img");
  image.src = `/sandbox/files/${encodeURIComponent(message.file.id)}`;
  image.alt = message.text ? t("Picture: {text}", { text: message.text.slice(0, 120) }) : t("Picture");
  image.width = message.file.width;
  image.height = message.file.height;
  button.setAttribute("aria-label", t("Enlarge picture"));
  button.dataset.testid = "picture";
  button.append(image);
  image.addEventListener("load", () => { if (message.id >= view.newestRendered && atBottom()) toBottom(); });
  button.addEventListener("click", () => {
    $("viewer-image").src = image.src;
    $("viewer-image").alt = image.alt;
    $("viewer").showModal();
  });
  return button;
}

function otherKind(message) {
  const extra = message.extra;
  if (message.kind === "sticker") return make("div", "words big", extra.sticker?.emoji || "🙂");
  if (message.kind === "location") return make("div", "words", `📍 ${extra.location.latitude.toFixed(3)}, ${extra.location.longitude.toFixed(3)}`);
  if (message.kind === "voice") return make("div", "words", `🎤 ${t("Voice message, {count} s", { count: extra.voice.duration })}`);
  if (message.kind === "video_note") return make("div", "words", `🎥 ${t("Video message, {count} s", { count: extra.video_note.duration })}`);
  if (message.kind === "document" && message.file) {
    const line = make("div", "words");
    const download = make("a", "", `📄 ${message.file.name}`);
    download.href = `/sandbox/files/${encodeURIComponent(message.file.id)}`;
    download.download = message.file.name;
    line.append(download, ` (${Math.max(1, Math.round(message.file.size / 1024))} KB)`);
    return line;
  }
  return null;
}

function meta(message) {
  const line = make("div", "meta");
  if (message.silent) {
    const bell = make("span", "bell");
    bell.title = t("Sent without a sound");
    bell.dataset.testid = "silent";
    bell.append(drawn("M4 4l16 16M9 5.6A5.5 5.5 0 0 1 17.5 10c0 3 .6 4.7 1.5 6M6.5 9.5V10c0 4-2 6-2 6h11M10 19.5a2.2 2.2 0 0 0 4 0"), make("span", "sr", t("sent without a sound")));
    line.append(bell);
  }
  if (message.edited) line.append(make("span", "", t("edited")));
  const time = make("time", "", clockTime(message.date, zone()));
  time.dateTime = new Date(message.date).toISOString();
  line.append(time);
  return line;
}

function moreButton(message, bubble) {
  const button = make("button", "more", "⋯");
  button.setAttribute("aria-label", t("Reply or edit"));
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    const open = bubble.querySelector(".message-menu");
    closeMenus();
    if (open) return;
    const menu = make("div", "message-menu");
    const entry = (label, what) => {
      const item = make("button", "", label);
      item.addEventListener("click", () => { closeMenus(); what(); });
      menu.append(item);
    };
    entry(t("Reply"), () => startQuoting("reply", message));
    if (!message.bot && ["text", "photo", "document"].includes(message.kind)) entry(t("Edit"), () => startQuoting("edit", message));
    button.setAttribute("aria-expanded", "true");
    bubble.append(menu);
    menu.firstChild.focus();
  });
  return button;
}
