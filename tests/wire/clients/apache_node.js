// Apache Thrift's Node client through a course of calls: reads the course as JSON, prints how each call ended.
"use strict";
const fs = require("fs");
const path = require("path");
const thrift = require("thrift");
const { Http2Connection, openSession } = require("./http2_connection.js");

const course = JSON.parse(fs.readFileSync(0, "utf8"));
const protocol = { binary: thrift.TBinaryProtocol, compact: thrift.TCompactProtocol, json: thrift.TJSONProtocol }[course.protocol];
const address = new URL(course.address);
const session = course.http === 2 ? openSession(course.address) : null;

function connect(call) {
  const options = {
    host: address.hostname,
    port: Number(address.port),
    transport: thrift.TBufferedTransport,
    protocol,
    path: call.path,
    headers: { ...call.headers },
  };
  return session ? new Http2Connection(options, session) : thrift.createHttpConnection(options.host, options.port, options);
}

function plain(value) {
  if (value instanceof thrift.Int64) return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  return Object.fromEntries(fields.map(([name, one]) => [name, plain(one)]));
}

async function outcome(call) {
  const connection = connect(call);
  let status = 200;
  // It tells of a status other than 200 here, and then reads the answer all the same.
  connection.on("error", (error) => (status = error.statusCode));
  const service = require(path.join(course.generated, ...call.module.split(".").slice(0, -1), call.service));
  const client = thrift.createHttpClient(service, connection);
  try {
    return { answer: plain(await client[call.method](...call.arguments)) };
  } catch (error) {
    if (error instanceof thrift.Thrift.TApplicationException) return { failure: error.message, status };
    const { name: _, ...fields } = plain(error);
    return { refusal: fields };
  }
}

(async () => {
  const outcomes = [];
  for (const call of course.calls) outcomes.push(await outcome(call));
  if (session) session.close();
  process.stdout.write(JSON.stringify(outcomes));
})();
