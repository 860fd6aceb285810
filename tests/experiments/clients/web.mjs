// OpenFeature's web SDK, which reads all flags and asks again with the ETag: values, statuses, and changes, as JSON.
import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";

const [baseUrl, targetingKey] = process.argv.slice(2);
const statuses = [];
const fetchImplementation = async (input, init) => {
  const response = await fetch(input, init);
  statuses.push(response.status);
  return response;
};
const until = async (holds) => {
  for (let tries = 0; !holds() && tries < 600; tries += 1) await new Promise((resolve) => setTimeout(resolve, 100));
};

await OpenFeature.setContext({ targetingKey });
const provider = new OFREPWebProvider({
  baseUrl, fetchImplementation, pollInterval: 50, disableLocalCache: true, disableVisibilityRefresh: true,
});
await OpenFeature.setProviderAndWait(provider);
const client = OpenFeature.getClient();
const before = client.getStringValue("button", "none");
const changed = [];
client.addHandler(ProviderEvents.ConfigurationChanged, (details) => changed.push(...(details.flagsChanged ?? [])));
await until(() => statuses.includes(304));
console.log(JSON.stringify({ before, first: statuses[0] }));
await until(() => changed.includes("button"));
console.log(JSON.stringify({ after: client.getStringValue("button", "none"), statuses: [...new Set(statuses)] }));
await OpenFeature.close();
process.exit(0);
