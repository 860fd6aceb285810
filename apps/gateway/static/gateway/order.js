// A guest's order, opened by the token of the link that was sent to its address: shown, cancelled, returned.
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

const STANDING = {
  PENDING: "We have your order and are seeing to stock and payment.",
  CONFIRMED: "Your order is confirmed. Nothing has left yet.",
  REJECTED: "Your order could not be confirmed. Nothing was charged.",
  CANCELLED: "Your order is cancelled.",
  PARTLY_SHIPPED: "A part of your order is on its way.",
  SHIPPED: "Your order is on its way.",
  RETURNED: "Everything that was sent came back.",
};
const guest = { linkToken: token };
let shown = null; // the order as it was last answered
let returnKey = ""; // the same for a return that is sent twice

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
  return make("p", {}, make("label", { htmlFor: id }, `${line.name} (${most} at most)`), input);
}

function draw(order) {
  shown = order;
  returnKey = crypto.randomUUID();
  byId("order").hidden = false;
  byId("order-number").textContent = order.number;
  byId("standing").textContent = STANDING[order.status] || "";
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
    say("This link is not complete. Open it from the e-mail once more, or ask for a new one.", true);
    return;
  }
  say("One moment …", false);
  try {
    const order = await ask("guestOrder", token);
    if (!order) {
      say("This link is too old, or the order belongs to an account now. Log in, or ask for another link.", true);
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
    say("Say how many you return, of one line at least.", true);
    return;
  }
  const reason = byId("return-reason").value;
  const answer = await ask("returnOrder", { id: shown.id, key: returnKey, lines, reason, guest });
  take(answer, "Your return is noted. Send the goods to us; the refund follows.");
});

open();
