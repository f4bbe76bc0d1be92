// What a thing is, what the documents say of it, and what can be done.

import { api, control, ofWorld } from "./control.js";
import { alert, button, copyable, field, fill, form, h, pre, select, short, tabs, words } from "./dom.js";
import { inWords, nameOf } from "./model.js";
import { both, HOUR, toronto } from "./times.js";

const SHOWN = 200;

const titled = (...inside) => h("h2", { tabindex: -1 }, ...inside);
const verdict = (of, judged) => judged && h(`p.${judged.valid ? "good" : "bad"}`, `${judged.valid ? "✓" : "✗"} ${of} ${judged.valid ? "fits" : "breaks"} ${judged.schema}`,
	judged.violations.map((violation) => ` ${violation.sentence}`));
const unfolded = (title, ...inside) => h("details", { open: true }, h("summary", title), ...inside);

/** A call, its answer, and how both stand to the documents. */
function explained({ description, call, answer, snippets, evidence, faults, ...told }) {
	const clients = Object.entries({ curl: snippets.curl, HTTPie: snippets.httpie, pyvss: snippets.pyvss }).filter(([, text]) => text);
	return h("div", h("p", description),
		tabs("Clients", Object.fromEntries(clients.map(([name, text]) => [name, copyable(text)]))).element,
		verdict("The body", told.request_schema),
		answer ? unfolded(`Answer: ${answer.status_code}`, pre(answer.body ?? "")) : h("p.quiet", words.unkept),
		verdict("The answer", told.answer_schema),
		faults.length > 0 && h("p.bad", `Struck by fault ${faults.join(", ")}.`),
		unfolded("Evidence", h("ul.plain", evidence.map((rule) => h("li", h("b", { class: rule.evidence }, rule.evidence), ` ${rule.of}: ${rule.source}`)))));
}

export async function ofRequest(pane, row) {
	const { made, shown } = await pane.get(`/requests/${row.kind}/${row.id}`);
	return [
		titled(`${nameOf(row)} `, h(`span.chip.${row.tone}`, row.state)),
		h("p", h("b", pane.model.vms.get(row.vm)?.name), `, by ${row.user}. ${row.says}.`),
		row.description && h("blockquote", row.description),
		row.failure && h("p.bad", row.failure),
		row.due && h("p", `Next: ${row.due.event} at ${both(row.next)} `, button("Go there", () => pane.move({ advance_to: row.due.at }))),
		actions(pane, row), tabs("Calls", { "Made by": explained(made), "As shown": explained(shown) }).element,
	];
}

export const ofSeveral = (rows, open) => [titled(`${rows.length} requests`), h("ul", rows.slice(0, SHOWN).map((row) => h("li", button(row.says, () => open(row)))))];

function actions(pane, row) {
	const input = h("input", { value: "12", size: 4 });
	const hours = field(["Hours"], input);
	const act = (method, path, body) => api(pane.user.token, method, path, body).then(() => hours.says(), ({ message }) => hours.says(message));
	const own = `/v2/request/${row.kind}/${row.id}`;
	const snapshot = `/v2/vm/${row.vm}/snapshot/${row.snapshot}`;
	const extend = () => act("PUT", own, { attribute: "duration", value: typed(input.value) });
	if (row.kind === "change" && row.phase === "submitted") return button("Cancel it", () => act("PUT", own, { scheduled: false }));
	return row.job === "create" && row.phase === "scheduled" && form("What to do with the snapshot", extend, h("div.row",
		hours, h("button", "Extend"), button("Revert", () => act("PATCH", snapshot)), button("Delete", () => act("DELETE", snapshot))));
}

const typed = (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);

/** A machine: `open(id)` shows a request, `snapshot(vm)` asks for one. */
export async function ofMachine(pane, vm, open, snapshot) {
	const told = await pane.get(`/peek?target=/v2/vm/${vm.uuid}`);
	return [titled(vm.name), h("p", `${vm.power_state}, ${vm.cpu_count} processors, ${vm.memory_mb} MB `, button("Ask for a snapshot", () => snapshot(vm))),
		h("ul", vm.snapshots.map((each) => h("li", button(`snapshot ${each.id}`, () => open(each.request)), ` since ${both(Date.parse(each.created_on))}`))), explained(told)];
}

