// The mock's control API, and the API itself as a client calls it.

import { ask, field, h, words } from "./dom.js";

const ROOT = new URL("../", import.meta.url);
const EVENTS = ["begin", "vms", "requests", "faults", "worlds", "journal", "clock", "gone"];
const KEPT = "vss-mock-control-token";

const bearer = (token) => (token ? { Authorization: `Bearer ${token}` } : {});
const controlToken = () => sessionStorage.getItem(KEPT);

async function exchange(url, token, method = "GET", body, read = "json") {
	const headers = method === "GET" ? bearer(token) : { ...bearer(token), "Content-Type": "application/json" };
	const answer = await fetch(url, { method, headers, body: typeof body === "object" ? JSON.stringify(body) : body });
	const document = await answer[answer.ok ? read : "json"]().catch(() => null); // many have no body
	if (answer.ok) return document;
	const { message = `the mock answered ${answer.status}`, parameters = [] } = document ?? {};
	throw Object.assign(new Error(message), { status: answer.status, parameters });
}

let asking;
const askForToken = () => (asking ??= ask(words.wants, [
	h("p", words.token),
	field(["Control token"], h("input", { name: "token", type: "password", autocomplete: "off", required: "" })),
], "Open", async ({ token }) => {
	await exchange(new URL("clock", ROOT), token);
	sessionStorage.setItem(KEPT, token);
}).finally(() => (asking = null)));

/** Call the control API at a path below /_mock/. */
export async function control(method, path, body, read) {
	for (;;) {
		try {
			return await exchange(new URL(path, ROOT), controlToken(), method, body, read);
		} catch (refused) {
			if (refused.status !== 401 || !(await askForToken())) throw refused;
		}
	}
}

export const api = (token, method, path, body) => exchange(new URL(`..${path}`, ROOT), token, method, body);

export const ofWorld = (name, rest = "") => `worlds/${encodeURIComponent(name)}${rest}`;

/** Follow a world; returns what ends it. EventSource bears no token: where one is wanted, fetch reads. */
export function follow(world, tell, says) {
	const url = new URL(ofWorld(world, "/events"), ROOT);
	const ending = new AbortController();
	const { signal } = ending;
	const lost = () => {
		if (signal.aborted) return;
		says(words.lost);
		setTimeout(read, 1000);
	};
	async function read() {
		try {
			await control("GET", ofWorld(world, "/clock")); // asks for the token where one is wanted
		} catch ({ status, message }) {
			return status < 500 ? says(message) : lost();
		}
		if (signal.aborted) return;
		if (controlToken()) return readEvents(url, signal, tell, says).catch(() => {}).then(lost);
		const source = new EventSource(url);
		for (const name of EVENTS) source.addEventListener(name, ({ data }) => tell(name, JSON.parse(data)));
		source.onopen = () => says("");
		source.onerror = () => (source.close(), lost());
		signal.onabort = () => source.close();
	}
	read();
	return () => ending.abort();
}

async function readEvents(url, signal, tell, says) {
	const { body, ok } = await fetch(url, { headers: bearer(controlToken()), signal });
	if (!ok) return;
	says("");
	const reader = body.pipeThrough(new TextDecoderStream()).getReader();
	for (let rest = ""; ;) {
		const { value, done } = await reader.read();
		if (done) return;
		const blocks = (rest + value).split("\n\n");
		rest = blocks.pop();
		for (const block of blocks) {
			const [, name, data] = /^event: (.*)\ndata: (.*)$/m.exec(block) ?? [];
			if (name) queueMicrotask(() => tell(name, JSON.parse(data)));
		}
	}
}
