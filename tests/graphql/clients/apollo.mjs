// Apollo Client with automatic persisted queries: prints the requests that each of its operations took, and the results, as JSON.
import { createHash } from "node:crypto";
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";

const [uri, method] = process.argv.slice(2);
const requests = [];

async function recorded(url, options) {
  const response = await fetch(url, options);
  const content = options.body ?? new URL(url).search;
  requests.push({ method: options.method, status: response.status, document: /"query":|[?&]query=/.test(content) });
  return response;
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const link = new PersistedQueryLink({ sha256, useGETForHashedQueries: method === "GET" });
const client = new ApolloClient({ link: link.concat(new HttpLink({ uri, fetch: recorded })), cache: new InMemoryCache() });
const query = method === "GET" ? gql`query Shown { products(first: 1) { totalCount } }` : gql`query Listed { products(first: 2) { totalCount } }`;
const results = [];
for (let time = 0; time < 2; time++) {
  results.push((await client.query({ query, fetchPolicy: "network-only" })).data.products.totalCount);
}
const mutation = gql`mutation Open { openCart(input: {}) { __typename } }`;
results.push((await client.mutate({ mutation })).data.openCart.__typename);
console.log(JSON.stringify({ requests, results }));
