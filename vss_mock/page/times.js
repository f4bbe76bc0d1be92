// Instants are milliseconds since 1970 here; Toronto's time is what the API speaks, UTC what it means.

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const PARTS = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
const format = (options) => new Intl.DateTimeFormat("en-CA", { timeZone: "America/Toronto", hourCycle: "h23", ...options });
const FULL = format({ ...PARTS, timeZoneName: "short" });
const WEEKDAY = format({ weekday: "short" });
const OFFSET = format({ timeZoneName: "longOffset", year: "numeric" });

const part = (parts, type) => parts.find((each) => each.type === type).value;

/** An instant in Toronto: `2016-07-29 22:00:00 EDT`, or its first `length` characters. */
export function toronto(ms, length) {
	const parts = FULL.formatToParts(ms);
	const of = (type) => part(parts, type);
	const text = `${of("year")}-${of("month")}-${of("day")} ${of("hour")}:${of("minute")}:${of("second")} ${of("timeZoneName")}`;
	return length ? text.slice(0, length) : text;
}

export const weekday = (ms) => WEEKDAY.format(ms);

/** An instant in UTC: `2016-07-30 02:00:00 UTC`. */
export const utc = (ms) => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** Toronto's offset from UTC at an instant. */
export function offset(ms) {
	const found = /GMT([+-]\d\d):(\d\d)/.exec(part(OFFSET.formatToParts(ms), "timeZoneName"));
	return found ? Number(found[1]) * HOUR : 0;
}

/** A length of time in two units: `9 h 29 min`. */
export function span(ms) {
	let left = Math.round(Math.abs(ms) / 1000);
	const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
	const words = [];
	for (const [name, size] of units) {
		if (left >= size && words.length < 2) words.push(`${Math.floor(left / size)} ${name}`);
		left %= size;
	}
	return words.join(" ") || "0 s";
}

export const both = (ms) => `${toronto(ms)} (${utc(ms)})`;
