// A guided tour: its steps are data (tour.json), done with the calls that anybody may make.

import { api, control, ofWorld } from "./control.js";
import { button, h, short } from "./dom.js";
import { keyOf } from "./model.js";

export class Tour {
	element = h("section", { class: "tour", "aria-label": "Guided tour", hidden: true });

	constructor(page) {
		this.page = page;
	}

	async start() {
		this.told ??= await control("GET", "page/tour.json");
		const { page } = this;
		const name = `tour-${Date.now().toString(36)}`; // one of its own, whoever else is on tour here
		const made = await control("PUT", ofWorld(name), this.told.world);
		this.known = { world: name, vm: made.vms[0].uuid, token: made.users[0].token };
		for (const pane of page.panes.slice(1)) page.gone(pane);
		this.pane = page.enter(name, page.panes[0]);
		await this.pane.ready;
		this.at = 0;
		await this.#tell();
	}

	/** Do a step, tell it, and look whether the world is as it says. */
	async #tell() {
		const { steps } = this.told;
		const step = steps[this.at];
		this.element.hidden = !step;
		if (!step) return;
		const checks = h("ul", {});
		const next = button(steps[this.at + 1] ? "Next" : "End", () => {
			this.at += 1;
			this.#tell();
		}, { class: "main", disabled: true });
		this.element.replaceChildren(h("h2", {}, `${this.at + 1} of ${steps.length}: ${step.title}`), h("p", { role: "status" }, step.text), checks,
			h("div", { class: "row" }, next, button("From the start", () => this.start()), button("Leave", () => (this.element.hidden = true))));
		try {
			for (const deed of step.do) await this.#do(this.#fill(deed));
			for (const check of step.see) checks.append(await this.#check(this.#fill(check)));
		} catch (problem) {
			checks.append(h("li", { class: "bad" }, problem.message));
		}
		next.disabled = false;
		next.focus();
	}

	/** Put what is known in the place of names in braces. */
	#fill(value) {
		return JSON.parse(JSON.stringify(value).replace(/\{(\w+)\}/g, (_, name) => this.known[name]));
	}

	async #do({ call = "", body, as = "token", refused, fork, show = {} }) {
		const [method, path] = call.split(" ");
		if (fork) {
			const pane = await this.page.fork(this.pane);
			await pane.ready;
			Object.assign(this.known, { [fork]: pane.name, [`${fork}_token`]: pane.model.world.users[0].token });
		} else if (path?.startsWith("/")) await api(this.known[as], method, path, body).catch((problem) => refused || Promise.reject(problem));
		else if (path) await control(method, path, body);
		if (show.tab || show.request) this.page.activate(this.pane);
		if (show.tab) this.page.tabs.pick(show.tab);
		if (show.request) await this.page.open(this.pane, await this.pane.model.told(keyOf("snapshot", show.request)));
	}

	/** Look, without leaving a trace, whether a member of an answer is as told. */
	async #check({ world = this.known.world, target, member, is }) {
		const { answer } = await control("GET", ofWorld(world, `/peek?target=${encodeURIComponent(target)}`));
		const seen = JSON.stringify(member.split(".").reduce((value, name) => value?.[name], answer));
		const good = seen === JSON.stringify(is);
		return h("li", { class: good ? "good" : "bad" }, `${good ? "✓" : "✗"} ${world}: ${short(target)} has ${member.split(".").at(-1)} ${seen}`);
	}
}
