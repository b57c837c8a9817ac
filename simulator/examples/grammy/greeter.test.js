// The bot and the simulator are processes; the test writes to the bot and looks at what comes.
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { startSimulator, TOKEN } from "./simulator.js";

const ANA = 5000000001;
let simulator;
let bot;

before(async () => {
  simulator = await startSimulator();
  const settings = { BOT_TOKEN: TOKEN, BOT_API: simulator.address };
  bot = spawn(process.execPath, ["greeter.js"], { env: { ...process.env, ...settings }, stdio: "inherit" });
  await simulator.botIsThere();
  await simulator.control("people", { id: ANA, first_name: "Ana" });
});

after(() => {
  bot?.kill();
  simulator?.stop();
});

test("the bot greets by name", async () => {
  await simulator.write(ANA, "/start");
  const greeting = await simulator.sees(ANA, "Hello, Ana!");
  await simulator.tap(ANA, greeting, "More");
  await simulator.sees(ANA, "There is no more.");
});
