// Holds the registry's documents against what defines them: AsyncAPI's official parser, and the documented shape.
// usage: node check.mjs <asyncapi.json> <registry.json> <registry.schema.json>; prints what is wrong as JSON.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";
import Ajv2020 from "ajv/dist/2020.js";

const [asyncapi, registry, shape] = await Promise.all(process.argv.slice(2).map((file) => readFile(file, "utf8")));

const { document, diagnostics } = await new Parser().parse(asyncapi);
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(JSON.parse(shape));
const fits = validate(JSON.parse(registry));

process.stdout.write(JSON.stringify({
  parsed: document !== undefined,
  version: document?.version(),
  diagnostics: diagnostics.map(({ severity, code, message, path }) => ({ severity, code, message, path: path.join(".") })),
  channels: document?.channels().all().map((one) => ({ address: one.address(), messages: one.messages().all().map((each) => each.name()) })),
  operations: document?.operations().all().map((one) => ({ id: one.id(), action: one.action() })),
  shape: fits ? [] : validate.errors.map(({ instancePath, message }) => `${instancePath} ${message}`),
}));
