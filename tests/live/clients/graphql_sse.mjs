// graphql-sse, the reference client of GraphQL over server-sent events, in distinct connections mode.
import { createClient } from "graphql-sse";
import { take, url } from "./course.mjs";

const client = (token) =>
  createClient({ url, retryAttempts: 0, headers: token ? { authorization: `Bearer ${token}` } : {} });

await take({
  subscribe: (query, variables, token, sink) => client(token).subscribe({ query, variables }, sink),
  ask: async (query, variables) => {
    for await (const result of client("").iterate({ query, variables })) return result.data;
  },
});
