// The page: one world or two of them, one above the other over the same stretch of time, and a panel beside.

import { faultForm, snapshotForm } from "./act.js";
import { control, ofWorld } from "./control.js";
import { ofEntry, ofMachine, ofRequest, severalRequests } from "./details.js";
import { announce, ask, button, field, h, place, select, tabs } from "./dom.js";
import { journalList } from "./journal.js";
import { keyOf } from "./model.js";
import { Pane } from "./pane.js";
import { View } from "./timeline.js";
import { both } from "./times.js";
import { Tour } from "./tour.js";

const MAKERS = { Snapshot: snapshotForm, Faults: faultForm, Journal: journalList };

class Page {
	view = new View();
	panes = [];
	tour = new Tour(this);

	constructor() {
		this.details = h("div", { class: "details" }, h("p", {}, "Choose a bar to see its request, and the call that made it."),
			h("p", { class: "quiet" }, "Arrow keys go from bar to bar, Enter opens one, + and − zoom, N goes to now. A mark above the lanes is an event ahead: choose it, and time goes there."));
		this.parts = Object.fromEntries(Object.keys(MAKERS).map((name) => [name, h("div", {})]));
		this.tabs = tabs("Panel", { Details: this.details, ...this.parts }, () => this.forms?.Journal.update());
		this.card = h("div", { id: "card", role: "tooltip", hidden: true });
		this.main = h("main", {});
		this.api = h("a", {}, "API");
		document.body.append(
			h("header", { class: "top" }, h("h1", {}, "vss-mock"),
				h("p", {}, "A mock of the VSS API, whose time is yours. A snapshot request is ", h("b", {}, "Submitted"), " until its date, ", h("b", {}, "Scheduled"),
					" for deletion while its snapshot is there, and then ", h("b", {}, "Processed"), "."),
				button("Tour", () => this.tour.start(), { class: "main" }), this.api),
			h("div", { class: "page" }, this.main, h("aside", { "aria-label": "Panel" }, this.tour.element, this.tabs.element)), this.card);
		addEventListener("keydown", ({ key }) => key === "Escape" && this.hover());
	}

	/** Open a world in the place of a pane, or below the one there is. */
	enter(name, instead) {
		const there = this.panes.find((pane) => pane.name === name);
		if (there) return there;
		if (instead) this.#close(instead);
		const pane = new Pane(name, this);
		this.panes.push(pane);
		this.main.append(pane.element);
		this.activate(pane);
		return pane;
	}

