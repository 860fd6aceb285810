// Sends what an e-mail's link asks for to the GraphQL endpoint. The token stands in the address's fragment, which no server sees.
"use strict";

const OPERATIONS = {
  verifyEmail: `mutation VerifyEmail($input: VerifyEmailInput!) {
    answer: verifyEmail(input: $input) { __typename ... on VerifyEmailSuccess { message } ... on InvalidToken { message } }
  }`,
  requestGuestAccess: `mutation RequestGuestAccess($input: RequestGuestAccessInput!) {
    answer: requestGuestAccess(input: $input) {
      __typename ... on RequestGuestAccessSuccess { message } ... on Refusal { message }
    }
  }`,
  resetPassword: `mutation ResetPassword($input: ResetPasswordInput!) {
    answer: resetPassword(input: $input) {
      __typename
      ... on ResetPasswordSuccess { message }
      ... on InvalidToken { message }
      ... on WeakPassword { message problems }
    }
  }`,
};

const token = new URLSearchParams(location.hash.slice(1)).get("token") || "";
// Out of the address bar and the history at once.
history.replaceState(null, "", location.pathname);
// Another link opened in the same tab differs by its fragment only, for which a browser does not load the page again.
addEventListener("hashchange", () => location.reload());
const outcome = document.getElementById("outcome");

function say(text, bad, problems = []) {
  const list = document.createElement("ul");
  list.append(...problems.map((problem) => Object.assign(document.createElement("li"), { textContent: problem })));
  outcome.className = bad ? "bad" : "good";
  outcome.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }), ...(problems.length ? [list] : []));
}

// Gives the mutation's answer: its `Success`, or a refusal. Throws where the shop could not be asked.
async function ask(name, input) {
  let answer;
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json" },
      body: JSON.stringify({ query: OPERATIONS[name], variables: { input } }),
    });
    answer = await response.json();
  } catch {
    throw new Error("The shop does not answer just now. Nothing is lost: try again in a minute.");
  }
  if (answer.errors) throw new Error(answer.errors[0].message);
  return answer.data.answer;
}

// Shows what became of it; a form whose work is done, or whose token is spent, goes away.
function show(form, answer) {
  const done = answer.__typename.endsWith("Success");
  say(answer.message, !done, answer.problems || []);
  form.hidden = done || answer.__typename === "InvalidToken";
  if (!form.hidden) form.querySelector("input, button").focus();
}

function onSubmit(id, act, needsToken = true) {
  const form = document.getElementById(id);
  if (!form) return;
  if (needsToken && !token) {
    say("This link is not complete. Open it from the e-mail once more, or ask for a new one.", true);
    form.hidden = true;
    return;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    say("One moment …", false);
    try {
      await act(form);
    } catch (error) {
      say(error.message, true);
    } finally {
      button.disabled = false;
    }
  });
}

onSubmit(
  "find-order",
  async (form) => {
    const [number, email] = ["number", "email"].map((id) => document.getElementById(id).value);
    show(form, await ask("requestGuestAccess", { number, email }));
  },
  false,
);

onSubmit("verify-email", async (form) => show(form, await ask("verifyEmail", { token })));

onSubmit("reset-password", async (form) => {
  const [first, second] = ["first", "second"].map((id) => document.getElementById(id));
  const differ = first.value !== second.value;
  second.setAttribute("aria-invalid", String(differ));
  if (differ) {
    say("The two passwords are not the same. Type the second once more.", true);
    second.value = "";
    second.focus();
    return;
  }
  show(form, await ask("resetPassword", { token, newPassword: first.value }));
});
