// Apache's client speaks HTTP/1.1 alone; its messages and its reading of answers do as well over HTTP/2.
"use strict";
const http2 = require("http2");
const thrift = require("thrift");

class Http2Connection extends thrift.HttpConnection {
  constructor(options, session) {
    super(options);
    this.session = session;
  }

  write(data) {
    const { headers, path: where } = this.nodeOptions;
    const { Connection: _, ...sent } = headers;
    const stream = this.session.request({
      ":method": "POST",
      ":path": where,
      "content-type": "application/x-thrift",
      ...sent,
    });
    stream.on("response", (head) => {
      stream.statusCode = head[":status"];
      this.responseCallback(stream);
    });
    stream.on("error", (error) => this.emit("error", error));
    stream.end(data);
  }
}

module.exports = { Http2Connection, openSession: (address) => http2.connect(address) };
