// Searches while typing; without this script, the button of the form does.
"use strict";
const field = document.getElementById("search-words");
let latest = 0;

async function find() {
  const mine = ++latest;
  const address = new URL(field.form.action);
  address.searchParams.set("q", field.value);
  const response = await fetch(address, { headers: { accept: "text/html" } });
  const found = new DOMParser().parseFromString(await response.text(), "text/html");
  const results = found.getElementById("search-results");
  if (mine !== latest || !results) return;
  document.getElementById("search-results").replaceWith(document.importNode(results, true));
  document.querySelector("h1").textContent = found.querySelector("h1").textContent;
  history.replaceState(null, "", address);
}

let waiting;
field.addEventListener("input", () => {
  // Only on the search page: other pages stay until the form is sent.
  if (!document.getElementById("search-results")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => find().catch(() => {}), 150);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  event.preventDefault();
  field.focus();
});
