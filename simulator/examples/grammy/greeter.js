// A small bot with grammY. BOT_TOKEN and BOT_API come from the environment.
import { Bot, InlineKeyboard } from "grammy";

const apiRoot = process.env.BOT_API ?? "https://api.telegram.org";
const bot = new Bot(process.env.BOT_TOKEN, { client: { apiRoot } });

bot.command("start", (context) =>
  context.reply(`Hello, <b>${context.from.first_name}</b>!`, {
    parse_mode: "HTML",
    reply_markup: new InlineKeyboard().text("More", "more"),
  }),
);

bot.callbackQuery("more", async (context) => {
  await context.answerCallbackQuery("Here it is.");
  await context.editMessageText("There is no more.");
});

process.once("SIGTERM", () => bot.stop());
bot.start();
