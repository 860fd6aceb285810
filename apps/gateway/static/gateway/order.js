// The page of a guest's order: shows, cancels and returns it with the token of the e-mailed link.
"use strict";

const ORDER = `{ id number status cancellable version total { amount currency } captured { amount currency }
  charges { description amount { amount currency } }
  lines { number name quantity shipped cancelled returned unitPrice { amount currency } } }`;
const REFUSED = "... on Refusal { message }";

Object.assign(OPERATIONS, {
  guestOrder: `query GuestOrder($input: String!) { answer: guestOrderByLink(token: $input) ${ORDER} }`,
  cancelOrder: `mutation CancelOrder($input: CancelOrderInput!) {
    answer: cancelOrder(input: $input) { __typename ... on CancelOrderSuccess { order ${ORDER} } ${REFUSED} }
  }`,
  returnOrder: `mutation ReturnOrder($input: ReturnOrderInput!) {
    answer: returnOrder(input: $input) { __typename ... on ReturnOrderSuccess { order ${ORDER} } ${REFUSED} }
  }`,
});

const STATUS_TEXTS = {
  PENDING: "We have received your order and are checking stock and payment.",
  CONFIRMED: "Your order is confirmed. It has not been shipped yet.",
  REJECTED: "Your order could not be confirmed. You have not been charged.",
  CANCELLED: "Your order is cancelled.",
  PARTLY_SHIPPED: "Part of your order has been shipped.",
  SHIPPED: "Your order has been shipped.",
  RETURNED: "Everything that was shipped has been returned.",
};
const guest = { linkToken: token };
let shown = null; // the last version of the order
let returnKey = ""; // the idempotency key of a return

const byId = (id) => document.getElementById(id);
const make = (tag, values = {}, ...parts) => {
  const made = Object.assign(document.createElement(tag), values);
  made.append(...parts);
  return made;
};

function price({ amount, currency }, times = 1) {
  const format = new Intl.NumberFormat("en-GB", { style: "currency", currency });
  return format.format((amount * times) / 10 ** format.resolvedOptions().maximumFractionDigits);
}

function row(what, quantity, amount, isTotal) {
  const head = isTotal ? make("th", { scope: "row", colSpan: 2 }, what) : make("td", {}, what);
  const count = make("td", { className: "number" }, String(quantity));
  const cells = isTotal ? [head] : [head, count];
  return make("tr", {}, ...cells, make("td", { className: "number" }, amount));
}

const returnableOf = (line) => line.shipped - line.returned;

function returnField(line) {
  const id = `line-${line.number}`;
  const most = returnableOf(line);
  const input = make("input", { id, type: "number", min: 0, max: most, value: 0, required: true });
  input.dataset.line = line.number;
  return make("p", {}, make("label", { htmlFor: id }, `${line.name} (at most ${most})`), input);
}

function draw(order) {
  shown = order;
  returnKey = crypto.randomUUID();
  byId("order").hidden = false;
  byId("order-number").textContent = order.number;
  byId("status").textContent = STATUS_TEXTS[order.status] || "";
  byId("lines").replaceChildren(...order.lines.map((one) => row(one.name, one.quantity, price(one.unitPrice, one.quantity))));
  const charges = order.charges.map((one) => row(one.description, "", price(one.amount)));
  byId("sums").replaceChildren(...charges, row("Total", "", price(order.total), true));
  byId("cancel-order").hidden = !order.cancellable;
  const back = order.lines.filter((line) => returnableOf(line) > 0);
  byId("returnable").replaceChildren(...back.map(returnField));
  byId("return-order").hidden = !back.length;
}

function take(answer, done) {
  if (!answer.order) {
    say(answer.message, true);
    return;
  }
  draw(answer.order);
  say(done, false);
}

async function open() {
  if (!token) {
    say("This link is incomplete. Open it from the e-mail again, or request a new one.", true);
    return;
  }
  say("Loading …", false);
  try {
    const order = await ask("guestOrder", token);
    if (!order) {
      say("This link has expired, or the order now belongs to an account. Log in, or request another link.", true);
      return;
    }
    draw(order);
    outcome.replaceChildren();
  } catch (error) {
    say(error.message, true);
  }
}

onSubmit("cancel-order", async () => {
  const reason = byId("cancel-reason").value;
  take(await ask("cancelOrder", { id: shown.id, reason, guest }), "Your order is cancelled.");
});

onSubmit("return-order", async () => {
  const wanted = [...document.querySelectorAll("#returnable input")].map((one) => [Number(one.dataset.line), Number(one.value)]);
  const lines = wanted.filter(([, quantity]) => quantity > 0).map(([number, quantity]) => ({ number, quantity }));
  if (!lines.length) {
    say("Enter the quantity to return for at least one item.", true);
    return;
  }
  const reason = byId("return-reason").value;
  const answer = await ask("returnOrder", { id: shown.id, key: returnKey, lines, reason, guest });
  take(answer, "Your return is registered. Send the goods to us; the refund will follow.");
});

open();
