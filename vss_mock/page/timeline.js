// The time line: a lane for each machine, a bar for each request, marks for what lies ahead.
// Only what can be seen is in the document, however many requests there are.

import { button, h, place } from "./dom.js";
import { nameOf } from "./model.js";
import { both, DAY, HOUR, offset, span, toronto, weekday } from "./times.js";

const TRACK = 20; // pixels of one row of bars in a lane
const PAD = 5;
const MOST_TRACKS = 5;
const NARROW = 15; // pixels: narrower bars are drawn as one where they would cover each other
const STEPS = [HOUR / 12, HOUR / 2, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 28 * DAY, 182 * DAY, 728 * DAY];
const GLYPHS = { delete: "✕", revert: "↩", consolidate: "◆", change: "✎" };

/** What part of time is shown; several time lines may share one. */
export class View extends EventTarget {
	from = 0;
	to = 2.5 * DAY;

	show(from, to) {
		const half = Math.min(Math.max(to - from, 60_000), 40_000 * DAY) / 2;
		Object.assign(this, { from: (from + to) / 2 - half, to: (from + to) / 2 + half });
		this.dispatchEvent(new Event("change"));
	}

	zoom(by) {
		const more = ((this.to - this.from) * (by - 1)) / 2;
		this.show(this.from - more, this.to + more);
	}

	pan(part) {
		const by = (this.to - this.from) * part;
		this.show(this.from + by, this.to + by);
	}

	/** Bring an instant to the left third, unless it is in sight. */
	reveal(at, always) {
		const length = this.to - this.from;
		const inSight = at > this.from + length * 0.05 && at < this.to - length * 0.08;
		if (always || !inSight) this.show(at - length * 0.35, at + length * 0.65);
	}
}

/** The time line of a model. `on` has `open(row)`, `several(rows)`, `machine(vm)`, `jump(iso)` and `hover(row, element)`. */
export class Timeline {
	#pool = new Map();
	#current = null; // the key of the bar that the keyboard is at

	constructor(model, view, on) {
		Object.assign(this, { model, view, on });
		this.ruler = h("div", { class: "ruler", role: "group", "aria-label": "Events ahead: choose one to go to its instant" });
		this.bars = h("div", { class: "bars" });
		this.past = h("i", { class: "past" });
		this.nowLine = h("i", { class: "now" });
		this.grid = h("div", { class: "grid", "aria-hidden": "true" });
		this.lanes = h("div", { class: "lanes", onscroll: () => this.draw() }, this.grid, this.bars);
		const tools = { "◀": () => view.pan(-0.5), "▶": () => view.pan(0.5), "−": () => view.zoom(1.6), "+": () => view.zoom(1 / 1.6), Now: () => this.toNow(), All: () => this.fit() };
		const says = { "◀": "Earlier", "▶": "Later", "−": "Zoom out", "+": "Zoom in" };
		this.element = h("section", { class: "timeline", "aria-label": "Time line", onkeydown: (event) => this.#key(event) },
			h("div", { class: "row tools" }, Object.entries(tools).map(([label, does]) => button(label, does, { "aria-label": says[label] })),
				h("span", { class: "legend" }, ["submitted", "scheduled", "processed", "failed"].map((phase) => h("span", {}, h("i", { class: `swatch ${phase}` }), phase)))),
			this.ruler, this.lanes);
		view.addEventListener("change", () => this.draw());
		new ResizeObserver(() => this.draw()).observe(this.lanes);
		this.#listen();
	}

	/** Draw before the next frame, however often it is asked for. */
	draw() {
		this.asked ??= requestAnimationFrame(() => {
			this.asked = null;
			if (this.model.clock) this.#draw();
		});
	}

	toNow() {
		this.view.reveal(this.model.now, true);
	}

	fit() {
		const rows = [...this.model.rows.values()];
		const from = rows.reduce((least, row) => Math.min(least, row.start), this.model.now);
		const to = rows.reduce((most, row) => Math.max(most, row.end), this.model.now);
		const room = Math.max((to - from) * 0.08, 3 * HOUR);
		this.view.show(from - room, to + room);
	}

	/** Put the keyboard at a request, and show it. */
	focus(key) {
		const row = this.model.rows.get(key);
		this.#current = key;
		this.view.reveal(row.from);
		const { top, height } = this.model.lanes.get(row.vm);
		const { scrollTop, clientHeight } = this.lanes;
		this.lanes.scrollTop = Math.min(top, Math.max(scrollTop, top + height - clientHeight));
		this.#draw();
		const element = this.#pool.get(key) ?? [...this.#pool.values()].find(({ rows }) => rows?.includes(row));
		element?.focus({ preventScroll: true });
	}

	#x(at) {
		return ((at - this.view.from) / (this.view.to - this.view.from)) * this.width;
	}

	/** Where a bar ends: no farther than can be seen, so that nothing can be scrolled to. */
	#edge(at) {
		return Math.min(this.#x(at), this.width);
	}

