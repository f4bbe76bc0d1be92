// Shows the OpenAPI document of a world in Swagger UI, ready to be tried out on that world, with the
// life of a request and the slips of the documents below. It calls nothing but the mock it comes from.

const ROOT = new URL("../../", import.meta.url);
const KEY = "vss-mock-control-token";
const name = new URLSearchParams(location.search).get("world") || "default";
const at = (id) => document.getElementById(id);

/** What the mock refused to answer: its status code, and its sentence. */
class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Answers the JSON that is at a path below the mock; throws Refused. */
async function get(path) {
  const token = sessionStorage.getItem(KEY);
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch(new URL(path, ROOT), { headers });
  const document = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, document.message);
  return document;
}

/** Resolves once a control token was given, which is then in the session's storage. */
function letIn() {
  const form = at("let-in");
  at("wrong").textContent = sessionStorage.getItem(KEY) === null ? "" : "It is not this one.";
  at("told").hidden = true;
  form.hidden = false;
  at("token").focus();
  return new Promise((resolve) => {
    form.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        sessionStorage.setItem(KEY, at("token").value);
        at("token").value = "";
        form.hidden = true;
        at("told").hidden = false;
        resolve();
      },
      { once: true },
    );
  });
}

/** Answers what `ask` does, and asks for the control token for as long as that is wanted. */
async function admitted(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (refused) {
      if (refused.status !== 401) throw refused;
      await letIn();
    }
  }
}

/** Says instead of the operations why there are none, and where the document is. */
function tell(...parts) {
  at("told").replaceChildren(...parts);
  at("told").hidden = false;
}

function link(text, href) {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.textContent = text;
  return anchor;
}

/** Follows what the visitor prefers, in the way that Swagger UI's own style sheet has it. */
function dress() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", follow);
  follow();
}

/**
 * Puts descriptions on the page as text, where Swagger UI would make HTML of them: so the browser can be
 * told to let nothing make any (Trusted Types). They hold paragraphs, and code between backticks.
 */
function asText() {
  const Text = (_, { React }) => ({ source, className = "" }) =>
    React.createElement(
      "div",
      { className: `markdown ${className}` },
      String(source ?? "")
        .split("\n\n")
        .map((paragraph, index) =>
          React.createElement(
            "p",
            { key: index },
            paragraph.split("`").map((piece, at) => (at % 2 ? React.createElement("code", { key: at }, piece) : piece)),
          ),
        ),
    );
  return { wrapComponents: { Markdown: Text } };
}

/** Lets Swagger UI show a document, with the first user of the world logged in. */
function show(spec, user) {
  const ui = window.SwaggerUIBundle({
    domNode: at("operations"),
    // Calls go to where this page comes from, under whatever name that is.
    spec: { ...spec, servers: [{ url: ROOT.href.replace(/\/$/, "") }] },
    presets: [window.SwaggerUIBundle.presets.apis],
    plugins: [asText],
    validatorUrl: null,
    deepLinking: false,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    tryItOutEnabled: true,
    requestInterceptor: (request) => {
      if (new URL(request.url, ROOT).origin !== ROOT.origin) throw new Error("calls nobody else");
      return request;
    },
    onComplete: () => {
      ui.preauthorizeApiKey("bearer", user.token);
      ui.preauthorizeBasic("password", user.login, user.password);
      at("told").hidden = true;
    },
  });
}

const SAYS = { says: { documents: "The documents", clients: "Clients" }, does: "The mock", source: "Source" };

/** Tells each slip: its title, and in words of its own what else is said of it as text. */
function tellSlips(slips) {
  for (const slip of slips) {
    if (typeof slip?.title !== "string") continue;
    const article = document.createElement("article");
    article.appendChild(document.createElement("h3")).append(...marked(slip.title));
    const list = article.appendChild(document.createElement("dl"));
    for (const [as, words] of Object.entries(SAYS)) {
      if (typeof slip[as] !== "string") continue;
      const who = typeof words === "string" ? words : (words[slip.of] ?? "It says");
      list.appendChild(document.createElement("dt")).textContent = who;
      list.appendChild(document.createElement("dd")).append(...marked(slip[as]));
    }
    at("list-of-slips").append(article);
  }
}

/** Answers a text in pieces, what stands between backticks as code. */
function marked(text) {
  return text.split("`").map((piece, index) => {
    if (index % 2 === 0) return piece;
    const code = document.createElement("code");
    code.textContent = piece;
    return code;
  });
}

async function slips() {
  const { slips } = await get("_mock/page/slips.json");
  tellSlips(Array.isArray(slips) ? slips : []);
}

async function operations() {
  const path = `_mock/worlds/${encodeURIComponent(name)}`;
  const world = await admitted(() => get(path));
  at("world").textContent = `of the world ${world.name}, as of ${world.dialect}`;
  document.title = `The API of ${world.name} · vss-mock`;
  if (window.SwaggerUIBundle === undefined) {
    const there = link("The OpenAPI document", new URL(`${path}/openapi.json`, ROOT));
    tell("This package was built without Swagger UI, which would show the operations here. ", there, " is there.");
    return;
  }
  show(await get(`${path}/openapi.json`), world.users[0]);
}

dress();
at("back").search = name === "default" ? "" : `?world=${encodeURIComponent(name)}`;
operations().catch((problem) => tell(problem.message));
slips().catch(() => at("slips").remove());
