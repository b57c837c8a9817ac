/** The control API of the local Telegram, one function per address; bots are named by their numeric ids. */

/** The local Telegram refused; the message is its own sentence, `code` what Telegram calls a refused payment. */
export class Refusal extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

export async function ask(path, body) {
  return (await fetched(path, body)).answer;
}

async function fetched(path, body) {
  const response = await fetch(`/control/${path}`, body === undefined ? {} : post(body));
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new Refusal(answer.error ?? `The local Telegram answered ${response.status} to /control/${path}.`, answer.code);
  return { answer, headers: response.headers };
}

function post(body) {
  if (body instanceof FormData) return { method: "POST", body };
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

const listed = (answer, name) => (Array.isArray(answer) ? answer : answer[name]);

export const bots = async () => listed(await ask("bots"), "bots");
/** The first `limit` people whose name, note or id holds the words, and how many there are in all. */
export async function people(bot, limit, words = "") {
  const { answer, headers } = await fetched(`people?bot=${bot}&limit=${limit}&find=${encodeURIComponent(words)}`);
  return { shown: answer, count: Number(headers.get("X-Total-Count") ?? answer.length) };
}

export const person = (bot, id) => ask(`people/${id}?bot=${bot}`);
export const addPerson = (person) => ask("people", person);
export const chat = (bot, id) => ask(`chats/${id}?bot=${bot}`);
/** A text as clients read it: **bold**, __italic__, [words](link). */
export const write = (bot, id, text, replyTo) =>
  ask(`chats/${id}/write?bot=${bot}`, { text, marks: true, ...(replyTo ? { reply_to: replyTo } : {}) });

/** A file with its caption; `kind` is photo or document. */
export function attach(bot, id, file, kind, caption, replyTo) {
  const form = new FormData();
  const fields = { kind, caption, reply_to: replyTo ?? "" };
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  return ask(`chats/${id}/attach?bot=${bot}`, form);
}

export const tap = (bot, id, messageId, data) => ask(`chats/${id}/tap?bot=${bot}`, { message_id: messageId, data });
export const block = (bot, id) => ask(`chats/${id}/block?bot=${bot}`, {});
export const comeBack = (bot, id) => ask(`chats/${id}/return?bot=${bot}`, {});
export const calls = async (bot, limit) => listed(await ask(`calls?bot=${bot}&after=0&limit=${limit}`), "calls");
export const clock = () => ask("clock");
export const moveClock = (moment) => ask("clock", { to: moment.toISOString() });
export const fileAddress = (fileId) => `/control/files/${encodeURIComponent(fileId)}`;

const previews = new Map();

/** The OpenGraph tags of a page, read once; `{error}` when they cannot be read. */
export function preview(url) {
  if (!previews.has(url)) {
    const asked = ask(`preview?url=${encodeURIComponent(url)}`).catch((refusal) => ({ error: refusal.message }));
    previews.set(url, { asked, known: null });
    asked.then((tags) => Object.assign(previews.get(url), { known: tags }));
  }
  return previews.get(url);
}

const AGAIN = 2000; // ms until a line that was refused is tried again
const KINDS = ["new", "edit", "delete", "alert", "typing", "state", "call", "clock", "stars"];

/** Follow a chat; `heard(kind, data)` per event, `back()` when the line had been cut and stands again. */
export function follow(bot, id, after, heard, back) {
  const source = new EventSource(`/control/events?bot=${bot}&chat=${id}&after=${after}`);
  let cut = false;
  source.addEventListener("error", () => {
    cut = true;
    if (source.readyState === EventSource.CLOSED) setTimeout(back, AGAIN);
  });
  source.addEventListener("open", () => {
    if (cut) back();
    cut = false;
  });
  for (const kind of KINDS) source.addEventListener(kind, (event) => heard(kind, JSON.parse(event.data)));
  return source;
}

const RETRY = 2000; // ms between two tries

/** Do something until it succeeds; `failed(error)` after each try that did not. */
export async function retry(act, failed) {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      failed(error);
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
}