	#draw() {
		this.width = this.bars.clientWidth;
		const top = this.lanes.scrollTop;
		const seen = new Set();
		place(this.bars, { height: `${this.#layOut()}px` });
		for (const lane of this.model.lanes.values()) {
			if (lane.top + lane.height < top - 40 || lane.top > top + this.lanes.clientHeight + 40) continue;
			this.#put(seen, { key: lane.vm.uuid, make: makeLane }, (element) => showLane(element, lane));
			for (const item of this.#items(lane)) this.#put(seen, item, (element) => this.#show(element, item, lane));
		}
		for (const [key, element] of this.#pool) {
			if (seen.has(key)) continue;
			element.remove();
			this.#pool.delete(key);
		}
		this.#drawTime();
	}

	#put(seen, { key, make = makeBar }, show) {
		seen.add(key);
		if (!this.#pool.has(key)) {
			this.#pool.set(key, make());
			this.bars.append(this.#pool.get(key));
		}
		show(this.#pool.get(key));
	}

	/** Give each bar a row of its lane in which it covers no other, and each lane its place; return the height. */
	#layOut() {
		let top = 0;
		for (const lane of this.model.lanes.values()) {
			if (lane.stale) {
				lane.rows.sort((a, b) => a.from - b.from || a.id - b.id);
				const ends = [];
				for (const row of lane.rows) {
					const free = ends.findIndex((end) => end <= row.from);
					row.track = free >= 0 ? free : Math.min(ends.length, MOST_TRACKS - 1);
					ends[row.track] = Math.max(ends[row.track] ?? 0, row.end);
				}
				lane.height = Math.max(ends.length, 1) * TRACK + 2 * PAD;
				lane.stale = false;
			}
			lane.top = top;
			top += lane.height;
		}
		return top;
	}

	/** What of a lane is drawn: bars, and bars that stand for several, which are narrow or lie over each other. */
	#items(lane) {
		const items = [];
		const last = [];
		for (const row of lane.rows) {
			if (row.end < this.view.from || row.from > this.view.to) continue;
			const x = this.#x(row.from);
			const width = Math.max(this.#edge(row.end) - x, row.job === "create" ? 3 : 14);
			const before = last[row.track];
			if (before && x < before.x + before.width && (width <= NARROW || row.track === MOST_TRACKS - 1)) {
				before.rows.push(row);
				before.width = Math.max(before.width, x + width - before.x, 24);
				before.key = `several-${before.row.key}`;
			} else items.push((last[row.track] = { key: row.key, row, rows: [row], x, width }));
		}
		return items;
	}

	#show(element, { row, rows, x, width }, lane) {
		const several = rows.length > 1;
		const current = this.#current ?? this.#firstKey();
		element.tabIndex = rows.some(({ key }) => key === current) ? 0 : -1;
		const places = [x, width, lane.top + PAD + row.track * TRACK, x - this.#x(row.start), this.#edge(row.until) - x, this.#edge(row.extended) - x, Math.max(-x, 0)].map((each) => Math.round(each));
		const drawn = `${places} ${rows.length} ${row.says}`;
		if (element.drawn === drawn) return;
		Object.assign(element, { drawn, rows });
		["left", "width", "top", "--w", "--b", "--e", "--x"].forEach((name, index) => element.style.setProperty(name, `${places[index]}px`));
		Object.assign(element.dataset, { key: row.key, count: rows.length });
		element.className = several ? "several" : `bar ${row.job} ${row.phase.replace(" ", "-")}${row.extended < row.until ? " longer" : ""}`;
		element.lastChild.textContent = several ? rows.length : row.job === "create" ? `#${row.id}${row.closed_by ? " ✕" : ""}` : GLYPHS[row.job];
		element.setAttribute("aria-label", `${lane.vm.name}. ${several ? `${rows.length} requests from ${toronto(row.start, 16)} on` : row.says}`);
	}

