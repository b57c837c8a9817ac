/** The two panels: beside the phone where there is room, else drawers over it. */

import { byId } from "../dom.js";

const WIDE = matchMedia("(min-width: 1120px)");
const DRAWERS = ["people-panel", "calls-panel"];

let opener = null;

/** Let the phone's two buttons open the drawers, and Escape, the veil or a close button shut them. */
export function listen() {
  for (const button of document.querySelectorAll("[data-drawer]")) {
    button.addEventListener("click", () => open(button.dataset.drawer, button));
  }
  for (const button of document.querySelectorAll("[data-shut]")) button.addEventListener("click", shut);
  byId("veil").addEventListener("click", shut);
  document.addEventListener(
    "keydown",
    (event) => event.key === "Escape" && !document.querySelector("dialog[open]") && shut(),
  );
  WIDE.addEventListener("change", shut);
  arrange(null);
}

function open(id, button) {
  opener = button;
  arrange(id);
  byId(id).querySelector("button, input, select").focus();
}

export function shut() {
  if (!document.body.dataset.open) return;
  arrange(null);
  opener?.focus();
}

/** What lies under an open drawer, and a drawer that is shut, is out of reach of the keyboard too. */
function arrange(shown) {
  if (shown) document.body.dataset.open = shown;
  else delete document.body.dataset.open;
  for (const id of DRAWERS) byId(id).inert = !WIDE.matches && id !== shown;
  byId("phone").inert = shown !== null;
  byId("veil").hidden = shown === null;
  for (const button of document.querySelectorAll("[data-drawer]")) {
    button.setAttribute("aria-expanded", String(button.dataset.drawer === shown));
  }
}
