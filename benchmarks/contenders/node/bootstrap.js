// The loop of a runtime: takes invocations off the Runtime API and hands them to the bundle. Leaner than Lambda's own.
"use strict";
const http = require("node:http");
const path = require("node:path");

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const root = "/2018-06-01/runtime/invocation/";

function call(method, target, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, method, path: target, agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
      response.on("error", reject);
    });
    request.on("error", reject);
    if (body !== undefined) {
      request.setHeader("content-length", Buffer.byteLength(body));
      request.write(body);
    }
    request.end();
  });
}

async function main() {
  const { handler } = require(path.join(process.env.LAMBDA_TASK_ROOT, "index.js"));
  for (;;) {
    const next = await call("GET", `${root}next`);
    const id = next.headers["lambda-runtime-aws-request-id"];
    try {
      const answer = await handler(JSON.parse(next.body.toString("utf8")), { awsRequestId: id });
      await call("POST", `${root}${id}/response`, JSON.stringify(answer));
    } catch (error) {
      await call("POST", `${root}${id}/error`, JSON.stringify({ errorMessage: String(error?.stack ?? error) }));
    }
  }
}

main();
