// Translations of the page's own texts, in the browser's language or the one in ?lang=de.
const answer = await fetch(`/sandbox/words${location.search}`).then((response) => (response.ok ? response.json() : null)).catch(() => null);
const words = answer?.words || {};

export const language = answer?.language || "en";

export function t(text, values = {}) {
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// Translates the texts in the HTML, including labels for screen readers and tooltips.
function translatePage() {
  document.documentElement.lang = language.replace("_", "-");
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    if (text in words) walker.currentNode.data = walker.currentNode.data.replace(text, words[text]);
  }
  for (const name of ["aria-label", "placeholder", "title"]) {
    for (const node of document.querySelectorAll(`[${name}]`)) node.setAttribute(name, t(node.getAttribute(name)));
  }
}

translatePage();
