// urql: subscriptions by its exchange, over graphql-ws, and over server-sent events by its own fetch; queries over HTTP.
import { createClient } from "graphql-ws";
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from "urql";
import WebSocket from "ws";
import { socketUrl, take, url } from "./course.mjs";

// urql leaves the rejection of the fetch that it aborts unhandled, which ends a process of Node.
process.on("unhandledRejection", (reason) => {
  if (reason?.name !== "AbortError") throw reason;
});
const overSockets = process.argv[3] === "sockets";
const clients = {};
const client = (token) => {
  if (!clients[token]) {
    const connectionParams = token ? { authorization: `Bearer ${token}` } : undefined;
    const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams });
    const forwardSubscription = (request) => ({
      subscribe: (sink) => ({ unsubscribe: socket.subscribe({ ...request, query: request.query ?? "" }, sink) }),
    });
    clients[token] = new Client({
      url,
      preferGetMethod: false,
      fetchSubscriptions: !overSockets,
      fetchOptions: token ? { headers: { authorization: `Bearer ${token}` } } : {},
      exchanges: [
        cacheExchange,
        ...(overSockets ? [subscriptionExchange({ forwardSubscription })] : []),
        fetchExchange,
      ],
    });
  }
  return clients[token];
};

await take({
  subscribe: (query, variables, token, sink) => {
    const { unsubscribe } = client(token)
      .subscription(query, variables)
      .subscribe(({ data, error }) => (error ? sink.error(error) : sink.next({ data })));
    return unsubscribe;
  },
  ask: async (query, variables) => (await client("").query(query, variables).toPromise()).data,
});
