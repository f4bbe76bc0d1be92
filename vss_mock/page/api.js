// The OpenAPI document of a world in Swagger UI, tried out on that world; the life of a request; the slips of the documents.

import { control, ofWorld } from "./control.js";
import { h, words } from "./dom.js";

const name = new URLSearchParams(location.search).get("world") || "default";
const world = h("span.quiet");
const told = h("p", { role: "status" }, words.fetching);
const operations = h("section");
const slips = h("section", { id: "slips" });

document.body.append(
	h("header.top", h("a", { href: `../?world=${encodeURIComponent(name)}` }, "vss-mock"), h("h1", "The API ", world),
		words.api.map(([href, text]) => h("a", { href }, text))),
	h("div", told, operations, h("section", { id: "life" }, h("h2", words.api[1][1]), h("img", { src: "lifecycle.svg", alt: words.picture })), slips));

/** Descriptions as text, where Swagger UI makes HTML: so that nothing may (Trusted Types). */
const asText = () => ({ wrapComponents: { Markdown: (_, { React }) => ({ source }) => React.createElement("p", { className: "markdown" }, source) } });

async function show() {
	const { dialect, users: [user] } = await control("GET", ofWorld(name));
	world.textContent = `of world ${name}, as of ${dialect}`;
	const document = ofWorld(name, "/openapi.json");
	if (!window.SwaggerUIBundle) return told.replaceChildren(words.bare, h("a", { href: `../${document}` }, "the OpenAPI document"));
	const spec = await control("GET", document);
	spec.servers = [{ url: new URL("../..", import.meta.url).href }];
	const ui = window.SwaggerUIBundle({
		domNode: operations, spec, presets: [window.SwaggerUIBundle.presets.apis], plugins: [asText],
		validatorUrl: null, defaultModelsExpandDepth: 0, filter: true, tryItOutEnabled: true,
		onComplete: () => {
			ui.preauthorizeApiKey("bearer", user.token);
			ui.preauthorizeBasic("password", user.login, user.password);
			told.hidden = true;
		},
	});
}

async function tellSlips() {
	const all = await control("GET", "page/slips.json");
	slips.append(h("h2", words.slips), ...all.slips.map(({ title, of, says, does, source }) => h("article",
		h("h3", title), h("p", h("b", `${of} `), says), h("p", h("b", "the mock "), does), h("small", source))));
}

const dark = matchMedia("(prefers-color-scheme: dark)");
(dark.onchange = () => document.documentElement.classList.toggle("dark-mode", dark.matches))();
show().catch(({ message }) => (told.textContent = message));
tellSlips();
