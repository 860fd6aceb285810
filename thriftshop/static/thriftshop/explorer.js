// The explorer: runs operations, shows the schema, suggests fields.
"use strict";
const $ = (id) => document.getElementById(id);
const examples = JSON.parse($("examples").textContent);
const store = { get: (k) => { try { return sessionStorage.getItem(k) || ""; } catch { return ""; } }, set: (k, v) => { try { sessionStorage.setItem(k, v); } catch { /* private window */ } } };
let types = {}, roots = {}, trail = [];

async function post(body) {
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  if ($("token").value.trim()) headers.authorization = "Bearer " + $("token").value.trim();
  const started = performance.now();
  const response = await fetch(location.pathname, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, took: performance.now() - started, answer: await response.json() };
}

// A subscription: each result of the stream of events is passed to `show`, until the next run.
let streaming = new AbortController();
async function follow(body, show) {
  const headers = { "Content-Type": "application/json", "Accept": "text/event-stream" };
  if ($("token").value.trim()) headers.authorization = "Bearer " + $("token").value.trim();
  const response = await fetch(location.pathname, { method: "POST", headers, body: JSON.stringify(body), signal: streaming.signal });
  if (!response.ok) return show(await response.json());
  let text = "";
  for (const reader = response.body.pipeThrough(new TextDecoderStream()).getReader(); ;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (text + value).split("\n\n");
    text = events.pop();
    for (const event of events.filter((one) => one.startsWith("event: next"))) show(JSON.parse(event.slice(event.indexOf("data: ") + 6)));
  }
}

function escaped(text) { return text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]); }
function coloured(json) {
  return escaped(json).replace(/("(?:\\.|[^"\\])*")(\s*:)?|\b(-?\d[\d.eE+-]*|true|false|null)\b/g,
    (_, text, colon, value) => text ? `<span class="${colon ? "k" : "s"}">${text}</span>${colon || ""}` : `<span class="n">${value}</span>`);
}

async function run() {
  let variables = {};
  try { variables = $("variables").value.trim() ? JSON.parse($("variables").value) : {}; }
  catch (error) { $("state").textContent = "The variables are not valid JSON: " + error.message; $("variables").focus(); return; }
  $("state").textContent = "running …";
  streaming.abort();
  streaming = new AbortController();
  const name = chosenOperation();
  if (isSubscription(name)) {
    try { await follow({ query: $("query").value, variables, operationName: name }, showEvent); $("state").textContent = "The stream has ended."; }
    catch (error) { if (error.name !== "AbortError") $("state").textContent = "The stream has ended: " + error.message; }
    return;
  }
  try {
    const { status, took, answer } = await post({ query: $("query").value, variables, operationName: name });
    const cost = answer.extensions && answer.extensions.cost ? `, cost ${answer.extensions.cost.requested}` : "";
    $("state").textContent = `${status} in ${took.toFixed(0)} ms${cost}`;
    $("state").className = "grow hint" + (answer.errors ? " bad" : "");
    $("answer").innerHTML = coloured(JSON.stringify(answer, null, 2));
    const token = Object.values(answer.data || {}).map((part) => part && part.session && part.token).find(Boolean);
    $("keep").hidden = !token;
    $("keep").onclick = () => { $("token").value = token; store.set("token", token); $("keep").hidden = true; };
  } catch (error) { $("state").textContent = "No response: " + error.message; }
}

function showEvent(answer) {
  $("state").textContent = "received at " + new Date().toLocaleTimeString();
  $("state").className = "grow hint" + (answer.errors ? " bad" : "");
  $("answer").innerHTML = coloured(JSON.stringify(answer, null, 2));
}

function isSubscription(name) {
  return new RegExp(name ? `subscription\\s+${name}\\b` : "^(?:\\s|#.*)*subscription\\b").test($("query").value);
}

