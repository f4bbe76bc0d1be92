// A guided tour: its steps are data, done by calls that anybody may make.

import { api, control, ofWorld } from "./control.js";
import { button, h, short } from "./dom.js";
import tour from "./tour.json" with { type: "json" };

export function tourOf(page) {
	const element = h("section.tour", { label: "Guided tour", hidden: true });
	let known, pane;

	async function start() {
		const world = `tour-${Date.now().toString(36)}`; // one of its own, whoever else is on tour here
		const { vms: [vm], users: [user] } = await control("PUT", ofWorld(world), tour.world);
		known = { world, vm: vm.uuid, token: user.token };
		for (const other of page.panes.slice(1)) page.gone(other);
		pane = page.enter(world, page.panes[0]);
		await pane.ready;
		await tell(0);
	}

	/** Do a step, tell it, and look whether it is so. */
	async function tell(at) {
		const step = tour.steps[at];
		element.hidden = !step;
		if (!step) return document.activeElement.blur(), page.rescue();
		const checks = h("ul.plain");
		const next = button(tour.steps[at + 1] ? "Next" : "End", () => tell(at + 1), { class: "main", disabled: true });
		element.replaceChildren(h("h2", { tabindex: -1 }, `${at + 1} of ${tour.steps.length}: ${step.title}`), h("p", { role: "status" }, step.text), checks,
			h("div.row", next, button("Leave", () => tell(-1))));
		element.firstChild.focus();
		try {
			for (const deed of step.do) await does(filled(deed));
			for (const check of step.see) checks.append(await looked(filled(check)));
		} catch ({ message }) {
			checks.append(h("li.bad", message));
		}
		next.disabled = false;
		next.focus();
	}

	/** Names in braces become what is known. */
	const filled = (value) => JSON.parse(JSON.stringify(value).replace(/\{(\w+)\}/g, (_, name) => known[name]));

	async function does({ call = "", body, as = "token", refused, fork, show: { tab, request } = {} }) {
		const [method, path] = call.split(" ");
		if (fork) {
			const forked = await page.fork(pane);
			await forked.ready;
			Object.assign(known, { [fork]: forked.name, [`${fork}_token`]: forked.user.token });
		} else if (path?.startsWith("/")) await api(known[as], method, path, body).catch((problem) => refused || Promise.reject(problem));
		else if (path) await control(method, path, body);
		if (tab || request) page.activate(pane);
		if (tab) page.tabs.pick(tab);
		if (request) await page.open(pane, await pane.model.told(request));
	}

	/** Look, without a trace, whether an answer is as told. */
	async function looked({ world = known.world, target, member, is }) {
		const { answer } = await control("GET", ofWorld(world, `/peek?target=${encodeURIComponent(target)}`));
		const seen = JSON.stringify(member.split(".").reduce((value, name) => value?.[name], answer));
		const good = seen === JSON.stringify(is);
		return h(`li.${good ? "good" : "bad"}`, `${good ? "✓" : "✗"} ${world}: ${short(target)} has ${member.split(".").at(-1)} ${seen}`);
	}

	return { element, start };
}
