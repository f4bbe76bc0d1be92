// The journal as a live list; and, of what did not come, what came nearest.

import { fill, h, select, short, words } from "./dom.js";
import { inWords } from "./model.js";
import { toronto } from "./times.js";

const SHOWN = 200;
const NEAREST = 3;
const KINDS = ["all", "calls", "events", "refused"];

/** What can be asked of an entry by name. */
function facts({ kind, event, target, body, ...call }) {
	if (kind === "event") return event;
	const [path, query] = target.split("?");
	return { ...(body && typeof body === "object" ? body : Object.fromEntries(new URLSearchParams(query))), ...call, path };
}

const line = (entry) => entry.kind === "event" ? inWords(entry.event)
	: `${toronto(Date.parse(entry.at))} · ${entry.method} ${short(entry.target)} → ${entry.ending === "whole" ? entry.status_code : entry.ending}${entry.user ? ` · ${entry.user}` : ""}`;
const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value) ?? "left out");

/** What of an entry is not as a filter has it. */
function differences(entry, filter) {
	const known = facts(entry);
	return filter.flatMap((term) => {
		const [name, wanted] = term.split(/=(.*)/);
		if (wanted === undefined) return line(entry).toLowerCase().includes(term.toLowerCase()) ? [] : [`${term} is not in it`];
		return shown(known[name]) === wanted ? [] : [`${name} was ${shown(known[name])}, not ${wanted}`];
	});
}

export function journalList(pane, page) {
	let last = 0; // of the entries that are shown
	const update = () => element.update(true);
	const only = select(KINDS, { label: "Which entries", onchange: update });
	const filter = h("input", { label: "Filter", placeholder: "operation=vm-list", oninput: update });
	const said = h("p.quiet", { role: "status" });
	const list = h("ol.plain.journal", { onclick: ({ target }) => {
		const { number } = target.closest("button")?.dataset ?? {};
		if (number) page.entry(pane, number);
	} });
	const row = ({ entry, differ = [] }) => h(`li.${entry.kind === "event" ? "event" : entry.status_code >= 400 ? "refused" : "call"}`,
		h("button", { type: "button", "data-number": entry.number }, `${entry.number} · ${line(entry)}`), h("span", entry.message), h("span.bad", differ.join("; ")));
	const element = h("div", h("h2", "Journal"), h("div.row", only, filter), said, list);
	element.update = (anew) => {
		const { entries } = pane.model;
		if (element.closest("[hidden]") || (!anew && last === entries.at(-1))) return;
		last = entries.at(-1);
		const terms = filter.value.split(/\s+/).filter(Boolean);
		const made = entries.filter(({ kind, status_code }) => ["all", `${kind}s`, status_code >= 400 && "refused"].includes(only.value)).map((entry) => ({ entry, differ: differences(entry, terms) }));
		const met = made.filter(({ differ }) => !differ.length);
		const near = made.sort((a, b) => a.differ.length - b.differ.length || b.entry.number - a.entry.number);
		said.textContent = met.length || !made.length ? `${met.length} of ${entries.length} entries` : words.nearest;
		fill(list, ...(met.length ? met.slice(-SHOWN).reverse() : near.slice(0, NEAREST)).map(row));
	};
	return element;
}
