// graphql-ws, the reference client of graphql-transport-ws.
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { socketUrl, take } from "./course.mjs";

const clients = {};
const client = (token) =>
  (clients[token] ??= createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    keepAlive: 200, // the client pings, too
    connectionParams: token ? { authorization: `Bearer ${token}` } : undefined,
  }));

await take({
  subscribe: (query, variables, token, sink) => client(token).subscribe({ query, variables }, sink),
  ask: async (query, variables) => {
    for await (const result of client("").iterate({ query, variables })) return result.data;
  },
  close: () => Promise.all(Object.values(clients).map((one) => one.dispose())),
});
