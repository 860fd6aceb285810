// Credit Karma's Node client through a course of calls: reads the course as JSON, prints how each call ended.
"use strict";
const fs = require("fs");
const http2 = require("http2");
const http2Wrapper = require("http2-wrapper");
const path = require("path");
const core = require("@creditkarma/thrift-server-core");
const { createHttpClient } = require("@creditkarma/thrift-client");

const course = JSON.parse(fs.readFileSync(0, "utf8"));
const address = new URL(course.address);
const session = course.http === 2 ? http2.connect(course.address) : null;

// Its requests are made by `got`, which asks a server for HTTP/2 only over TLS: here the session is there already.
function request(url, options, answered) {
  return http2Wrapper.request({ ...options, protocol: "https:", h2session: session }, answered);
}

function plain(value) {
  if (value instanceof core.Int64) return value.toNumber();
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value).filter(([name, one]) => one !== null && one !== undefined && !name.startsWith("_"));
  return Object.fromEntries(fields.map(([name, one]) => [name, plain(one)]));
}

async function outcome(call) {
  const service = require(path.join(course.generated, ...call.module.split("."), call.service));
  const client = createHttpClient(service.Client, {
    hostName: address.hostname,
    port: Number(address.port),
    path: call.endpointPerMethod ? "/thrift" : call.path,
    serviceName: call.service,
    withEndpointPerMethod: Boolean(call.endpointPerMethod),
    protocol: course.protocol,
    requestOptions: { headers: call.headers || {}, ...(session ? { request } : {}) },
  });
  try {
    return { answer: plain(await client[call.method](...call.arguments)) };
  } catch (error) {
    if (error.response) {
      // It does not read the message of an answer other than 200.
      return { failure: error.response.rawBody.toString(), status: error.response.statusCode };
    }
    if (error instanceof core.TApplicationException) return { failure: error.message, status: 200 };
    if (error instanceof Error && !("_annotations" in error)) throw error;
    return { refusal: plain(error) };
  }
}

(async () => {
  const outcomes = [];
  for (const call of course.calls) outcomes.push(await outcome(call));
  if (session) session.close();
  process.stdout.write(JSON.stringify(outcomes));
})();
