// A lane for each machine, a bar for each request, marks for what lies ahead; in the document is what can be seen.

import { button, h, place, words } from "./dom.js";
import { nameOf } from "./model.js";
import { both, DAY, HOUR, offset, span, toronto, weekday } from "./times.js";

const TRACK = matchMedia("(max-width: 800px)").matches ? 26 : 20;
const PAD = 5;
const TRACKS = 5;
const NARROW = 15; // pixels: such bars are drawn as one
const STEPS = [1 / 12, 0.5, 1, 3, 6, 12, 24, 48, 168, 672, 4368, 17472].map((hours) => hours * HOUR);
const PLACES = ["left", "width", "top", "--w", "--b", "--e", "--x"];

export class View {
	from = 0;
	to = 2.5 * DAY;

	constructor(changed) {
		this.changed = changed;
	}

	show(from, to) {
		const half = Math.min(Math.max(to - from, 60_000), 40_000 * DAY) / 2;
		Object.assign(this, { from: (from + to) / 2 - half, to: (from + to) / 2 + half });
		this.changed();
	}

	/** Show from `a` to `b`, where 0 to 1 is shown now. */
	part(a, b) {
		const { from, to } = this;
		this.show(from + (to - from) * a, from + (to - from) * b);
	}

	reveal(at, always) {
		const where = (at - this.from) / (this.to - this.from);
		if (always || where < 0.05 || where > 0.92) this.part(where - 0.35, where + 0.65);
	}
}

const at = (x, element) => place(element, { left: `calc(var(--names) + ${x}px)` });
const makeBar = () => h("button", { type: "button" }, ["wait", "block", "left", "cut"].map((part) => h(`i.${part}`)), h("b"));
const makeMark = () => h("button.mark", { type: "button" });
const makeLane = () => h("div.lane", h("button.vm", { type: "button" }));

function showLane(element, { vm, top, height }) {
	place(element, { top: `${top}px`, height: `${height}px` });
	const [label] = element.children;
	if (label.title !== vm.name) label.title = label.textContent = vm.name;
	label.dataset.vm = vm.uuid;
}

/** Give each bar a track in which it covers no other, while there are tracks. */
function layOut(lane) {
	const ends = [];
	lane.rows.sort((a, b) => a.from - b.from || a.id - b.id);
	for (const row of lane.rows) {
		const free = ends.findIndex((end) => end <= row.from);
		row.track = free >= 0 ? free : Math.min(ends.length, TRACKS - 1);
		ends[row.track] = Math.max(ends[row.track] ?? 0, row.end);
	}
	lane.height = Math.max(ends.length, 1) * TRACK + 2 * PAD;
	lane.stale = false;
}

