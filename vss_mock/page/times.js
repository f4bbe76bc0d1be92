// Instants are milliseconds since 1970 here; Toronto's time is what the API speaks, UTC what it means.

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

let zone;
const offsets = new Map();

/** Toronto's offset from UTC, which takes long to ask for and changes on the hour. */
export function offset(ms) {
	const hour = Math.floor(ms / HOUR);
	zone ??= new Intl.DateTimeFormat("en", { timeZone: "America/Toronto", timeZoneName: "longOffset" });
	if (!offsets.has(hour)) offsets.set(hour, Number(/GMT([+-]\d\d)/.exec(zone.format(ms))?.[1] ?? 0) * HOUR);
	return offsets.get(hour);
}

const spelled = (ms) => new Date(ms).toISOString().slice(0, 19).replace("T", " ");

/** An instant in Toronto: `2016-07-29 22:00:00 EDT`, or its first `length` characters. */
export const toronto = (ms, length) => `${spelled(ms + offset(ms))} ${offset(ms) === -4 * HOUR ? "EDT" : "EST"}`.slice(0, length);

export const utc = (ms) => `${spelled(ms)} UTC`;
export const both = (ms) => `${toronto(ms)} (${utc(ms)})`;
export const weekday = (ms) => new Date(ms + offset(ms)).toUTCString().slice(0, 3);

/** A length of time in two units: `9 h 29 min`. */
export function span(ms) {
	let left = Math.round(Math.abs(ms) / 1000);
	const words = [];
	for (const [name, size] of [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]]) {
		if (left >= size && words.length < 2) words.push(`${Math.floor(left / size)} ${name}`);
		left %= size;
	}
	return words.join(" ") || "0 s";
}
