// The mock's control API, and the API itself as a client calls it.

import { ask, field, h } from "./dom.js";
import words from "./words.json" with { type: "json" };

const ROOT = new URL("../", import.meta.url);
const EVENTS = ["begin", "vms", "requests", "faults", "worlds", "journal", "clock", "gone"];
const KEPT = "vss-mock-control-token";

const bearer = (token) => (token ? { Authorization: `Bearer ${token}` } : {});
const controlToken = () => sessionStorage.getItem(KEPT);

async function exchange(url, token, method = "GET", body) {
	const headers = method === "GET" ? bearer(token) : { ...bearer(token), "Content-Type": "application/json" };
	const answer = await fetch(url, { method, headers, body: typeof body === "object" ? JSON.stringify(body) : body });
	const document = await answer.json().catch(() => null); // many have no body
	if (answer.ok) return document;
	const { message = `the mock answered ${answer.status}`, parameters = [] } = document ?? {};
	throw Object.assign(new Error(message), { status: answer.status, parameters });
}

let asking;
const askForToken = () => (asking ??= ask("This mock wants its control token", [
	h("p", words.token),
	field(["Control token"], h("input", { name: "token", type: "password", autocomplete: "off", required: "" })),
], "Open", async ({ token }) => {
	await exchange(new URL("clock", ROOT), token);
	sessionStorage.setItem(KEPT, token);
}).finally(() => (asking = null)));

/** Call the control API at a path below /_mock/, with the control token where one is wanted. */
export async function control(method, path, body) {
	for (;;) {
		try {
			return await exchange(new URL(path, ROOT), controlToken(), method, body);
		} catch (refused) {
			if (refused.status !== 401 || !(await askForToken())) throw refused;
		}
	}
}

export const api = (token, method, path, body) => exchange(new URL(`..${path}`, ROOT), token, method, body);

export const ofWorld = (name, rest = "") => `worlds/${encodeURIComponent(name)}${rest}`;

/** Follow a world; returns what ends it. EventSource sends no header: with a control token, fetch reads the stream. */
export async function follow(world, tell, state) {
	const url = new URL(ofWorld(world, "/events"), ROOT);
	if (controlToken()) return followByFetch(url, tell, state);
	const source = new EventSource(url);
	for (const name of EVENTS) source.addEventListener(name, ({ data }) => tell(name, JSON.parse(data)));
	source.onopen = () => state(true);
	const refused = await new Promise((resolve) => {
		source.addEventListener("open", () => resolve(false), { once: true });
		source.onerror = () => (state(false), resolve(source.readyState === EventSource.CLOSED));
	});
	if (!refused) return () => source.close();
	await control("GET", ofWorld(world)); // asks for the token, or says what is wrong
	return follow(world, tell, state);
}

function followByFetch(url, tell, state) {
	const ending = new AbortController();
	const { signal } = ending;
	const read = async () => {
		try {
			const answer = await fetch(url, { headers: bearer(controlToken()), signal });
			state(answer.ok);
			if (answer.ok) await readEvents(answer.body.pipeThrough(new TextDecoderStream()).getReader(), tell);
		} catch {
			// gone: tried again, as EventSource does
		}
		if (signal.aborted) return;
		state(false);
		setTimeout(read, 1000);
	};
	read();
	return () => ending.abort();
}

async function readEvents(reader, tell) {
	for (let rest = ""; ;) {
		const { value, done } = await reader.read();
		if (done) return;
		const blocks = (rest + value).split("\n\n");
		rest = blocks.pop();
		for (const block of blocks) {
			const [, name, data] = /^event: (.*)\ndata: (.*)$/m.exec(block) ?? [];
			if (name) tell(name, JSON.parse(data));
		}
	}
}
