// The forms of the pages that e-mails link to. The token is in the URL's fragment, which is not sent to servers.
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
// Remove the token from the address bar and the history.
history.replaceState(null, "", location.pathname);
// Browsers do not reload the page if a link differs only in its fragment.
addEventListener("hashchange", () => location.reload());
const outcome = document.getElementById("outcome");

function say(text, bad, problems = []) {
  const list = document.createElement("ul");
  list.append(...problems.map((problem) => Object.assign(document.createElement("li"), { textContent: problem })));
  outcome.className = bad ? "bad" : "good";
  outcome.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }), ...(problems.length ? [list] : []));
}

// Returns the mutation's result: its `Success`, or a refusal. Throws if the request failed.
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
    throw new Error("The shop is not available at the moment. Nothing is lost: try again in a minute.");
  }
  if (answer.errors) throw new Error(answer.errors[0].message);
  return answer.data.answer;
}

// Shows the result, and hides the form after success or if its token is invalid.
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
    say("This link is incomplete. Open it from the e-mail again, or request a new one.", true);
    form.hidden = true;
    return;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    say("Sending …", false);
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
    say("The passwords do not match. Repeat the password.", true);
    second.value = "";
    second.focus();
    return;
  }
  show(form, await ask("resetPassword", { token, newPassword: first.value }));
});
