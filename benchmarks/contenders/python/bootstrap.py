"""The loop of a runtime: takes invocations off the Runtime API and hands them over. Leaner than Lambda's own."""

import http.client
import json
import os
import sys
import traceback

sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])

import receive

ROOT = "/2018-06-01/runtime/invocation/"


def main():
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        api.request("GET", ROOT + "next")
        response = api.getresponse()
        request_id = response.getheader("Lambda-Runtime-Aws-Request-Id")
        event = json.loads(response.read())
        try:
            answer, outcome = receive.handler(event, None), "response"
        except Exception:
            answer, outcome = {"errorMessage": traceback.format_exc()}, "error"
        api.request("POST", f"{ROOT}{request_id}/{outcome}", json.dumps(answer).encode())
        api.getresponse().read()


main()
