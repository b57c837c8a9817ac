/** The card of a linked page, drawn from its OpenGraph tags as Telegram draws it. */

import { el } from "../dom.js";
import { preview } from "../control.js";
import { address, destination } from "./links.js";

/** The card, or null without one; `changed()` when its tags have come later. */
export function card(bubble, view, changed) {
  const options = bubble.preview;
  if (!options?.url || destination(options.url, view.bot.username)?.kind !== "web") return null;
  const { url } = options;
  const read = preview(url);
  if (read.known === null) {
    read.asked.then(changed);
    return null;
  }
  return read.known.error ? undrawn(url, options, view) : drawn(url, read.known, options);
}

/** Only a preview whose looks the bot chose is worth a word when it cannot be drawn. */
function undrawn(url, options, view) {
  if (Object.keys(options).length < 2) return null;
  const site = el("strong", { class: "site" }, address(url).hostname);
  return outer(url, options, "undrawn", [site, el("span", { class: "about" }, view.words.notDrawn)]);
}

function drawn(url, tags, options) {
  const words = [
    el("strong", { class: "site" }, tags.site_name || address(url).hostname),
    tags.title ? el("strong", { class: "title" }, tags.title) : null,
    tags.description ? el("span", { class: "about" }, tags.description) : null,
  ];
  const large = Boolean(tags.image) && !options.prefer_small_media;
  const image = tags.image ? el("img", { src: tags.image, alt: "" }) : null;
  image?.addEventListener("error", () => image.remove());
  return outer(url, options, large ? "large" : "small", [el("span", { class: "words" }, words), image]);
}

function outer(url, options, look, children) {
  const above = options.show_above_text ? " above" : "";
  const leave = { href: url, target: "_blank", rel: "noopener noreferrer", "data-testid": "preview" };
  return el("a", { class: `preview ${look}${above}`, ...leave }, children);
}