function chosenOperation() {
  const names = [...$("query").value.matchAll(/(?:query|mutation|subscription)\s+(\w+)[^{]*\{/g)];
  const before = names.filter((match) => match.index <= $("query").selectionStart).pop();
  return names.length > 1 ? (before || names[0])[1] : undefined;
}

function typeAt(text) {
  const stack = []; let next = null, depth = 0, on = false;
  for (const [token] of text.matchAll(/#[^\n]*|"(?:\\.|[^"\\])*"?|\.\.\.|\w+|[{}()]/g)) {
    if (token[0] === "#" || token[0] === '"') continue;
    if (token === "(") depth++; else if (token === ")") depth--;
    else if (depth) continue;
    else if (token === "{") { stack.push(next || (stack.length ? stack[stack.length - 1] : roots.query)); next = null; }
    else if (token === "}") { stack.pop(); next = null; }
    else if (!stack.length) { if (roots[token]) next = roots[token]; else if (on) next = types[token]; on = token === "on"; }
    else if (token === "on") on = true;
    else if (on) { next = types[token]; on = false; }
    else if (token !== "...") { const top = stack[stack.length - 1], field = top && (top.fields || []).find((f) => f.name === token); next = field ? types[bare(field.type)] : null; }
  }
  return depth ? null : stack[stack.length - 1];
}

function suggest() {
  const at = $("query").selectionStart, text = $("query").value.slice(0, at), begun = (text.match(/\w*$/) || [""])[0];
  const type = typeAt(text.slice(0, at - begun.length)), here = $("here");
  const names = type ? [...(type.fields || []).map((f) => f.name), ...(type.possibleTypes || []).map((t) => "... on " + t.name + " { }")] : [];
  const fitting = names.filter((name) => name.startsWith(begun) && name !== begun).slice(0, 40);
  here.replaceChildren(...fitting.map((name) => {
    const button = document.createElement("button");
    button.type = "button"; button.textContent = name;
    button.onclick = () => { $("query").setRangeText(name + " ", at - begun.length, at, "end"); $("query").focus(); suggest(); };
    return button;
  }));
}

const bare = (type) => type.ofType ? bare(type.ofType) : type.name;
const written = (type) => type.kind === "NON_NULL" ? written(type.ofType) + "!" : type.kind === "LIST" ? "[" + written(type.ofType) + "]" : type.name;
function element(tag, text, ...children) { const made = document.createElement(tag); if (text) made.textContent = text; made.append(...children); return made; }
function link(name, label) { const button = element("button", label || name); button.type = "button"; button.onclick = () => { trail.push(name); show(name); }; return button; }

function fieldItem(field) {
  const line = element("code", "", field.name);
  if (field.args && field.args.length) line.append("(" + field.args.map((a) => a.name + ": " + written(a.type)).join(", ") + ")");
  if (field.type) line.append(": ", link(bare(field.type), written(field.type)));
  return element("li", "", line, element("p", field.description || ""));
}

function show(name) {
  const docs = $("docs"), type = types[name];
  if (!type) { docs.replaceChildren(element("h3", "Start here"), element("ul", "", ...Object.entries(roots).map(([kind, root]) => element("li", "", link(root.name, kind), element("p", root.description))))); return; }
  const back = element("button", "back"); back.type = "button"; back.onclick = () => { trail.pop(); show(trail[trail.length - 1]); };
  const members = type.fields || type.inputFields || type.enumValues || [];
  const possible = (type.possibleTypes || []).map((one) => element("li", "", link(one.name)));
  docs.replaceChildren(back, element("h3", name), element("p", type.description), element("ul", "", ...possible, ...members.map(fieldItem)));
  docs.scrollTop = 0;
}

function find(words) {
  const wanted = words.toLowerCase();
  if (!wanted) { show(trail[trail.length - 1]); return; }
  const hits = Object.values(types).filter((t) => !t.name.startsWith("__")).flatMap((type) => [
    ...(type.name.toLowerCase().includes(wanted) ? [element("li", "", link(type.name), element("p", type.description))] : []),
    ...(type.fields || []).filter((f) => f.name.toLowerCase().includes(wanted)).map((f) => element("li", "", link(type.name, type.name + "." + f.name), element("p", f.description)))]);
  $("docs").replaceChildren(element("h3", hits.length + " found"), element("ul", "", ...hits.slice(0, 80)));
}

async function learn() {
  const ref = "kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
  const part = `name description type { ${ref} }`;
  const { answer } = await post({ query: `{ __schema { queryType { name } mutationType { name } types { kind name description fields { ${part} args { ${part} } } inputFields { ${part} } enumValues { name description } possibleTypes { name } } } }` });
  if (!answer.data) { $("docs").textContent = answer.errors.map((e) => e.message).join(" "); return; }
  types = Object.fromEntries(answer.data.__schema.types.map((type) => [type.name, type]));
  roots = { query: types[answer.data.__schema.queryType.name], mutation: types[answer.data.__schema.mutationType.name] };
  show(); suggest();
}

function load(example) { $("query").value = example.query; $("variables").value = example.variables ? JSON.stringify(example.variables, null, 2) : ""; suggest(); }
examples.forEach((example, index) => $("examples-menu").append(new Option(example.name, String(index))));
$("examples-menu").onchange = (event) => { if (event.target.value) load(examples[Number(event.target.value)]); };
$("run").onclick = run;
$("token").value = store.get("token");
$("token").onchange = () => store.set("token", $("token").value.trim());
$("find").oninput = (event) => find(event.target.value.trim());
document.addEventListener("keydown", (event) => { if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.preventDefault(); run(); } });
for (const name of ["keyup", "click", "input"]) $("query").addEventListener(name, suggest);
$("query").addEventListener("input", () => store.set("query", $("query").value));
$("variables").addEventListener("input", () => store.set("variables", $("variables").value));
if (store.get("query")) { $("query").value = store.get("query"); $("variables").value = store.get("variables"); } else if (examples.length) load(examples[0]);
learn().catch((error) => { $("docs").textContent = "The schema cannot be read: " + error.message; });
