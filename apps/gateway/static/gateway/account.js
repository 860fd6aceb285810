// Sends what an e-mail's link asks for to the GraphQL endpoint. The token stands in the address's fragment, which no server sees.
"use strict";

const token = new URLSearchParams(location.hash.slice(1)).get("token") || "";
history.replaceState(null, "", location.pathname);
const outcome = document.getElementById("outcome");

function say(text, bad) {
  outcome.textContent = text;
  outcome.className = bad ? "bad" : "";
}

async function ask(query, variables) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json" },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  if (answer.errors) throw new Error(answer.errors[0].message);
  return answer.data;
}

function onSubmit(id, act) {
  const form = document.getElementById(id);
  if (!form) return;
  if (!token) {
    say("This link is not complete. Open it from the e-mail once more, or ask for a new one.", true);
    form.hidden = true;
    return;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await act(form);
    } catch (error) {
      say(error.message, true);
      button.disabled = false;
    }
  });
}
