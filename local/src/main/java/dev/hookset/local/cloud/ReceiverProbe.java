package dev.hookset.local.cloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/**
 * Shows a delivery to a receiver of a deployed stack past its URL, as who may invoke the function.
 * By the gateway it would count as a sender's.
 */
public final class ReceiverProbe {
  private static final JsonMapper JSON = new JsonMapper();

  private ReceiverProbe() {}

  /**
   * What the function answered.
   *
   * @param status the status, 500 if it failed
   * @param body the body; empty if there is none
   */
  public record Answer(int status, String body) {
    /** Returns the word that says why, empty if none does. */
    public String error() {
      try {
        return JSON.readTree(body).path("error").asText();
      } catch (IOException e) {
        return "";
      }
    }
  }

  /**
   * Asks the function that answers now.
   *
   * @throws CloudProblem if it cannot be invoked; the message says why
   */
  public static Answer ask(
      DeployedStack stack, Provider provider, Map<String, String> headers, Body body) {
    ObjectNode event =
        JSON.createObjectNode().put("version", "2.0").put("rawPath", stack.url(provider).getPath());
    headers.forEach(event.putObject("headers")::put);
    event.putObject("requestContext").putObject("http").put("method", "POST");
    event
        .put("body", Base64.getEncoder().encodeToString(body.toByteArray()))
        .put("isBase64Encoded", true)
        .put("hookset", "probe");
    try {
      InvokeResponse response =
          stack
              .lambda()
              .invoke(
                  invoke ->
                      invoke
                          .functionName(stack.function(provider))
                          .qualifier(FunctionSettings.ALIAS)
                          .payload(SdkBytes.fromUtf8String(event.toString())));
      JsonNode answer = JSON.readTree(response.payload().asUtf8String());
      return response.functionError() == null
          ? new Answer(answer.path("statusCode").asInt(), answer.path("body").asText())
          : new Answer(500, "");
    } catch (SdkException e) {
      throw new CloudProblem(
          stack.function(provider)
              + " cannot be invoked (lambda:InvokeFunction): "
              + AwsSettings.shortened(e.getMessage()));
    } catch (IOException e) {
      throw new CloudProblem(stack.function(provider) + " does not answer with JSON");
    }
  }
}
