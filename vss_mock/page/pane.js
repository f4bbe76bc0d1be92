// One world: its clock, its time line, and what happens in it, in words.

import { control, follow, ofWorld } from "./control.js";
import { announce, button, form, h, select } from "./dom.js";
import { EVENTS, inWords, Model, nameOf } from "./model.js";
import { Timeline } from "./timeline.js";
import { span, toronto, utc, weekday } from "./times.js";
import words from "./words.json" with { type: "json" };

const LINES = 60;
const LEAPS = { "+ 1 h": "1h", "+ 12 h": "12h", "+ 1 d": "1d" };

export class Pane {
	constructor(name, page) {
		Object.assign(this, { name, page, model: new Model() });
		this.timeline = new Timeline(this.model, page.view, {
			open: (row) => page.open(this, row), several: (rows) => page.several(this, rows), machine: (vm) => page.machine(this, vm), hover: (row, element) => page.hover(this, row, element), jump: (iso) => this.move({ advance_to: iso }),
		});
		const activate = () => page.activate(this);
		this.said = h("ol", { class: "said", role: "log", "aria-label": "What happened", tabindex: 0 });
		this.element = h("section", { class: "pane", "aria-label": `World ${name}`, onpointerdown: activate, onfocusin: activate }, this.#head(), this.timeline.element, this.said);
		this.ready = new Promise((resolve) => (this.isReady = resolve));
		this.#start();
	}

	async #start() {
		try {
			this.stop = await follow(this.name, EVENTS, (name, told) => this.#told(name, told), (connected) => {
				this.state.textContent = connected ? "" : "no connection, trying again";
			});
			if (this.closed) this.stop();
		} catch (refused) {
			this.fails(refused);
		}
	}

	close() {
		this.closed = true;
		this.stop?.();
		this.element.remove();
	}

	/** Who acts: the user that was chosen, with a token of this world. */
	get user() {
		return this.model.world.users.find(({ username }) => username === this.as.value);
	}

	fails(refused) {
		this.problem.textContent = refused.message;
	}

	/** Call the control API for this world; what it refuses is told. */
	async does(method, path, body) {
		this.problem.textContent = "";
		await control(method, ofWorld(this.name, path), body).catch((refused) => this.fails(refused));
	}

	move(body) {
		return this.does("POST", "/clock", body);
	}

	#head() {
		this.problem = h("p", { class: "problem", role: "alert" });
		this.state = h("span", { role: "status" });
		this.local = h("time", {});
		this.universal = h("span", { class: "quiet" });
		this.next = button("", () => this.move({ step: 1 }), { class: "main" });
		this.held = h("span", { class: "held" });
		this.as = h("select", {});
		this.mode = select(Object.keys(words.clocks).map((name) => [name]), { onchange: () => this.move({ mode: this.mode.value }) });
		this.rate = h("input", { type: "number", min: 0, step: "any", onchange: () => this.move({ rate: Number(this.rate.value) }) });
		const length = h("input", { size: 6, placeholder: "1d6h", "aria-label": "Length of time, as 90m, 10h or 1d6h" });
		return h("header", {},
			h("div", { class: "row" }, this.page.menu(this), h("label", {}, "as ", this.as), h("label", {}, "clock ", this.mode), h("label", {}, "seconds a second ", this.rate), this.state),
			h("div", { class: "row clock" }, h("div", {}, this.local, this.universal), this.next,
				Object.entries(LEAPS).map(([label, advance]) => button(label, () => this.move({ advance }))),
				form("Advance the clock", () => this.move({ advance: length.value }), length, " ", h("button", {}, "Advance")), this.held),
			this.problem);
	}

	#told(name, told) {
		const { model } = this;
		if (name === "gone") return this.page.gone(this);
		if (name === "begin") {
			this.said.replaceChildren();
			this.as.replaceChildren(...told.world.users.map(({ username }) => h("option", {}, username)));
		}
		const first = !model.clock;
		if (!model.take(name, told)) return;
		this.#say(first);
		this.#showClock();
		if (!first) this.timeline.view.reveal(model.now);
		else if (this.page.panes[0] === this) this.timeline.toNow();
		this.timeline.draw();
		this.page.changed(this);
		this.#tick();
		this.isReady();
	}

	#say(first) {
		const fired = this.model.fired.splice(0);
		const lines = fired.slice(-LINES).map(({ event }) => inWords(event));
		if (!lines.length) return;
		this.said.append(...lines.map((line) => h("li", {}, line)));
		while (this.said.children.length > LINES) this.said.firstChild.remove();
		this.said.scrollTop = this.said.scrollHeight;
	}

	#showClock() {
		const { clock, now } = this.model;
		const { next, held } = clock;
		this.mode.value = clock.mode;
		this.mode.title = words.clocks[clock.mode];
		if (document.activeElement !== this.rate) this.rate.value = clock.rate;
		this.rate.parentElement.hidden = clock.mode !== "live";
		this.next.disabled = !next || held;
		this.next.textContent = next ? `Step: ${next.event} #${next.request} in ${span(Date.parse(next.at) - now)}` : "Nothing is due";
		this.held.replaceChildren(...(held ? [`held before ${held.due.event} of ${nameOf({ kind: held.due.kind, id: held.due.request })} `,
			button("Release", () => this.does("DELETE", `/holds/${held.hold}`)), button("Fail", () => this.does("POST", `/holds/${held.hold}/fail`, {}))] : []));
		this.#showNow();
	}

	#showNow() {
		const { now } = this.model;
		this.local.textContent = `${weekday(now)} ${toronto(now)}`;
		this.universal.textContent = utc(now);
	}

	/** Let a clock that runs be seen running. */
	#tick() {
		if (this.ticking || this.model.clock.mode !== "live") return;
		this.ticking = setInterval(() => {
			if (this.closed || this.model.clock?.mode !== "live") {
				clearInterval(this.ticking);
				this.ticking = null;
			} else if (!document.hidden) {
				this.#showNow();
				this.timeline.draw();
			}
		}, 200);
	}
}
