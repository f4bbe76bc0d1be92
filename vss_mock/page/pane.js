// One world: its clock, its time line, and what happens in it, in words.

import { control, follow, ofWorld } from "./control.js";
import { alert, button, fill, form, h, select, words } from "./dom.js";
import { inWords, Model, nameOf } from "./model.js";
import { timeline } from "./timeline.js";
import { span, toronto, utc, weekday } from "./times.js";

const LINES = 60;

export function openPane(name, page) {
	const model = new Model();
	let ready;
	const problem = alert();
	const local = h("time");
	const universal = h("span.quiet");
	const step = button("", () => pane.move({ step: 1 }), { class: "main" });
	const held = h("span.held.row");
	const as = h("select");
	const mode = select(Object.keys(words.clocks), { onchange: () => pane.move({ mode: mode.value }) });
	const rate = h("input", { type: "number", min: 0, step: "any", onchange: () => pane.move({ rate: Number(rate.value) }) });
	const rated = h("label", "seconds a second ", rate);
	const length = h("input", { size: 6, placeholder: "1d6h", label: words.length });
	const said = h("ol");

	const pane = {
		name, model,
		ready: new Promise((resolve) => (ready = resolve)),
		get user() {
			return model.world.users.find(({ username }) => username === as.value);
		},
		fails: ({ message }) => (problem.textContent = message),
		does: (method, path, body) => (pane.fails({ message: "" }), control(method, ofWorld(name, path), body).catch(pane.fails)),
		get: (path) => control("GET", ofWorld(name, path)),
		move: (body) => pane.does("POST", "/clock", body),
		close: () => (clearInterval(ticking), end(), pane.element.remove()),
	};
	const line = timeline(pane, page);
	pane.draw = line.draw;
	const activate = () => page.activate(pane);
	pane.element = h("section.pane", { label: `World ${name}`, onpointerdown: activate, onfocusin: activate },
		h("header",
			h("div.row", page.menu(pane), h("label", "as ", as), h("label", "clock ", mode), rated),
			h("div.row.clock", h("div", local, universal), step, ["1 h", "12 h", "1 d"].map((by) => button(`+ ${by}`, () => pane.move({ advance: by.replace(" ", "") }))),
				form(`Advance the clock of ${name}`, () => pane.move({ advance: length.value }), length, " ", h("button", "Advance")), held),
			problem), line.element, h("div.said", { role: "log", label: "What happened", tabindex: 0 }, said));

	function tell(event, told) {
		if (event === "gone") return page.gone(pane);
		if (event === "begin") {
			said.replaceChildren();
			as.replaceChildren(...told.world.users.map(({ username }) => h("option", username)));
		}
		const first = !model.clock;
		if (!model.take(event, told)) return;
		said.append(...model.fired.splice(0).slice(-LINES).map((fired) => h("li", inWords(fired.event))));
		while (said.children.length > LINES) said.firstChild.remove();
		showClock();
		if (!first) page.view.reveal(model.now);
		else if (page.panes[0] === pane) line.toNow();
		line.draw();
		page.changed(pane);
		ready();
	}

	function showClock() {
		const { next, held: stopped, ...clock } = model.clock;
		mode.value = clock.mode;
		mode.title = words.clocks[clock.mode];
		if (document.activeElement !== rate) rate.value = clock.rate;
		rated.hidden = clock.mode !== "live";
		step.ariaDisabled = !next || Boolean(stopped); // disabled, it would lose the keyboard
		step.textContent = next ? `Step: ${next.event} #${next.request} in ${span(Date.parse(next.at) - model.now)}` : "Nothing is due";
		fill(held, ...(stopped ? [`held before ${stopped.due.event} of ${nameOf({ ...stopped.due, id: stopped.due.request })} `,
			button("Release", () => pane.does("DELETE", `/holds/${stopped.hold}`)), button("Fail", () => pane.does("POST", `/holds/${stopped.hold}/fail`, {}))] : []));
		showNow();
	}

	function showNow() {
		local.textContent = `${weekday(model.now)} ${toronto(model.now)}`;
		universal.textContent = utc(model.now);
	}

	const ticking = setInterval(() => {
		if (model.clock?.mode !== "live" || document.hidden) return;
		showNow();
		line.draw();
	}, 200);

	const end = follow(name, tell, (message) => pane.fails({ message }));
	return pane;
}
