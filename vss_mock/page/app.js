// The page: one world, or two over the same stretch of time, and a panel.

import { control, ofWorld } from "./control.js";
import { ask, button, field, fill, h, place, select, tabs, words } from "./dom.js";
import { openPane } from "./pane.js";
import { faultForm, journalList, ofEntry, ofMachine, ofRequest, ofSeveral, snapshotForm } from "./panel.js";
import { View } from "./timeline.js";
import { both } from "./times.js";
import { tourOf } from "./tour.js";

const MAKERS = { Snapshot: snapshotForm, Faults: faultForm, Journal: journalList };
const parts = Object.fromEntries(Object.keys(MAKERS).map((name) => [name, h("div")]));
const details = h("div", words.help.map((text) => h("p", text)));
const card = h("div", { id: "card", role: "tooltip", hidden: true });
const main = h("main");
const apiLink = h("a", "API");
let active, forms, again, hovering;

const page = {
	view: new View(() => page.panes.forEach((pane) => pane.draw())),
	panes: [],
	tabs: tabs("Panel", { Details: details, ...parts }, () => forms?.Journal.update()),

	/** Open a world in the place of a pane, or below the one there is. */
	enter(name, instead) {
		const there = page.panes.find((pane) => pane.name === name);
		if (there) return there;
		if (instead) close(instead);
		const pane = openPane(name, page);
		page.panes.push(pane);
		main.append(pane.element);
		page.activate(pane);
		if (instead) page.rescue();
		return pane;
	},

	gone(pane) {
		close(pane);
		page.activate(page.panes[0] ?? page.enter("default"));
		page.rescue();
	},

	/** Give the keyboard a place, if it has none. */
	rescue: () => document.activeElement === document.body && active.element.querySelector("select").focus(),

	activate(pane) {
		if (active === pane) return;
		active = pane;
		for (const each of page.panes) each.element.toggleAttribute("data-active", each === pane && page.panes.length > 1);
		apiLink.href = `page/api.html?world=${encodeURIComponent(pane.name)}`;
		if (pane.model.clock) page.changed(pane);
	},

	changed(pane) {
		pane.showWorlds();
		if (pane !== active) return;
		if (page.of !== pane.model.vms) {
			page.of = pane.model.vms;
			forms = Object.fromEntries(Object.entries(MAKERS).map(([name, make]) => [name, make(pane, page)]));
			for (const [name, part] of Object.entries(parts)) fill(part, forms[name]);
		}
		forms.Faults.update();
		forms.Journal.update();
		again?.();
	},

	open: (pane, row) => show(() => ofRequest(pane, row), () => [row.state, row.updated, row.to, row.next]),
	several: (pane, rows) => show(async () => ofSeveral(rows, (row) => page.open(pane, row))),
	entry: (pane, number) => show(() => ofEntry(pane, number)),
	machine: (pane, uuid) => show(() => ofMachine(pane, pane.model.vms.get(uuid), async (id) => page.open(pane, await pane.model.told(id)), (vm) => {
		page.tabs.pick("Snapshot");
		forms.Snapshot.pick(vm);
	}), () => pane.model.vms.get(uuid)),

	async made(pane, id) {
		const row = await pane.model.told(id);
		page.view.reveal(row.from);
		page.open(pane, row);
	},

	/** Tell what a bar is to whoever points at it. */
	hover(pane, row, bar) {
		clearTimeout(hovering);
		card.hidden = true;
		if (!row) return;
		hovering = setTimeout(async () => {
			const { left, top, bottom } = bar.getBoundingClientRect();
			const above = bottom > innerHeight * 0.6;
			const body = h("pre", "…");
			card.replaceChildren(h("b", row.says), h("p", `from ${both(row.from)}`, h("br"), row.to && `to ${both(Date.parse(row.to))}`), body);
			card.hidden = false;
			place(card, { left: `${Math.max(8, Math.min(left, innerWidth - 420))}px`, top: above ? "auto" : `${bottom + 6}px`, bottom: above ? `${innerHeight - top + 6}px` : "auto" });
			const { shown } = await pane.get(`/requests/${row.kind}/${row.id}`).catch(() => ({})); // deleted meanwhile
			body.textContent = JSON.stringify(shown?.answer.body.data ?? null, null, 1);
		}, 120);
	},

	menu(pane) {
		const { name, model } = pane;
		const choose = h("select", { label: "World", onchange: () => page.enter(choose.value, pane) });
		const file = h("input", { type: "file", accept: ".json", hidden: true, onchange: async () => pane.does("PUT", "/saved", await file.files[0].text()) });
		let listed;
		pane.showWorlds = () => {
			if (listed === model.worlds) return;
			listed = model.worlds;
			choose.replaceChildren(...[...new Set([name, ...listed])].sort().map((each) => h("option", { selected: each === name }, each)));
		};
		return [choose, button("New", () => create(pane)), button("Fork here", () => page.fork(pane).catch(pane.fails)), button("Reset", () => pane.does("POST", "/reset", {})),
			button("Save", () => save(pane).catch(pane.fails)), button("Load", () => ((file.value = ""), file.click())), file,
			name !== "default" && button("Delete", () => pane.does("DELETE", "")), page.panes.length > 0 && button("Close", () => page.gone(pane))];
	},

	async fork(pane) {
		const { name } = await control("POST", ofWorld(pane.name, "/fork?beside=true"), {});
		return page.enter(name, page.panes.find((each) => each !== pane));
	},
};

function close(pane) {
	pane.close();
	page.panes = page.panes.filter((each) => each !== pane);
}

/** Show details, and again when their `version` changes. */
async function show(make, version = () => "") {
	let shown;
	const look = (again = async () => {
		if (shown === (shown = JSON.stringify(version()))) return;
		const made = await make().catch(({ message }) => [h("p.problem", message)]);
		if (again === look) fill(details, ...made.filter(Boolean));
	});
	page.hover();
	await look();
	page.tabs.pick("Details");
	details.querySelector("h2")?.focus();
}

const create = (pane) => ask(words.world.title, [
	field(words.world.name, h("input", { name: "name", required: "" })), field(words.world.dialect, select(words.dialects, { name: "dialect" })),
	field(words.world.clock, select(Object.keys(words.clocks), { name: "clock" })),
], "Create", async ({ name, ...settings }) => {
	await control("PUT", ofWorld(name), settings);
	setTimeout(page.enter, 0, name, pane);
});

async function save({ name }) {
	const href = URL.createObjectURL(await control("GET", ofWorld(name, "/saved"), undefined, "blob")); // as it is, to the bit
	h("a", { href, download: `${name}.json` }).click();
	setTimeout(URL.revokeObjectURL, 1000, href);
}

const tour = tourOf(page);
document.body.append(
	h("header.top.row", h("h1", "vss-mock"), h("p", words.intro), button("Tour", tour.start, { class: "main" }), apiLink),
	h("div.page", main, h("aside", { label: "Panel" }, tour.element, page.tabs.element)), card);
addEventListener("keydown", ({ key }) => key === "Escape" && page.hover());
const asked = new URLSearchParams(location.search);
page.enter(asked.get("world") || "default");
if (asked.has("tour")) tour.start();
