// What is known of one world: told by its stream, drawn by everything else.

import { words } from "./dom.js";
import { HOUR, toronto } from "./times.js";

const KEPT = 2000; // entries of the journal

export const nameOf = ({ kind, id }) => `${kind === "change" ? "change request" : "request"} ${id}`;

/** What happened, in words. */
export const inWords = (event) => `${toronto(Date.parse(event.at))} · ${nameOf({ ...event, id: event.request })}: ` +
	`${words.happened[event.event] ?? event.event} (${event.from} → ${event.to})`;

export class Model {
	worlds = [];

	constructor() {
		this.clear({});
	}

	clear({ world }) {
		Object.assign(this, { world, vms: new Map(), rows: new Map(), lanes: new Map(), entries: [], fired: [], clock: null });
	}

	/** Take in an event; true when all may be drawn. */
	take(name, told) {
		if (name === "begin") this.clear(told);
		if (name === "vms") for (const vm of told.vms) {
			this.vms.set(vm.uuid, vm);
			this.lanes.set(vm.uuid, Object.assign(this.lanes.get(vm.uuid) ?? { rows: [], stale: true }, { vm }));
		}
		if (name === "requests") told.requests.forEach((row) => this.#row(row));
		if (["faults", "worlds"].includes(name)) this[name] = told[name];
		if (name === "journal") {
			this.entries = [...this.entries, ...told.entries].slice(-KEPT);
			this.fired.push(...told.entries.filter(({ kind }) => kind === "event"));
		}
		if (name === "clock") Object.assign(this, { clock: told, at: Date.parse(told.now), heard: performance.now() });
		return name === "clock";
	}

	/** The world's instant, which goes on between events. */
	get now() {
		const { mode, rate, held } = this.clock;
		return mode === "live" && !held ? this.at + (performance.now() - this.heard) * rate : this.at;
	}

	/** The row of a request, once it is told of. */
	async told(id, kind = "snapshot") {
		while (!this.rows.has(`${kind}-${id}`)) await new Promise((resolve) => setTimeout(resolve, 20));
		return this.rows.get(`${kind}-${id}`);
	}

	#row(told) {
		const key = `${told.kind}-${told.id}`;
		const known = this.rows.get(key);
		const row = Object.assign(known ?? new Row(), { key }, told, spread(told));
		const lane = this.lanes.get(row.vm);
		this.rows.set(key, row);
		if (!known) lane.rows.push(row);
		lane.stale = true;
	}
}

class Row {
	/** In words, if asked: dates take long to spell. */
	get says() {
		const { job, state, from, until, extensions, closed_by } = this;
		return `${words.jobs[job]}, ${nameOf(this)}: ${state}, ${toronto(from, 16)}${job === "create" ? ` to ${toronto(until, 16)}` : ""}` +
			`${extensions.length ? `, extended by ${extensions.join(" + ")} h` : ""}${closed_by ? `, deleted by hand (request ${closed_by})` : ""}`;
	}
}

/** Where a request lies: its snapshot is there `from` … `until`, by extension since `extended`, and was to be until `end`. */
function spread({ job, phase, hours, extensions, closed_by, due, ...at }) {
	const updated = Date.parse(at.updated);
	const creates = job === "create";
	const from = creates || phase === "submitted" ? Date.parse(at.from) : updated;
	const end = creates ? Date.parse(at.to) : from;
	const over = closed_by || ["failed", "missed"].includes(phase);
	const until = Math.max(from, over ? Math.min(updated, end) : end);
	const extended = extensions.length ? Math.min(from + hours * HOUR, until) : until;
	return { tone: phase.replace(" ", "-"), start: Math.min(Date.parse(at.created), from), from, until, extended, end, next: due && Date.parse(due.at) };
}
