// What every client does: it follows products without a login and the cart with one, and prints each result on a line.
// The test changes something after each result. After two results of each subscription the client ends it.
export const { url, token, sku } = JSON.parse(process.argv[2]);
export const socketUrl = url.replace("http", "ws");
export const PRODUCTS = `subscription Products($skus: [String!]!) {
  products(skus: $skus) { id sku price { amount currency } stock { available version } } }`;
export const CART = "subscription Cart { myCart { id version itemCount } }";
export const QUERY = "query Name($sku: String) { product(sku: $sku) { id sku name } }";
export const WRONG = "subscription Wrong { myOrder(id: \"bm90aGluZw\") { id } }";

const print = (value) => console.log(JSON.stringify(value));

// `subscribe(query, variables, token, {next, error, complete})` returns a function that ends the subscription.
// `ask(query, variables)` returns the data of a query.
export async function take({ subscribe, ask, close }) {
  await two(subscribe, PRODUCTS, { skus: [sku] }, "");
  await two(subscribe, CART, {}, token);
  print({ refused: await refusal(subscribe) });
  print({ data: await ask(QUERY, { sku }) });
  await close?.();
  process.exit(0);
}

function two(subscribe, query, variables, withToken) {
  return new Promise((resolve, reject) => {
    let count = 0;
    const end = subscribe(query, variables, withToken, {
      next(result) {
        print(result);
        count += 1;
        if (count === 2) {
          end();
          resolve();
        }
      },
      error: (problem) => reject(new Error(JSON.stringify(problem) + String(problem))),
      complete() {},
    });
  });
}

// The code of the error that a subscription ends with, however the client delivers it.
function refusal(subscribe) {
  return new Promise((resolve) => {
    const found = (problem) => {
      const text = JSON.stringify(problem?.errors ?? problem?.graphQLErrors ?? problem);
      resolve(/"code":"(\w+)"/.exec(text)?.[1] ?? text);
    };
    subscribe(WRONG, {}, "", { next: (result) => result.errors && found(result), error: found, complete() {} });
  });
}
