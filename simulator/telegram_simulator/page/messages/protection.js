/** Protected messages cannot be copied, dragged or saved. */

export function protect() {
  for (const kind of ["copy", "contextmenu", "dragstart"]) document.addEventListener(kind, keep);
}

function keep(event) {
  const node = event.target instanceof Element ? event.target : event.target.parentElement;
  if (node?.closest(".protected .box")) event.preventDefault();
}