	#drawTime() {
		const { from, to } = this.view;
		const step = STEPS.find((each) => ((to - from) / each) * 84 < this.width) ?? STEPS.at(-1);
		const shift = offset(from);
		const ticks = [];
		for (let at = Math.ceil((from + shift) / step) * step - shift; at < to; at += step) ticks.push(at);
		const now = this.#x(this.model.now);
		const words = (tick) => {
			const [day, time] = toronto(tick, 16).split(" ");
			return step < DAY && time !== "00:00" ? time : `${weekday(tick)} ${step < 182 * DAY ? day.slice(5) : day}`;
		};
		const held = this.ruler.contains(document.activeElement) && document.activeElement.dataset.key;
		place(this.past, { width: `${now}px` });
		this.nowLine.hidden = this.past.hidden = now < 0;
		this.grid.replaceChildren(this.past, ...ticks.map((tick) => at(this.#x(tick), h("i"))), at(now, this.nowLine));
		place(this.grid, { height: `${Math.max(this.bars.offsetHeight, this.lanes.clientHeight)}px` });
		this.ruler.replaceChildren(...ticks.map((tick) => at(this.#x(tick), h("span", { class: "tick" }, words(tick)))),
			now < 0 ? "" : at(now, h("span", { class: "tick here" }, "now")),
			...this.#marks());
		if (held) this.ruler.querySelector(`[data-key="${held}"]`)?.focus();
	}

	/** The events ahead that can be seen; those of nearly one place are one mark. */
	#marks() {
		const places = new Map();
		for (const row of this.model.rows.values()) {
			if (!row.due || row.next < this.view.from || row.next > this.view.to) continue;
			const place = Math.floor(this.#x(row.next) / 24);
			const mark = places.get(place);
			if (!mark) places.set(place, { row, count: 1 });
			else Object.assign(mark, { row: row.next < mark.row.next ? row : mark.row, count: mark.count + 1 });
		}
		return [...places].sort(([a], [b]) => a - b).map(([, { row, count }]) => {
			const says = `${row.due.event} ${nameOf(row)}${count > 1 ? ` and ${count - 1} more` : ""}, ${both(row.next)}, in ${span(row.next - this.model.now)}: go there`;
			return at(this.#x(row.next), h("button", { type: "button", class: "mark", "data-key": row.key, "data-iso": row.due.at, "aria-label": says, title: says }, count > 1 ? String(count) : ""));
		});
	}

	#firstKey() {
		for (const lane of this.model.lanes.values()) if (lane.rows.length) return lane.rows[0].key;
		return null;
	}

	#listen() {
		const rowOf = (element) => this.model.rows.get(element?.dataset.key);
		this.element.addEventListener("click", ({ target }) => {
			const element = target.closest("button");
			const { vm, iso, count } = element?.dataset ?? {};
			if (vm) this.on.machine(this.model.vms.get(vm));
			else if (iso) this.on.jump(iso);
			else if (count) {
				const row = rowOf(element);
				this.#current = row.key;
				if (count === "1") this.on.open(row);
				else this.on.several(element.rows);
			}
		});
		for (const name of ["pointerover", "focusin", "pointerout", "focusout"]) {
			this.bars.addEventListener(name, ({ target }) => {
				const element = target.closest("[data-count='1']");
				if (element) this.on.hover(/over|in$/.test(name) ? rowOf(element) : null, element);
			});
		}
		this.lanes.addEventListener("pointerdown", (event) => {
			if (event.button || event.target.closest("button") || event.pointerType === "touch") return;
			let x = event.clientX;
			const move = ({ clientX }) => {
				this.view.pan((x - clientX) / this.width);
				x = clientX;
			};
			addEventListener("pointermove", move);
			addEventListener("pointerup", () => removeEventListener("pointermove", move), { once: true });
		});
	}

	/** Arrows go from bar to bar, in time and between machines; + and − zoom, N is now. */
	#key(event) {
		const does = {
			ArrowRight: () => this.#along(1), ArrowLeft: () => this.#along(-1), ArrowDown: () => this.#across(1), ArrowUp: () => this.#across(-1),
			"+": () => this.view.zoom(1 / 1.6), "-": () => this.view.zoom(1.6), n: () => this.toNow(), PageDown: () => this.view.pan(0.5), PageUp: () => this.view.pan(-0.5),
		}[event.key];
		if (!does || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		does();
	}

	#along(by) {
		const marks = [...this.ruler.querySelectorAll("button")];
		const mark = marks.indexOf(document.activeElement);
		if (mark >= 0) return marks[mark + by]?.focus();
		const row = this.model.rows.get(this.#current ?? this.#firstKey());
		const rows = this.model.lanes.get(row?.vm)?.rows ?? [];
		const next = rows[rows.indexOf(row) + (this.bars.contains(document.activeElement) ? by : 0)];
		if (next) this.focus(next.key);
	}

	#across(by) {
		const row = this.model.rows.get(this.#current ?? this.#firstKey());
		const lanes = [...this.model.lanes.values()].filter((lane) => lane.rows.length);
		const inBars = this.bars.contains(document.activeElement);
		const lane = lanes[lanes.findIndex((each) => each.vm.uuid === row?.vm) + (inBars ? by : 0)];
		if (!lane || (by < 0 && !inBars)) return this.ruler.querySelector("button")?.focus();
		const away = (each) => Math.abs(each.from - row.from);
		this.focus(lane.rows.reduce((best, each) => (away(each) < away(best) ? each : best)).key);
	}
}

const at = (x, element) => place(element, { left: `calc(var(--names) + ${x}px)` });
const makeLane = () => h("div", { class: "lane" }, h("button", { type: "button", class: "vm", tabindex: "-1" }));

function showLane(element, { vm, top, height, rows }) {
	place(element, { top: `${top}px`, height: `${height}px` });
	const [label] = element.children;
	label.dataset.vm = vm.uuid;
	const text = `${vm.name}${vm.snapshots.length ? ` · ${vm.snapshots.length}` : ""}`;
	if (label.textContent !== text) label.textContent = text;
	label.setAttribute("aria-label", `Machine ${vm.name}: ${rows.length} requests, ${vm.snapshots.length} snapshots`);
}

const makeBar = () => h("button", { type: "button", "aria-describedby": "card" }, ["wait", "block", "left", "cut"].map((part) => h("i", { class: part })), h("b"));