export async function ofEntry(pane, number) {
	const told = await pane.get(`/journal/${number}`);
	return [titled(`entry ${number}: ${told.call ? `${told.call.method} ${told.operation ?? "nothing there"}` : told.event.event}`),
		told.call ? explained(told) : pre(told.event)];
}

/** What a refusal says of a member. */
function about({ message, parameters = [] }, name) {
	if (!parameters.includes(name)) return undefined;
	const said = message.split("; ").filter((each) => each.startsWith(`${name}:`) || each.includes(`'${name}'`));
	return (said.join("; ") || message).replace(`${name}: `, "");
}

/** A form whose refusals are told at its inputs, or below. */
function refusable(says, inputs, confirm, does, ...others) {
	const rest = alert();
	const fields = Object.entries(inputs).map(([name, input]) => ({ name, input, row: field(says[name], input) }));
	return form(says.title, async () => {
		const typed = fields.map(({ name, input }) => [name, input.value]).filter(([, value]) => value);
		const refused = await does(Object.fromEntries(typed)).then(() => null, (problem) => problem);
		const wrong = fields.filter(({ name, row }) => row.says(about(refused ?? {}, name)));
		wrong[0]?.input.focus();
		rest.textContent = !refused ? "" : wrong.length && refused.parameters.every((name) => inputs[name]) ? words.refused : refused.message;
	}, h("h2", says.title), fields.map(({ row }) => row), h("button.main", confirm), rest, ...others);
}

export function snapshotForm(pane, page) {
	const vm = select([...pane.model.vms.values()].map(({ uuid, name }) => ({ value: uuid, label: name })));
	const from_date = h("input", { value: toronto(Math.ceil(pane.model.now / HOUR) * HOUR + HOUR, 16) });
	const inputs = { vm, from_date, valid_for: h("input", { value: "12" }), description: h("input", { value: "before the upgrade" }) };
	const element = refusable(words.snapshot, inputs, "Submit", async ({ vm: uuid, ...body }) => {
		if (body.valid_for) body.valid_for = typed(body.valid_for);
		const { data } = await api(pane.user.token, "POST", `/v2/vm/${uuid}/snapshot`, body);
		page.made(pane, Number(/\d+$/.exec(data._links.request)[0]));
	});
	element.pick = ({ uuid }) => {
		vm.value = uuid;
		from_date.focus();
	};
	return element;
}

export function faultForm(pane) {
	const kind = select(Object.keys(words.faults), { onchange: () => tell() });
	const list = h("ul.plain", { label: "Faults" });
	const element = refusable(words.fault, { kind, operation: h("input"), times: h("input"), more: h("input") }, "Add fault", ({ more = "", ...told }) => {
		const pairs = more.split(/\s+/).filter(Boolean).map((each) => each.split(/=(.*)/));
		return control("POST", ofWorld(pane.name, "/faults"), Object.fromEntries([...Object.entries(told), ...pairs].map(([name, text = ""]) => [name, typed(text)])));
	}, list);
	const tell = () => (element.querySelector("small").textContent = words.faults[kind.value]);
	tell();
	element.update = () => {
		const { faults } = pane.model;
		if (element.shown === faults) return;
		element.shown = faults;
		fill(list, ...faults.map(({ id, kind: what, fired, seen, ...how }) => h("li",
			`${id}: ${what}${Object.entries(how).map(([name, each]) => ` ${name}=${each}`).join("")} · struck ${fired} of ${seen} `,
			button("Clear", () => pane.does("DELETE", `/faults/${id}`), { label: `Clear fault ${id}` }))),
		faults.length > 1 ? button("Clear all", () => pane.does("DELETE", "/faults")) : "");
	};
	return element;
}

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
	const only = select(["all", "calls", "events", "refused"], { label: "Which entries", onchange: update });
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
		fill(list, ...(met.length ? met.slice(-SHOWN).reverse() : near.slice(0, 3)).map(row));
	};
	return element;
}
