// What is known of one world: told by its stream, drawn by everything else.

import { HOUR, toronto } from "./times.js";
import words from "./words.json" with { type: "json" };

const KEPT_ENTRIES = 2000;
export const keyOf = (kind, id) => `${kind}-${id}`;
export const EVENTS = ["begin", "vms", "requests", "faults", "worlds", "journal", "clock", "gone"];

export const nameOf = ({ kind, id }) => `${kind === "change" ? "change request" : "request"} ${id}`;

/** What happened, in words. */
export const inWords = (event) => `${toronto(Date.parse(event.at))} · ${nameOf({ kind: event.kind, id: event.request })}: ` +
	`${words.happened[event.event] ?? event.event} (${event.from} → ${event.to})`;

export class Model {
	constructor() {
		this.clear({ world: null });
	}

	clear({ world }) {
		this.world = world;
		this.vms = new Map();
		this.rows = new Map();
		this.lanes = new Map();
		this.entries = [];
		this.faults = [];
		this.holds = [];
		this.clock = null;
		this.worlds ??= [];
		this.fired = [];
	}

	/** Take in one event of the stream; true when it ends a batch, and all may be drawn. */
	take(name, told) {
		if (name === "begin") this.clear(told);
		else if (name === "vms") told.vms.forEach((vm) => this.#vm(vm));
		else if (name === "requests") told.requests.forEach((row) => this.#row(row));
		else if (name === "faults") Object.assign(this, told);
		else if (name === "worlds") this.worlds = told.worlds;
		else if (name === "journal") this.#journal(told.entries);
		else if (name === "clock") {
			this.clock = told;
			this.at = Date.parse(told.now);
			this.heard = performance.now();
		}
		return name === "clock" || name === "gone";
	}

	/** The world's instant: a clock that runs goes on between two events. */
	get now() {
		const { mode, rate, held } = this.clock;
		return mode === "live" && !held ? this.at + (performance.now() - this.heard) * rate : this.at;
	}

	/** The row of a key, as soon as it is told of. */
	async told(key) {
		while (!this.rows.has(key)) await new Promise((resolve) => setTimeout(resolve, 20));
		return this.rows.get(key);
	}

	#vm(vm) {
		this.vms.set(vm.uuid, vm);
		if (!this.lanes.has(vm.uuid)) this.lanes.set(vm.uuid, { vm, rows: [], stale: true });
		this.lanes.get(vm.uuid).vm = vm;
	}

	#row(told) {
		const key = keyOf(told.kind, told.id);
		const before = this.rows.get(key);
		const row = Object.assign(before ?? { key }, told, spread(told));
		this.rows.set(key, row);
		const lane = this.lanes.get(row.vm);
		if (!before) lane?.rows.push(row);
		if (lane) lane.stale = true;
	}

	#journal(entries) {
		this.entries.push(...entries);
		this.fired.push(...entries.filter((entry) => entry.kind === "event"));
		if (this.entries.length > KEPT_ENTRIES) this.entries.splice(0, this.entries.length - KEPT_ENTRIES);
	}
}

/**
 * Where a request lies on the time line, in milliseconds: asked for at `start`, a snapshot is there (or will be) from
 * `from` until `until`, longer than it was first to be from `extended` on; it was to be there until `end`. `says` tells
 * it in a sentence, `next` is when its next event is due.
 */
function spread(row) {
	const updated = Date.parse(row.updated);
	const due = Date.parse(row.from);
	const from = row.job === "create" || row.phase === "submitted" ? due : updated;
	const end = row.job === "create" ? Date.parse(row.to) : from;
	const over = row.closed_by || row.phase === "failed" || row.phase === "missed";
	const until = Math.max(from, over ? Math.min(updated, end) : end);
	const extended = row.extensions.length ? Math.min(from + row.hours * HOUR, until) : until;
	const longer = row.extensions.length ? `, extended by ${row.extensions.join(" + ")} h` : "";
	const closed = row.closed_by ? `, deleted by hand (request ${row.closed_by})` : "";
	const says = `${words.jobs[row.job]}, ${nameOf(row)}: ${row.state}, ${toronto(from, 16)}${row.job === "create" ? ` to ${toronto(until, 16)}` : ""}${longer}${closed}`;
	return { start: Math.min(Date.parse(row.created), from), from, until, extended, end, says, next: row.due && Date.parse(row.due.at) };
}
