// The simulator as a process, moved by its control API: the same in any language that speaks HTTP.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

export const TOKEN = "123456789:a-token-for-tests-of-any-bot-at-all";
const BOT = TOKEN.split(":")[0];

/** Starts `telegram-simulator` on a free port; returns how to ask its control API and how to end it. */
export async function startSimulator() {
  const process = spawn("telegram-simulator", ["--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: process.stdout })) {
    const address = line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];
    if (address) return new Simulator(process, address);
  }
  throw new Error("The simulator has not started.");
}

class Simulator {
  constructor(process, address) {
    this.process = process;
    this.address = address;
  }

  stop() {
    this.process.kill();
  }

  /** Asks the control API: a POST with a body, else a GET; an error has the sentence of the answer. */
  async control(path, body) {
    const answer = await fetch(`${this.address}/control/${path}`, {
      method: body ? "POST" : "GET",
      body: body && JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text ? JSON.parse(text) : null;
  }

  /** Waits until the bot has called for the first time. */
  botIsThere() {
    return until("a call of the bot", async () => (await this.control("bots")).length > 0);
  }

  write(person, text) {
    return this.control(`chats/${person}/write?bot=${BOT}`, { text });
  }

  tap(person, message, label) {
    const button = message.buttons.flat().find((each) => each.text === label);
    const data = button.callback_data;
    return this.control(`chats/${person}/tap?bot=${BOT}`, { message_id: message.message_id, data });
  }

  /** Waits for a message of the bot with this text. */
  sees(person, text) {
    return until(`"${text}"`, async () => {
      const { bubbles } = await this.control(`chats/${person}?bot=${BOT}`);
      return bubbles.find((bubble) => bubble.from_bot && bubble.text === text);
    });
  }
}

async function until(what, condition, seconds = 20) {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; await sleep(20)) {
    const met = await condition();
    if (met) return met;
  }
  throw new Error(`There was not ${what} within ${seconds} seconds.`);
}
