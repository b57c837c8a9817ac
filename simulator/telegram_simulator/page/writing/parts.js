/** A text that is longer than a message, cut where Telegram's clients cut it. */

const MOST = 4096; // UTF-16 units of a message, as a JavaScript string counts them

/** Cut at the last line or word that ends within a message, and else where the message is full. */
export function parts(text) {
  const found = [];
  let rest = text;
  while (rest.length > MOST) {
    const full = rest.slice(0, MOST + 1);
    const end = Math.max(full.lastIndexOf("\n"), full.lastIndexOf(" "));
    const cut = end > 0 ? end : MOST;
    found.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  return [...found, rest];
}
