// Elements: every value becomes text or an attribute, never markup.

export { default as words } from "./words.json" with { type: "json" };

/** Make an element: `tag.class`, attributes if any (`on…` listens), what is in it. */
export function h(name, ...inside) {
	const [tag, ...classes] = name.split(".");
	const element = document.createElement(tag);
	const given = inside[0]?.constructor === Object ? inside.shift() : {};
	element.classList.add(...classes);
	const there = (value) => value != null && value !== false;
	for (const [key, value] of Object.entries(given)) {
		if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
		else if (there(value)) element.setAttribute(key === "label" ? "aria-label" : key, value);
	}
	element.append(...inside.flat().filter(there));
	return element;
}

/** Set styles, in a way that a strict policy allows. */
export function place(element, styles) {
	for (const [name, value] of Object.entries(styles)) element.style.setProperty(name, value);
	return element;
}

export const alert = () => h("p.problem", { role: "alert" });

/** Fill an element anew; the keyboard stays where it is in it, or close by. */
export function fill(element, ...children) {
	const all = () => [...element.querySelectorAll("button, input, select, [tabindex]")].filter((each) => each.checkVisibility());
	const name = (each) => each.ariaLabel || each.textContent;
	const { activeElement: was } = document;
	const at = element.contains(was) ? all().indexOf(was) : -1;
	element.replaceChildren(...children);
	if (at >= 0) (all().find((each) => name(each) === name(was)) ?? all()[at] ?? all().at(-1) ?? element.parentNode.querySelector("button, input")).focus({ preventScroll: true });
}

export const button = (label, onclick, attributes) => h("button", { type: "button", onclick, ...attributes }, label);

let made = 0;
/** A form field; `says(sentence)` shows what is refused of it. */
export function field([label, note], control) {
	control.id = `field-${++made}`;
	const problem = h("span.problem", { id: `${control.id}-problem` });
	control.setAttribute("aria-describedby", problem.id);
	const says = (sentence = "") => {
		control.ariaInvalid = Boolean(sentence);
		return (problem.textContent = sentence);
	};
	return Object.assign(h("div.field", h("label", { for: control.id }, label), control, note && h("small", note), problem), { says });
}

export const select = (options, attributes) => h("select", attributes ?? {}, options.map((option) => h("option", { value: option.value ?? option }, option.label ?? option)));
export const form = (label, onsubmit, ...children) => h("form", { label, onsubmit: (event) => (event.preventDefault(), onsubmit()) }, ...children);

export const short = (text) => text.replace(/([0-9a-f]{8})(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "$1…");

export const pre = (value) => h("pre", { tabindex: 0 }, typeof value === "string" ? value : JSON.stringify(value, null, 2));

/** Text to copy; where there is no clipboard it is selected, for Ctrl-C. */
export const copyable = (text) => h("div.copy", pre(text), button("Copy", async ({ target }) => {
	getSelection().selectAllChildren(target.previousSibling);
	target.textContent = (await navigator.clipboard?.writeText(text).then(() => "Copied", () => "")) || "Selected: Ctrl-C";
}));

/** Tabs over `panels`, elements by name; `picked` hears of a change. */
export function tabs(label, panels, picked) {
	const names = Object.keys(panels);
	const pick = (wanted) => names.forEach((name, index) => {
		const tab = list.children[index];
		tab.ariaSelected = name === wanted;
		tab.tabIndex = name === wanted ? 0 : -1;
		panels[name].hidden = name !== wanted;
		picked?.();
	});
	const list = h("div", { role: "tablist", label, onkeydown: ({ key, target }) => {
		const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
		const next = by && list.children[(names.indexOf(target.textContent) + by + names.length) % names.length];
		next?.click();
		next?.focus();
	} }, names.map((name) => button(name, () => pick(name), { role: "tab" })));
	for (const [name, panel] of Object.entries(panels)) {
		panel.role = "tabpanel";
		panel.ariaLabel = name;
	}
	pick(names[0]);
	return { element: h("div", list, Object.values(panels)), pick };
}

/** Ask in a dialog until `does(values)` refuses no more, or it is closed. */
export function ask(title, fields, confirm, does) {
	return new Promise((resolve) => {
		const problem = alert();
		const close = () => dialog.close();
		const asked = form(title, async () => {
			try {
				await does(Object.fromEntries(new FormData(asked)));
				resolve(true);
				close();
			} catch (refused) {
				problem.textContent = refused.message;
			}
		}, h("h2", title), fields, problem, h("div.row", h("button.main", confirm), button("Cancel", close)));
		const dialog = h("dialog", { label: title, onclose: () => (dialog.remove(), resolve(false)) }, asked);
		document.body.append(dialog);
		dialog.showModal();
	});
}
