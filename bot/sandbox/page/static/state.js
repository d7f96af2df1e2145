// The state of the page, which every other module reads and changes.
export const state = { person: null, revision: 0, now: 0, at: 0, people: [], bot: null, chat: null, due: null, moving: null, movingFrom: 0 };
export const messages = new Map();
export const taps = new Map();
export const view = { quoting: null, keyboardShown: true, keyboardKey: "", newestRendered: 0 };
export const now = () => state.now + (performance.now() - state.at);
export const person = () => state.people.find((one) => one.id === state.person) || null;
export const zone = () => person()?.zone || "UTC";

export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  hi: "हिन्दी",
  it: "Italiano",
  ja: "日本語",
  pl: "Polski",
  pt: "Português",
  "pt-br": "Português (Brasil)",
  ru: "Русский",
  tr: "Türkçe",
  uk: "Українська",
  ar: "العربية",
};
