// GraphiQL with the shop's examples, and what a screen reader needs that GraphiQL 2.4 leaves out.
"use strict";
const examples = JSON.parse(document.getElementById("examples").textContent);
const tabs = examples.map(({ name, query, variables }) => ({
  query: `# ${name}\n${query}`,
  variables: variables ? JSON.stringify(variables, null, 2) : null,
}));
const send = GraphiQL.createFetcher({
  url: location.pathname,
  subscriptionUrl: location.origin.replace("http", "ws") + location.pathname,
});
// For a moment after a change of tabs GraphiQL still names the operation of the tab before.
const isNamed = ({ query, operationName }) =>
  new RegExp(`\\b(query|mutation|subscription)\\s+${operationName}\\b`).test(query);
const fetcher = (asked, options) =>
  send(asked.operationName && !isNamed(asked) ? { ...asked, operationName: undefined } : asked, options);
ReactDOM.render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: tabs,
    defaultQuery: "# Write a query; Ctrl-Enter runs it.\n",
    defaultHeaders: '{\n  "authorization": ""\n}',
    isHeadersEditorEnabled: true,
  }),
  document.getElementById("graphiql"),
);

// An open operation is a group of two buttons, which no tab may hold: the tab list becomes a group of buttons.
function nameTabs(root) {
  for (const list of root.querySelectorAll(".graphiql-tabs")) list.setAttribute("role", "group");
  for (const tab of root.querySelectorAll(".graphiql-tab")) {
    const selected = tab.classList.contains("graphiql-tab-active");
    const name = tab.querySelector(".graphiql-tab-button");
    tab.removeAttribute("role");
    tab.removeAttribute("aria-selected");
    if (name) name.setAttribute("aria-pressed", String(selected));
  }
  for (const session of root.querySelectorAll(".graphiql-session")) session.setAttribute("role", "group");
}

// CodeMirror's input is a text area without a name, and what it scrolls cannot be reached by keyboard.
function nameEditors(root) {
  for (const editor of root.querySelectorAll(".CodeMirror")) {
    const name = nameOf(editor);
    const input = editor.querySelector("textarea");
    if (input) input.setAttribute("aria-label", name);
    const scroll = editor.querySelector(".CodeMirror-scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", `${name}, text`);
    leaveByTab(editor.CodeMirror);
  }
}

// Tab goes on to what follows: as a character it would keep everybody in who has no mouse.
function leaveByTab(codeMirror) {
  if (leftByTab.has(codeMirror)) return;
  leftByTab.add(codeMirror);
  codeMirror.addKeyMap({ Tab: false, "Shift-Tab": false });
}

// Variables and headers share a section, which is named after the one that is shown.
function nameOf(editor) {
  const tool = editor.closest(".graphiql-editor-tool");
  if (tool) return [...tool.querySelectorAll(".CodeMirror")].indexOf(editor) === 0 ? "Variables" : "Headers";
  const section = editor.closest("[aria-label]");
  return section ? section.getAttribute("aria-label") : "Example";
}

function nameDialogs(root) {
  for (const dialog of root.querySelectorAll("[role=dialog]")) {
    const title = dialog.querySelector(".graphiql-dialog-title");
    if (title) dialog.setAttribute("aria-label", title.textContent);
  }
}

const leftByTab = new WeakSet();

// Not observed while it writes, so that it does not wake itself for ever.
const root = document.body;
const observer = new MutationObserver(complete);
function complete() {
  observer.disconnect();
  nameTabs(root);
  nameEditors(root);
  nameDialogs(root);
  observer.observe(root, { subtree: true, childList: true, attributeFilter: ["class", "role", "aria-selected", "aria-label"] });
}
complete();
