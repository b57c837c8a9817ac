/** Makes elements; every string goes in as text, so no foreign text ever becomes markup. */

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** `on…` values are listeners, true sets a bare attribute, null and false set nothing. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** One of the symbols that index.html defines. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** A round picture with the first letters of a name; the same id always has the same colour. */
export function avatar(name, id) {
  const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters = words.slice(0, 2).map((word) => [...word][0].toUpperCase());
  return el("span", { class: `avatar tint-${Math.abs(Number(id)) % 7}`, "aria-hidden": "true" }, letters.join(""));
}

/** Let an element be pressed like a button, by mouse and by keyboard. */
function pressable(node, action) {
  node.setAttribute("role", "button");
  node.tabIndex = 0;
  node.addEventListener("click", action);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    action(event);
  });
  return node;
}

/** Text that stays covered until it is pressed. */
export function spoiler(children, words) {
  const inside = el("span", { "aria-hidden": "true" }, children);
  const node = el("span", { class: "spoiler", "aria-label": words.hiddenText }, inside);
  return pressable(node, (event) => {
    if (node.classList.contains("revealed")) return;
    event.preventDefault();
    event.stopPropagation();
    node.classList.add("revealed");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
    inside.removeAttribute("aria-hidden");
  });
}

/** A quotation; an expandable one shows three lines until its button is pressed. */
export function quotation(children, expandable, words) {
  const quote = el("blockquote", {}, children);
  if (!expandable) return quote;
  quote.classList.add("expandable");
  const label = () => (quote.classList.contains("open") ? words.showLess : words.showMore);
  const button = el("button", { type: "button", class: "expand", "aria-expanded": "false" }, label());
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(quote.classList.toggle("open")));
    button.textContent = label();
  });
  return el("div", { class: "quotation" }, quote, button);
}

/** The id of the message that an element stands in. */
export const messageOf = (node) => Number(node.closest("[data-message-id]").dataset.messageId);
