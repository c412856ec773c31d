// A receiver of Lymnus's webhooks as one would write it for Node.js: clients made once, connections kept by default.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const TOLERANCE_SECONDS = 300;
const RETENTION_SECONDS = 30 * 24 * 60 * 60;

const dynamoDb = new DynamoDBClient({});
const sqs = new SQSClient({});
const table = process.env.INBOX_TABLE;
const queueUrl = process.env.WORK_QUEUE_URL;
const secret = process.env.LYMNUS_WEBHOOK_SECRET;

export async function handler(event) {
  const body = Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8");
  if (!holds(event.headers["x-lymnus-signature"], body)) {
    return answer(401, { error: "invalid_signature" });
  }
  const json = JSON.parse(body.toString("utf8"));
  const fresh = await record(json, body);
  if (fresh) {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify({ provider: "lymnus", eventId: json.id }),
      }),
    );
  }
  const status = fresh ? "accepted" : "duplicate";
  console.log(
    JSON.stringify({
      timestamp: new Date().toISOString(),
      level: "INFO",
      message: `delivery ${status}`,
      provider: "lymnus",
      eventId: json.id,
      type: json.event,
    }),
  );
  return answer(200, { status, id: json.id });
}

function holds(header, body) {
  let timestamp = 0;
  let signature = Buffer.alloc(0);
  for (const element of (header ?? "").split(",")) {
    if (element.startsWith("t=")) {
      timestamp = Number(element.slice(2));
    } else if (element.startsWith("v1=")) {
      signature = Buffer.from(element.slice(3), "hex");
    }
  }
  const expected = createHmac("sha256", secret).update(body).digest();
  return (
    signature.length === expected.length &&
    timingSafeEqual(signature, expected) &&
    Math.abs(Date.now() / 1000 - timestamp) <= TOLERANCE_SECONDS
  );
}

async function record(json, body) {
  const now = Date.now();
  const shard = [...json.id].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) | 0, 0) & 15;
  try {
    await dynamoDb.send(
      new PutItemCommand({
        TableName: table,
        ConditionExpression: "attribute_not_exists(pk)",
        Item: {
          pk: { S: `lymnus#${json.id}` },
          provider: { S: "lymnus" },
          eventId: { S: json.id },
          type: { S: json.event },
          occurredAt: { S: json.created },
          receivedAt: { S: new Date(now).toISOString() },
          status: { S: "RECEIVED" },
          statusShard: { S: `OPEN#${shard}` },
          dueAt: { N: String(now + 120_000) },
          attempts: { N: "0" },
          digest: { S: createHash("sha256").update(body).digest("hex") },
          expiresAt: { N: String(Math.floor(now / 1000) + RETENTION_SECONDS) },
          body: { B: body },
        },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return false;
    }
    throw error;
  }
}

function answer(statusCode, body) {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
