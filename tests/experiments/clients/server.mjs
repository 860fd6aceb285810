// OpenFeature's server SDK: the values and reasons of flags for visitors, as JSON.
import { OpenFeature } from "@openfeature/server-sdk";
import { OFREPProvider } from "@openfeature/ofrep-provider";

const [baseUrl, visitors] = process.argv.slice(2);
await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl }));
const client = OpenFeature.getClient();
const evaluated = { variants: {} };
for (const targetingKey of visitors.split(",")) {
  const details = await client.getStringDetails("button", "none", { targetingKey });
  evaluated.variants[targetingKey] = details.value;
  evaluated.reason = details.reason;
}
const targetingKey = visitors.split(",")[0];
evaluated.columns = await client.getObjectValue("layout", {}, { targetingKey });
evaluated.missing = (await client.getBooleanDetails("nothing", true, { targetingKey })).errorCode;
evaluated.refused = (await client.getStringDetails("button", "none", { targetingKey: "ann@shop.example" })).errorCode;
console.log(JSON.stringify(evaluated));
