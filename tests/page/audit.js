// What is wrong about how a page is built and drawn, for tests: an expression, whose functions return complaints.
// What stands in FOREIGN, a selector, is of others.
(FOREIGN) => ({
	structure() {
		const all = (selector) => [...document.querySelectorAll(selector)];
		const own = (selector) => all(selector).filter((each) => !each.closest(FOREIGN));
		const ids = all("[id]").map((each) => each.id);
		const wrong = [
			...ids.filter((id, index) => ids.indexOf(id) < index).map((id) => `the id ${id} twice`),
			...own("label[for]").filter(({ control }) => !control).map((each) => `a label of nothing: ${each.textContent}`),
			...own("[aria-describedby]").filter((each) => !document.getElementById(each.getAttribute("aria-describedby")))
				.map((each) => `described by nothing: ${each.outerHTML}`),
			...own("li").filter((each) => !each.parentNode.matches("ul:not([role]), ol:not([role])")).map((each) => `an item of no list: ${each.textContent}`),
			...own("[tabindex]").filter(({ tabIndex }) => tabIndex > 0).map((each) => `an order of its own: ${each.outerHTML}`),
		];
		if (!document.documentElement.lang) wrong.push("no language");
		if (!document.title) wrong.push("no title");
		for (const [selector, count] of [["h1", 1], ["main", 1], ["body > header", 1]]) {
			if (all(selector).length !== count) wrong.push(`${all(selector).length} of ${selector}`);
		}
		const levels = own("h1, h2, h3").filter((each) => each.checkVisibility()).map(({ tagName }) => Number(tagName[1]));
		if (levels.some((level, index) => level > (levels[index - 1] ?? 0) + 1)) wrong.push(`headings ${levels}`);
		return wrong;
	},

	contrast() {
		const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
		const known = new Map();
		const rgba = (color) => {
			if (!known.has(color)) {
				context.clearRect(0, 0, 1, 1);
				context.fillStyle = color;
				context.fillRect(0, 0, 1, 1);
				known.set(color, [...context.getImageData(0, 0, 1, 1).data].map((value) => value / 255));
			}
			return known.get(color);
		};
		const over = ([r, g, b, a], ground) => [r, g, b].map((value, index) => value * a + ground[index] * (1 - a));
		const ground = (element) => {
			const layers = [];
			for (let each = element; each; each = each.parentElement) layers.push(rgba(getComputedStyle(each).backgroundColor));
			if (element.parentElement?.matches(".bar.create")) layers.unshift(rgba(getComputedStyle(element.parentElement.children[1]).backgroundColor));
			return layers.reverse().reduce((below, layer) => over(layer, below), [1, 1, 1]);
		};
		const light = (color) => color.map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
			.reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
		const ratio = (color, below) => {
			const [a, b] = [light(over(rgba(color), below)), light(below)].sort((one, two) => two - one);
			return (a + 0.05) / (b + 0.05);
		};
		const wrong = [];
		let looked = 0;
		const judge = (what, color, below, wanted) => {
			looked++;
			const is = ratio(color, below);
			if (is < wanted) wrong.push(`${is.toFixed(2)} of ${wanted}: ${what}`);
		};
		const seen = (element) => !element.closest(`:disabled, [aria-disabled=true], ${FOREIGN}`) && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
		const text = (element, style, words) => {
			const size = parseFloat(style.fontSize);
			judge(`${element.tagName}.${element.className} ${words}`, style.color, ground(element), size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5);
		};
		const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (nodes.nextNode()) {
			const { parentElement: element, textContent } = nodes.currentNode;
			if (textContent.trim() && seen(element) && !element.closest("option, noscript")) text(element, getComputedStyle(element), textContent.slice(0, 40));
		}
		for (const element of document.querySelectorAll("input, select")) {
			if (!seen(element)) continue;
			text(element, getComputedStyle(element), "its value");
			if (element.placeholder) text(element, getComputedStyle(element, "::placeholder"), "its placeholder");
			judge(`${element.outerHTML.slice(0, 60)}, its edge`, getComputedStyle(element).borderTopColor, ground(element.parentElement), 3);
		}
		for (const element of document.querySelectorAll(".bar.create .block, .several, .chip, .swatch")) {
			if (seen(element)) judge(`${element.parentElement.className} .${element.className}, its edge`, getComputedStyle(element).borderTopColor, ground(element.closest(".bars, p, h2, .legend")), 3);
		}
		for (const element of document.querySelectorAll(".mark")) judge("a mark", getComputedStyle(element).borderTopColor, ground(element.parentElement), 3);
		for (const element of document.querySelectorAll(".now")) judge("now", getComputedStyle(element).borderLeftColor, ground(element.closest(".lanes")), 3);
		return { looked, wrong };
	},

	fits() {
		const wrong = [];
		const { scrollWidth, scrollHeight } = document.documentElement;
		if (scrollWidth > innerWidth) wrong.push(`the page is ${scrollWidth} wide`);
		if (innerWidth > 800 && scrollHeight > innerHeight) wrong.push(`the page is ${scrollHeight} high`);
		for (const part of document.querySelectorAll("main, aside, dialog, form, .row")) {
			if (part.checkVisibility() && part.scrollWidth > part.clientWidth + 1) wrong.push(`${part.outerHTML.slice(0, 60)} is ${part.scrollWidth} wide`);
		}
		const modal = document.querySelector("dialog");
		for (const each of (modal ?? document).querySelectorAll("button, input, select, summary, a, label, h1, h2")) {
			if (!each.checkVisibility() || each.closest(".lanes, [type=file]")) continue;
			const { left, right, top, bottom, width, height } = each.getBoundingClientRect();
			const what = `${each.tagName} ${each.ariaLabel ?? each.textContent.slice(0, 40)}`;
			if (left < 0 || right > innerWidth) wrong.push(`${what} is cut at the side`);
			if (each.scrollWidth > each.clientWidth + 1 && each.clientWidth && !each.matches("input, select")) wrong.push(`${what} is cut`);
			const [x, y] = [left + width / 2, top + height / 2];
			const around = each.closest("aside, main")?.getBoundingClientRect();
			if (y > innerHeight || y < 0 || (around && (y > around.bottom || y < around.top))) continue; // to be scrolled to
			const hit = document.elementFromPoint(x, y);
			if (each.matches("button, input, select, summary, a") && !each.contains(hit) && !hit?.matches(".mark")) wrong.push(`${what} is under ${hit?.outerHTML.slice(0, 60)}`);
		}
		return wrong;
	},

	small(least) {
		return [...document.querySelectorAll("button, input, select, summary, a")]
			.filter((each) => each.checkVisibility() && !each.matches("[type=file]"))
			.map((each) => [each.getBoundingClientRect(), each])
			.filter(([{ width, height }, each]) => height < least || (width < least && !each.matches(".bar")))
			.map(([{ width, height }, each]) => `${width} x ${height}: ${each.outerHTML.slice(0, 80)}`);
	},
})
