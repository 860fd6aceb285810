// Apache Thrift's Node client: a number of concurrent calls; prints wall-clock and CPU seconds.
"use strict";
const fs = require("fs");
const http = require("http");
const path = require("path");
const thrift = require("thrift");

const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const { Http2Connection, openSession } = require(path.join(asked.clients, "http2_connection.js"));
const service = require(path.join(asked.generated, "CatalogService"));
const options = {
  host: "127.0.0.1",
  port: asked.port,
  transport: thrift.TBufferedTransport,
  protocol: thrift.TBinaryProtocol,
  path: asked.path,
  headers: { "thriftshop-deadline-ms": "30000" },
};
const session = asked.http === 2 ? openSession(`http://127.0.0.1:${asked.port}`) : null;
const agent = new http.Agent({ keepAlive: true });
const connection = session
  ? new Http2Connection(options, session)
  : thrift.createHttpConnection(options.host, options.port, { ...options, nodeOptions: { agent } });
connection.on("error", (error) => {
  throw error;
});
const client = thrift.createHttpClient(service, connection);

async function sideBySide(calls) {
  const work = async () => {
    for (let number = 0; number < calls / asked.atATime; number++) {
      const products = await client.get_products(asked.skus);
      if (products.length !== asked.skus.length) throw new Error(`${products.length} products came`);
    }
  };
  await Promise.all(Array.from({ length: asked.atATime }, work));
}

(async () => {
  await sideBySide(asked.atATime * 2);
  const clock = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  await sideBySide(asked.calls);
  const used = process.cpuUsage(cpu);
  process.stdout.write(JSON.stringify([Number(process.hrtime.bigint() - clock) / 1e9, (used.user + used.system) / 1e6]));
  if (session) session.close();
  agent.destroy();
})();
