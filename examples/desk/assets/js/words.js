// Words in the reader's language, given by the page, and ways to write time in it.

let words;

/** A text of macros/dialogs.html, filled in. */
export function say(name, values = {}) {
  words ??= JSON.parse(document.getElementById("desk-texts")?.textContent ?? "{}");
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

const language = () => document.documentElement.lang || "en";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The largest unit that fits, with days from the second on: as the server writes it. */
function parts(milliseconds) {
  const distance = Math.abs(milliseconds);
  if (distance < HOUR) return [Math.floor(distance / MINUTE), "minute"];
  if (distance < 2 * DAY) return [Math.floor(distance / HOUR), "hour"];
  return [Math.floor(distance / DAY), "day"];
}

/** "3 hours" */
export function amount(milliseconds) {
  const [count, unit] = parts(milliseconds);
  return new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "long" }).format(count);
}

/** "3 hours ago", "in 3 hours" */
export function relative(milliseconds) {
  const [count, unit] = parts(milliseconds);
  const format = new Intl.RelativeTimeFormat(language(), { numeric: count ? "always" : "auto" });
  return format.format(milliseconds < 0 ? -count : count, unit);
}

/** "10:42", where the bank is: as every time on the page. */
export function clock(date) {
  const timeZone = document.body.dataset.zone || undefined;
  return new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit", timeZone }).format(date);
}
