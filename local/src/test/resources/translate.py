"""Reads an expanded template, has SAM's translator make CloudFormation of it, prints the logical names and types."""

import json
import sys

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

template = json.load(sys.stdin)
template["Transform"] = "AWS::Serverless-2016-10-31"
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":
        resource["Properties"]["CodeUri"] = "s3://bucket/package"
translator = Translator({}, Parser(), None, boto3.session.Session(region_name="us-east-1"))
for name, resource in translator.translate(template, {})["Resources"].items():
    print(name, resource["Type"])
