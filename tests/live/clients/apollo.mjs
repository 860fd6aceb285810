// Apollo Client: subscriptions by its link for graphql-ws, queries over HTTP, both into one cache.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { OperationTypeNode } from "graphql";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { socketUrl, take, url } from "./course.mjs";

globalThis.WebSocket ??= WebSocket; // Apollo's link reads its constants
const clients = {};
const client = (token) => {
  if (!clients[token]) {
    const connectionParams = token ? { authorization: `Bearer ${token}` } : undefined;
    const socket = createClient({ url: socketUrl, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams });
    const isSubscription = ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION;
    const link = ApolloLink.split(isSubscription, new GraphQLWsLink(socket), new HttpLink({ uri: url }));
    clients[token] = new ApolloClient({ link, cache: new InMemoryCache() });
  }
  return clients[token];
};

await take({
  subscribe: (query, variables, token, sink) => {
    const found = client(token).subscribe({ query: gql(query), variables }).subscribe({
      ...sink,
      next: ({ data, error }) => (error ? sink.error(error) : sink.next({ data })),
    });
    return () => found.unsubscribe();
  },
  ask: async (query, variables) => (await client("").query({ query: gql(query), variables })).data,
});