	#close(pane) {
		pane.close();
		this.panes = this.panes.filter((each) => each !== pane);
	}

	gone(pane) {
		this.#close(pane);
		this.activate(this.panes[0] ?? this.enter("default"));
	}

	/** Make a pane the one that the panel is about. */
	activate(pane) {
		if (this.active === pane) return;
		this.active = pane;
		for (const each of this.panes) each.element.toggleAttribute("data-active", each === pane && this.panes.length > 1);
		this.api.href = `page/api.html?world=${encodeURIComponent(pane.name)}`;
		if (pane.model.clock) this.changed(pane);
	}

	/** Something has changed in a pane's world. */
	changed(pane) {
		pane.showWorlds();
		if (pane !== this.active) return;
		if (this.of !== pane.model.vms) {
			this.of = pane.model.vms; // another world, or all anew
			this.forms = Object.fromEntries(Object.entries(MAKERS).map(([name, make]) => [name, make(pane)]));
			for (const [name, part] of Object.entries(this.parts)) part.replaceChildren(this.forms[name]);
		}
		this.forms.Faults.update();
		this.forms.Journal.update();
		this.again?.();
	}

	/** Show details, and show them again when their `version` changes. */
	async #show(make, version = () => "") {
		const shown = (this.again = async (first) => {
			if (!first && version() === shown.version) return;
			shown.version = version();
			const parts = await make().catch((refused) => [h("p", { class: "problem" }, refused.message)]);
			if (this.again === shown) this.details.replaceChildren(...parts.filter(Boolean));
		});
		this.hover();
		await shown(true);
		this.tabs.pick("Details");
		this.details.querySelector("h2")?.focus();
	}

	open(pane, row) {
		return row && this.#show(() => ofRequest(pane, row), () => JSON.stringify([row.state, row.updated, row.to, row.due]));
	}

	several(pane, rows) {
		return this.#show(async () => severalRequests(pane, rows));
	}

	machine(pane, { uuid }) {
		const vm = () => pane.model.vms.get(uuid);
		return this.#show(() => ofMachine(pane, vm(), (chosen) => {
			this.tabs.pick("Snapshot");
			this.forms.Snapshot.pick(chosen);
		}), () => JSON.stringify(vm()));
	}

	entry(pane, number) {
		return this.#show(() => ofEntry(pane, number));
	}

	/** A request was made: show it as soon as it is told of. */
	async made(pane, id) {
		announce(`Request ${id} was accepted.`);
		const row = await pane.model.told(keyOf("snapshot", id));
		this.view.reveal(row.from);
		this.open(pane, row);
	}

	/** Tell what a bar is, and its documented body, to whoever points at it. */
	hover(pane, row, element) {
		clearTimeout(this.hovering);
		this.card.hidden = true;
		if (!row) return;
		this.hovering = setTimeout(async () => {
			const { left, top, bottom } = element.getBoundingClientRect();
			const body = h("pre", {}, "…");
			this.card.replaceChildren(h("b", {}, row.says), h("p", {}, `from ${both(row.from)}`, h("br"), row.to && `to ${both(Date.parse(row.to))}`), body);
			this.card.hidden = false;
			const above = bottom > innerHeight * 0.6;
			place(this.card, { left: `${Math.max(8, Math.min(left, innerWidth - 420))}px`, top: above ? "auto" : `${bottom + 6}px`, bottom: above ? `${innerHeight - top + 6}px` : "auto" });
			const { shown } = await control("GET", ofWorld(pane.name, `/requests/${row.kind}/${row.id}`)).catch(({ message }) => ({ shown: { answer: { body: message } } }));
			body.textContent = JSON.stringify(shown.answer.body.data ?? shown.answer.body, null, 1);
		}, 120);
	}

	/** What can be done with the world of a pane. */
	menu(pane) {
		const choose = h("select", { "aria-label": "World", onchange: () => this.enter(choose.value, pane) });
		const file = h("input", { type: "file", accept: ".json", hidden: true, onchange: async () => pane.does("PUT", "/saved", await file.files[0].text()) });
		pane.showWorlds = () => {
			const { worlds } = pane.model;
			if (pane.listed === worlds) return;
			pane.listed = worlds;
			choose.replaceChildren(...[...new Set([pane.name, ...worlds])].sort().map((name) => h("option", { selected: name === pane.name }, name)));
		};
		return [choose, button("New", () => this.#create(pane)), button("Fork here", () => this.fork(pane)), button("Reset", () => pane.does("POST", "/reset", {})),
			button("Save", () => this.#save(pane)), button("Load", () => ((file.value = ""), file.click())), file,
			pane.name !== "default" && button("Delete", () => pane.does("DELETE", "")), this.panes.length > 0 && button("Close", () => this.gone(pane))];
	}

	#create(pane) {
		return ask("A new world", [
			field("Name", h("input", { name: "name", required: "" })),
			field("Dialect of the API", select([["2016"], ["2019"], ["2026"]], { name: "dialect" })),
			field("Clock", select([["frozen"], ["live"], ["auto"]], { name: "clock" })),
		], "Create", async ({ name, ...settings }) => {
			await control("PUT", ofWorld(name), settings);
			this.enter(name, pane);
		});
	}

	/** Fork a world at its instant, and open the fork below its parent. */
	async fork(pane) {
		try {
			const { name } = await control("POST", ofWorld(pane.name, "/fork?beside=true"), {});
			return this.enter(name, this.panes.find((each) => each !== pane));
		} catch (refused) {
			return pane.fails(refused);
		}
	}

	async #save(pane) {
		try {
			const saved = await control("GET", ofWorld(pane.name, "/saved"));
			const href = URL.createObjectURL(new Blob([JSON.stringify(saved)]));
			h("a", { href, download: `${pane.name}.json` }).click();
			setTimeout(() => URL.revokeObjectURL(href), 1000);
		} catch (refused) {
			pane.fails(refused);
		}
	}
}

const asked = new URLSearchParams(location.search);
const page = new Page();
page.enter(asked.get("world") || "default");
if (asked.has("tour")) page.tour.start();
