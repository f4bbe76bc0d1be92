// Making things happen: snapshots, and what is to go wrong.

import { api, control, ofWorld } from "./control.js";
import { button, field, form, h, select } from "./dom.js";
import { typed } from "./details.js";
import { HOUR, toronto } from "./times.js";
import words from "./words.json" with { type: "json" };

/** A form whose refusals are told at its fields; what is about none of them, below. */
function refusable(title, fields, confirm, does, ...others) {
	const rest = h("p.problem", { role: "alert" });
	return form(title, async () => {
		const typed = Object.entries(fields).map(([name, { control }]) => [name, control.value]).filter(([, value]) => value);
		const refused = await does(Object.fromEntries(typed)).then(() => null, (problem) => problem);
		const wrong = Object.entries(fields).filter(([name, each]) => each.says(refused?.about?.(name))).map(([, each]) => each.control);
		wrong[0]?.focus();
		rest.textContent = !refused ? "" : wrong.length && refused.parameters.every((name) => fields[name]) ? "Refused, and nothing has changed." : refused.message;
	}, h("h2", title), Object.values(fields), h("button.main", confirm), rest, ...others);
}

/** `pick(vm)` chooses the machine. */
export function snapshotForm(pane, page) {
	const vm = select([...pane.model.vms.values()].slice(0, 500).map(({ uuid, name }) => ({ value: uuid, label: name })));
	const fields = {
		vm: field("Machine", vm),
		from_date: field("From, in Toronto", h("input", { value: toronto(Math.ceil(pane.model.now / HOUR) * HOUR + HOUR, 16) }), "YYYY-MM-DD HH:MM"),
		valid_for: field("For how many hours", h("input", { value: "12", inputmode: "numeric" }), "1 to 72"),
		description: field("Description", h("input", { value: "before the upgrade" })),
	};
	const element = refusable("Ask for a snapshot", fields, "Submit", async ({ vm: uuid, ...body }) => {
		if (body.valid_for) body.valid_for = typed(body.valid_for);
		const { data } = await api(pane.user.token, "POST", `/v2/vm/${uuid}/snapshot`, body);
		page.made(pane, Number(/\d+$/.exec(data._links.request)[0]));
	});
	element.pick = ({ uuid, name }) => {
		if (![...vm.options].some((option) => option.value === uuid)) vm.append(h("option", { value: uuid }, name));
		vm.value = uuid;
		fields.from_date.control.focus();
	};
	return element;
}

export function faultForm(pane) {
	const kind = select(Object.keys(words.faults), { onchange: () => tell() });
	const fields = {
		kind: field("What goes wrong", kind, " "),
		operation: field("Operation", h("input", { placeholder: "any, as vm-snapshot-create" })),
		times: field("How often", h("input", { placeholder: "always", inputmode: "numeric" })),
		more: field("More", h("input", { placeholder: "status_code=503 nth=2" }), "as `vss-mock fault add` takes it"),
	};
	const list = h("ul.plain", { "aria-label": "Faults" });
	const element = refusable("Let something go wrong", fields, "Add fault", ({ more = "", ...told }) => {
		const pairs = more.split(/\s+/).filter(Boolean).map((each) => each.split(/=(.*)/));
		return control("POST", ofWorld(pane.name, "/faults"), Object.fromEntries([...Object.entries(told), ...pairs].map(([name, text = ""]) => [name, typed(text)])));
	}, list);
	const tell = () => (fields.kind.querySelector("small").textContent = words.faults[kind.value]);
	tell();
	element.update = () => {
		const { faults } = pane.model;
		if (element.shown === faults) return;
		element.shown = faults;
		list.replaceChildren(...faults.map(({ id, kind: what, fired, seen, ...how }) => h("li",
			`${id}: ${what}${Object.entries(how).map(([name, each]) => ` ${name}=${each}`).join("")} · struck ${fired} of ${seen} `,
			button("Clear", () => pane.does("DELETE", `/faults/${id}`), { "aria-label": `Clear fault ${id}` }))),
		faults.length > 1 ? button("Clear all", () => pane.does("DELETE", "/faults")) : "");
	};
	return element;
}
