"""A receiver of Lymnus's webhooks as one would write it for Python: clients made once, connections kept by default."""

import base64
import binascii
import hashlib
import hmac
import json
import os
import time
from datetime import datetime, timezone

import boto3

TOLERANCE_SECONDS = 300
RETENTION_SECONDS = 30 * 24 * 60 * 60

dynamo_db = boto3.client("dynamodb")
sqs = boto3.client("sqs")
table = os.environ["INBOX_TABLE"]
queue_url = os.environ["WORK_QUEUE_URL"]
secret = os.environ["LYMNUS_WEBHOOK_SECRET"].encode()


def handler(event, context):
    body = base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"].encode()
    if not holds(event["headers"].get("x-lymnus-signature", ""), body):
        return answer(401, {"error": "invalid_signature"})
    parsed = json.loads(body)
    fresh = record(parsed, body)
    if fresh:
        sqs.send_message(
            QueueUrl=queue_url, MessageBody=json.dumps({"provider": "lymnus", "eventId": parsed["id"]})
        )
    status = "accepted" if fresh else "duplicate"
    print(
        json.dumps(
            {
                "timestamp": rfc3339(time.time()),
                "level": "INFO",
                "message": f"delivery {status}",
                "provider": "lymnus",
                "eventId": parsed["id"],
                "type": parsed["event"],
            }
        ),
        flush=True,
    )
    return answer(200, {"status": status, "id": parsed["id"]})


def holds(header, body):
    timestamp, signature = 0, b""
    for element in header.split(","):
        if element.startswith("t="):
            timestamp = int(element[2:])
        elif element.startswith("v1="):
            signature = binascii.unhexlify(element[3:])
    expected = hmac.new(secret, body, hashlib.sha256).digest()
    return hmac.compare_digest(expected, signature) and abs(time.time() - timestamp) <= TOLERANCE_SECONDS


def record(parsed, body):
    now = time.time()
    shard = binascii.crc32(parsed["id"].encode()) & 15
    try:
        dynamo_db.put_item(
            TableName=table,
            ConditionExpression="attribute_not_exists(pk)",
            Item={
                "pk": {"S": "lymnus#" + parsed["id"]},
                "provider": {"S": "lymnus"},
                "eventId": {"S": parsed["id"]},
                "type": {"S": parsed["event"]},
                "occurredAt": {"S": parsed["created"]},
                "receivedAt": {"S": rfc3339(now)},
                "status": {"S": "RECEIVED"},
                "statusShard": {"S": f"OPEN#{shard}"},
                "dueAt": {"N": str(int(now * 1000) + 120_000)},
                "attempts": {"N": "0"},
                "digest": {"S": hashlib.sha256(body).hexdigest()},
                "expiresAt": {"N": str(int(now) + RETENTION_SECONDS)},
                "body": {"B": body},
            },
        )
        return True
    except dynamo_db.exceptions.ConditionalCheckFailedException:
        return False


def rfc3339(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat().replace("+00:00", "Z")


def answer(status, body):
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
