// Making things happen: snapshots, and what is to go wrong.

import { api, control, ofWorld } from "./control.js";
import { button, field, form, h, select } from "./dom.js";
import { typed } from "./details.js";
import { HOUR, toronto } from "./times.js";
import words from "./words.json" with { type: "json" };

/** A form whose refusals are told at its inputs; what is about none of them, below. */
function refusable(says, inputs, confirm, does, ...others) {
	const rest = h("p.problem", { role: "alert" });
	const fields = Object.entries(inputs).map(([name, input]) => ({ name, input, row: field(says[name], input) }));
	return form(says.title, async () => {
		const typed = fields.map(({ name, input }) => [name, input.value]).filter(([, value]) => value);
		const refused = await does(Object.fromEntries(typed)).then(() => null, (problem) => problem);
		const wrong = fields.filter(({ name, row }) => row.says(refused?.about?.(name)));
		wrong[0]?.input.focus();
		rest.textContent = !refused ? "" : wrong.length && refused.parameters.every((name) => inputs[name]) ? words.refused : refused.message;
	}, h("h2", says.title), fields.map(({ row }) => row), h("button.main", confirm), rest, ...others);
}

/** `pick(vm)` chooses the machine. */
export function snapshotForm(pane, page) {
	const vm = select([...pane.model.vms.values()].slice(0, 500).map(({ uuid, name }) => ({ value: uuid, label: name })));
	const from_date = h("input", { value: toronto(Math.ceil(pane.model.now / HOUR) * HOUR + HOUR, 16) });
	const inputs = { vm, from_date, valid_for: h("input", { value: "12" }), description: h("input", { value: "before the upgrade" }) };
	const element = refusable(words.snapshot, inputs, "Submit", async ({ vm: uuid, ...body }) => {
		if (body.valid_for) body.valid_for = typed(body.valid_for);
		const { data } = await api(pane.user.token, "POST", `/v2/vm/${uuid}/snapshot`, body);
		page.made(pane, Number(/\d+$/.exec(data._links.request)[0]));
	});
	element.pick = ({ uuid, name }) => {
		if (![...vm.options].some(({ value }) => value === uuid)) vm.append(h("option", { value: uuid }, name));
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
		list.replaceChildren(...faults.map(({ id, kind: what, fired, seen, ...how }) => h("li",
			`${id}: ${what}${Object.entries(how).map(([name, each]) => ` ${name}=${each}`).join("")} · struck ${fired} of ${seen} `,
			button("Clear", () => pane.does("DELETE", `/faults/${id}`), { label: `Clear fault ${id}` }))),
		faults.length > 1 ? button("Clear all", () => pane.does("DELETE", "/faults")) : "");
	};
	return element;
}
