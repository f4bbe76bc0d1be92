// What a thing is, and what the documents say of it.

import { api } from "./control.js";
import { button, copyable, field, form, h, pre, tabs } from "./dom.js";
import { nameOf } from "./model.js";
import { both } from "./times.js";

const verdict = (of, judged) => judged && h("p", { class: judged.valid ? "good" : "bad" }, `${judged.valid ? "✓" : "✗"} ${of} ${judged.valid ? "fits" : "breaks"} ${judged.schema}`,
	judged.violations.map((violation) => ` ${violation.sentence}`));
const unfolded = (title, ...inside) => h("details", { open: true }, h("summary", title), ...inside);

/** A call, its answer, and how both stand to the documents. */
export function explained({ description, call, answer, snippets, evidence, faults, ...told }) {
	const clients = Object.entries({ curl: snippets.curl, HTTPie: snippets.httpie, pyvss: snippets.pyvss }).filter(([, text]) => text);
	return h("div", h("p", description),
		tabs("Clients", Object.fromEntries(clients.map(([name, text]) => [name, copyable(text)]))).element,
		verdict("The body", told.request_schema),
		answer ? unfolded(`Answer: ${answer.status_code}`, pre(answer.body ?? "")) : h("p.quiet", "Its answer is not kept any more."),
		verdict("The answer", told.answer_schema),
		faults.length > 0 && h("p.bad", `Struck by fault ${faults.join(", ")}.`),
		unfolded("Evidence", h("ul.plain", evidence.map((rule) => h("li", h("b", { class: rule.evidence }, rule.evidence), ` ${rule.of}: ${rule.source}`)))));
}

export async function ofRequest(pane, row) {
	const { made, shown } = await pane.get(`/requests/${row.kind}/${row.id}`);
	return [
		h("h2", { tabindex: -1 }, `${nameOf(row)} `, h("span", { class: `chip ${row.phase.replace(" ", "-")}` }, row.state)),
		h("p", h("b", pane.model.vms.get(row.vm)?.name), `, by ${row.user}. ${row.says}.`),
		row.description && h("blockquote", row.description),
		row.failure && h("p.bad", row.failure),
		row.due && h("p", `Next: ${row.due.event} at ${both(row.next)} `, button("Go there", () => pane.move({ advance_to: row.due.at }))),
		actions(pane, row), tabs("Calls", { "Made by": explained(made), "As shown": explained(shown) }).element,
	];
}

export const ofSeveral = (rows, open) => [h("h2", { tabindex: -1 }, `${rows.length} requests`), h("ul", rows.slice(0, 200).map((row) => h("li", button(row.says, () => open(row)))))];

/** What a caller may do with a request. */
function actions(pane, row) {
	const hours = field("Hours", h("input", { value: "12", size: 4 }));
	const act = (method, path, body) => api(pane.user.token, method, path, body).then(() => hours.says(), ({ message }) => hours.says(message));
	const own = `/v2/request/${row.kind}/${row.id}`;
	const snapshot = `/v2/vm/${row.vm}/snapshot/${row.snapshot}`;
	const extend = () => act("PUT", own, { attribute: "duration", value: typed(hours.control.value) });
	if (row.kind === "change" && row.phase === "submitted") return button("Cancel it", () => act("PUT", own, { scheduled: false }));
	return row.job === "create" && row.phase === "scheduled" && form("What to do with the snapshot", extend, h("div.row",
		hours, h("button", "Extend"), button("Revert", () => act("PATCH", snapshot)), button("Delete", () => act("DELETE", snapshot))));
}

export const typed = (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);

/** A machine: `open(id)` shows a request, `snapshot(vm)` asks for one. */
export async function ofMachine(pane, vm, open, snapshot) {
	const told = await pane.get(`/peek?target=/v2/vm/${vm.uuid}`);
	return [h("h2", { tabindex: -1 }, vm.name), h("p", `${vm.power_state}, ${vm.cpu_count} processors, ${vm.memory_mb} MB `, button("Ask for a snapshot", () => snapshot(vm))),
		h("ul", vm.snapshots.map((each) => h("li", button(`snapshot ${each.id}`, () => open(each.request)), ` since ${both(Date.parse(each.created_on))}`))), explained(told)];
}

export async function ofEntry(pane, number) {
	const told = await pane.get(`/journal/${number}`);
	return [h("h2", { tabindex: -1 }, `entry ${number}: ${told.call ? `${told.call.method} ${told.operation ?? "nothing there"}` : told.event.event}`),
		told.call ? explained(told) : pre(told.event)];
}