export function timeline(pane, page) {
	const { model } = pane;
	const { view } = page;
	const pool = new Map();
	let current = null; // where the keyboard is
	let width = 0;
	let asked;
	const toNow = () => view.reveal(model.now, true);

	const scale = h("div");
	const ruler = h("div.ruler", { role: "group", label: words.ahead }, scale);
	const bars = h("div.bars", { onpointerover: point, onfocusin: point, onpointerout: point, onfocusout: point });
	const past = h("i.past");
	const nowLine = h("i.now");
	const grid = h("div.grid", { "aria-hidden": true });
	const lanes = h("div.lanes", { onscroll: draw }, grid, bars);
	const does = { ArrowRight: () => along(1), ArrowLeft: () => along(-1), ArrowDown: () => across(1), ArrowUp: () => across(-1),
		"+": () => view.part(0.2, 0.8), "-": () => view.part(-0.3, 1.3), n: toNow, a: fit, PageDown: () => view.part(0.5, 1.5), PageUp: () => view.part(-0.5, 0.5) };
	const element = h("div.timeline", { role: "group", label: "Time line", onkeydown: key, onclick: click },
		h("div.row.tools", words.tools.map(([text, label, key]) => button(text, () => does[key](), { label })),
			h("span.legend", words.legend.map((phase) => h("span", h(`i.swatch.${phase}`), phase)))),
		ruler, lanes);
	new ResizeObserver(draw).observe(lanes);

	const x = (instant) => ((instant - view.from) / (view.to - view.from)) * width;
	const edge = (instant) => Math.min(x(instant), width);
	const allLanes = () => [...model.lanes.values()].filter((lane) => lane.rows.length);
	const here = () => model.rows.get(current?.key) ?? allLanes()[0]?.rows[0];
	const marksOf = () => [...ruler.querySelectorAll("button")];
	const within = (part) => part.contains(document.activeElement);

	function draw() {
		asked ??= requestAnimationFrame(() => {
			asked = null;
			if (model.clock) drawNow();
		});
	}

	function fit() {
		let [from, to] = [model.now, model.now];
		for (const row of model.rows.values()) [from, to] = [Math.min(from, row.start), Math.max(to, row.end)];
		view.show(from - DAY / 8, to + DAY / 8);
	}

	/** Put the keyboard at a request, or at its machine. */
	function focus({ vm, top, height }, row) {
		current = row ?? current;
		if (row) view.reveal(row.from);
		lanes.scrollTop = Math.min(top, Math.max(lanes.scrollTop, top + height - lanes.clientHeight));
		drawNow();
		(row ? [...pool.values()].find(({ rows }) => rows?.includes(row)) : pool.get(vm.uuid).firstChild)?.focus({ preventScroll: true });
	}

	function drawNow() {
		width = bars.clientWidth;
		const { scrollTop, clientHeight } = lanes; // each look lays all out
		const seen = new Set();
		const put = (key, make, show) => {
			seen.add(key);
			if (!pool.has(key)) {
				pool.set(key, make());
				bars.append(pool.get(key));
			}
			show(pool.get(key));
		};
		const inside = within(bars);
		let top = 0;
		for (const lane of model.lanes.values()) {
			if (lane.stale) layOut(lane);
			lane.top = top;
			top += lane.height;
			if (top < scrollTop || lane.top > scrollTop + clientHeight) continue;
			put(lane.vm.uuid, makeLane, (drawn) => showLane(drawn, lane));
			for (const item of itemsOf(lane)) put(item.key, makeBar, (drawn) => showBar(drawn, item, lane));
		}
		place(bars, { height: `${top}px` });
		drawTime();
		const focused = marksOf().indexOf(document.activeElement);
		marks().forEach((mark, index) => put(mark.row.due.at, makeMark, (drawn) => showMark(drawn, mark, ruler.children[index + 1])));
		for (const [key, drawn] of pool) if (!seen.has(key) && pool.delete(key)) drawn.remove();
		const row = here();
		const all = [...bars.querySelectorAll("button")];
		const stop = all.find(({ rows }) => rows?.includes(row)) ?? all.find(({ rows }) => rows) ?? all[0]; // of Tab, the only one
		for (const each of all) each.tabIndex = each === stop ? 0 : -1;
		if (focused >= 0 && !within(ruler)) (marksOf()[focused] ?? marksOf().at(-1) ?? stop)?.focus();
		if (inside && !within(bars)) stop?.focus({ preventScroll: true });
	}

	/** Bars, and such as stand for several that are narrow or over each other. */
	function itemsOf(lane) {
		const items = [];
		const last = [];
		for (const row of lane.rows) {
			if (row.end < view.from || row.from > view.to) continue;
			const left = x(row.from);
			const wide = Math.max(edge(row.end) - left, row.job === "create" ? 3 : 14);
			const before = last[row.track];
			if (before && left < before.left + before.wide && (wide <= NARROW || row.track === TRACKS - 1)) {
				before.rows.push(row);
				before.wide = Math.max(before.wide, left + wide - before.left, 24);
				before.key = `several-${before.row.key}`;
			} else items.push((last[row.track] = { key: row.key, row, rows: [row], left, wide }));
		}
		return items;
	}

	function showBar(bar, { row, rows, left, wide }, lane) {
		const several = rows.length > 1;
		const places = [left, wide, lane.top + PAD + row.track * TRACK, left - x(row.start), edge(row.until) - left, edge(row.extended) - left, Math.max(-left, 0)].map(Math.round);
		const drawn = `${places} ${rows.length} ${row.says}`;
		bar.rows = rows;
		if (bar.drawn === drawn) return;
		bar.drawn = drawn;
		PLACES.forEach((name, index) => bar.style.setProperty(name, `${places[index]}px`));
		bar.className = several ? "several" : `bar ${row.job} ${row.tone}${row.extended < row.until ? " longer" : ""}`;
		bar.lastChild.textContent = several ? rows.length : row.job === "create" ? `#${row.id}${row.closed_by ? " ✕" : ""}` : words.glyphs[row.job];
		bar.ariaLabel = `${lane.vm.name}. ${several ? `${rows.length} requests from ${toronto(row.from, 16)} on` : row.says}`;
	}

	function drawTime() {
		const { from, to } = view;
		const now = x(model.now);
		const step = STEPS.find((each) => ((to - from) / each) * 84 < width) ?? STEPS.at(-1);
		const ticks = [];
		for (let tick = from, local = Math.ceil((from + offset(from)) / step) * step; tick < to; local += step) ticks.push((tick = local - offset(local - offset(from))));
		const spelled = (tick) => {
			const [day, time] = toronto(tick, 16).split(" ");
			return step < DAY && time !== "00:00" ? time : `${weekday(tick)} ${step > 180 * DAY ? day : day.slice(5)}`;
		};
		place(past, { width: `${now}px` });
		place(grid, { height: `${Math.max(bars.offsetHeight, lanes.clientHeight)}px` });
		nowLine.hidden = past.hidden = now < 0;
		grid.replaceChildren(past, ...ticks.map((tick) => at(x(tick), h("i"))), at(now, nowLine));
		scale.replaceChildren(...ticks.map((tick) => at(x(tick), h("span.tick", spelled(tick)))), now < 0 ? "" : at(now, h("span.tick.here", "now")));
	}

	/** What is ahead and can be seen; what lies close together is one mark. */
	function marks() {
		const places = new Map();
		for (const row of model.rows.values()) {
			if (!row.due || row.next < view.from || row.next > view.to) continue;
			const where = Math.floor(x(row.next) / 24);
			const { row: first = row, count = 0 } = places.get(where) ?? {};
			places.set(where, { row: row.next < first.next ? row : first, count: count + 1 });
		}
		return [...places.values()].sort((a, b) => a.row.next - b.row.next);
	}

	/** The same one as long as it is there: it may be pressed just now. */
	function showMark(mark, { row, count }, before) {
		const more = count > 1 ? ` and ${count - 1} more` : "";
		mark.ariaLabel = mark.title = `${row.due.event} ${nameOf(row)}${more}, ${both(row.next)}, in ${span(row.next - model.now)}: go there`;
		mark.dataset.iso = row.due.at;
		mark.textContent = more && count;
		at(x(row.next), mark);
		if (before !== mark) ruler.insertBefore(mark, before);
	}

	function click({ target }) {
		const chosen = target.closest("button");
		const { dataset: { vm, iso } = {}, rows } = chosen ?? {};
		if (vm) page.machine(pane, vm);
		else if (iso) pane.move({ advance_to: iso });
		else if (rows) {
			[current] = rows;
			if (rows.length > 1) page.several(pane, rows);
			else page.open(pane, current);
		}
	}

	function point({ type, target }) {
		const bar = target.closest(".bar");
		if (bar) page.hover(pane, /over|in$/.test(type) && bar.rows[0], bar);
	}

	function key(event) {
		if (!does[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		does[event.key]();
	}

	function along(by) {
		const marks = marksOf();
		const mark = marks.indexOf(document.activeElement);
		if (mark >= 0) return marks[mark + by]?.focus();
		const { vm } = document.activeElement.dataset;
		const lane = model.lanes.get(vm ?? here()?.vm) ?? [...model.lanes.values()][0];
		const next = (vm ? -1 : lane.rows.indexOf(here())) + (within(bars) ? by : 0); // -1 is the machine
		if (next >= -1 && next < lane.rows.length) focus(lane, lane.rows[next]);
	}

	function across(by) {
		const { vm } = document.activeElement.dataset;
		const all = vm ? [...model.lanes.values()] : allLanes();
		const lane = all[all.findIndex((each) => each.vm.uuid === (vm ?? here()?.vm)) + (within(bars) ? by : 0)];
		if (!lane || (by < 0 && !within(bars))) return marksOf()[0]?.focus();
		const away = ({ from }) => Math.abs(from - here().from);
		focus(lane, vm ? null : lane.rows.reduce((best, each) => (away(each) < away(best) ? each : best)));
	}

	return { element, draw, toNow };
}
