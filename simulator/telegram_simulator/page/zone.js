/** Wall-clock time in a zone: what to show, and which instant a date and an hour are. */

export const ZONES = ["America/Asuncion", "UTC", "America/New_York", "Europe/Madrid", "Asia/Tokyo"];

const DAY = 86_400_000;
const formats = new Map();

function format(locale, zone, options) {
  const key = JSON.stringify([locale, zone, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
  return formats.get(key);
}

const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const LONG = { weekday: "long", year: "numeric", month: "long", day: "numeric" };

export const hour = (at, zone, locale) => format(locale, zone, HOUR).format(at);
export const weekday = (at, zone, locale) => capital(format(locale, zone, { weekday: "long" }).format(at));
export const fullDate = (at, zone, locale) => capital(format(locale, zone, LONG).format(at));
export const date = (at, zone, locale) =>
  format(locale, zone, { year: "numeric", month: "long", day: "numeric" }).format(at);
export const dayName = (at, zone, locale) => format(locale, zone, { month: "long", day: "numeric" }).format(at);
/** The day as `2025-12-22`. */
export const dayKey = (at, zone) => new Date(Number(at) + ahead(at, zone)).toISOString().slice(0, 10);

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** How far the zone's clocks are ahead of UTC at an instant, in ms. */
function ahead(at, zone) {
  const options = { ...HOUR, second: "2-digit", year: "numeric", month: "2-digit", day: "2-digit" };
  const parts = format("en-US", zone, options).formatToParts(at);
  const part = (type) => Number(parts.find((found) => found.type === type).value);
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return wall - Math.floor(Number(at) / 1000) * 1000;
}

/** The instant of a wall time given as if it were UTC; a gap moves forward, a fold takes the first. */
function instant(wall, zone) {
  const early = wall - ahead(wall - DAY, zone);
  const late = wall - ahead(wall + DAY, zone);
  const fits = [early, late].find((at) => at + ahead(at, zone) === wall);
  return new Date(fits ?? early);
}

/** The first Monday 07:00 of the zone that lies after `now`. */
export function nextMonday(now, zone) {
  const wall = new Date(Number(now) + ahead(now, zone));
  const days = (8 - wall.getUTCDay()) % 7;
  const monday = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate() + days, 7);
  const at = instant(monday, zone);
  return at > now ? at : instant(monday + 7 * DAY, zone);
}

/** Read the value of a datetime-local field as a time in the zone. */
export const readLocal = (value, zone) => instant(Date.parse(`${value}Z`), zone);

/** The value of a datetime-local field for an instant. */
export const writeLocal = (at, zone) => new Date(Number(at) + ahead(at, zone)).toISOString().slice(0, 16);

const STYLES = {
  w: { weekday: "long" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
};

/** What Telegram's `tg-time` shows: each letter of `form` one part, `r` relative to `now`; null without a form. */
export function spelled(at, form, now, zone, locale) {
  if (!form) return null;
  if (form.toLowerCase() === "r") return relative(at - now, locale);
  const parts = [...form].filter((letter) => letter in STYLES);
  return parts.map((letter) => format(locale, zone, withHours(STYLES[letter])).format(at)).join(", ");
}

const withHours = (style) => (style.timeStyle ? { ...style, hourCycle: "h23" } : style);

function relative(ms, locale) {
  const [unit, size] = [
    ["day", DAY],
    ["hour", 3_600_000],
    ["minute", 60_000],
  ].find(([, size]) => Math.abs(ms) >= size) ?? ["second", 1000];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.round(ms / size), unit);
}
