/** A picture or a file that waits below the message field until it is sent. */

import { byId } from "../dom.js";

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export class Attachment {
  /** `send(caption, file, kind)`; a picture goes as a photo unless it is to stay a file. */
  constructor(send) {
    this.pass = send;
    this.file = null;
    this.chooser = byId("attach-file");
    byId("attach").addEventListener("click", () => this.chooser.click());
    byId("detach").addEventListener("click", () => this.#take(null));
    this.chooser.addEventListener("change", () => this.#take(this.chooser.files[0] ?? null));
    byId("composer").addEventListener("paste", (event) => this.#paste(event));
  }

  /** Send it with this caption; false when nothing is attached. */
  send(caption) {
    if (!this.file) return false;
    const photo = PICTURES.has(this.file.type) && !byId("as-file").checked;
    this.pass(caption, this.file, photo ? "photo" : "document");
    this.#take(null);
    return true;
  }

  #take(file) {
    this.file = file;
    byId("attached").hidden = !file;
    byId("attached-name").textContent = file?.name ?? "";
    byId("as-file-row").hidden = !PICTURES.has(file?.type);
    byId("as-file").checked = false;
    if (file) byId("composer-input").focus();
    else this.chooser.value = "";
  }

  #paste(event) {
    const [file] = event.clipboardData?.files ?? [];
    if (!file) return;
    event.preventDefault();
    this.#take(file);
  }
}
