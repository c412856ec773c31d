package dev.hookset.local.samples;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.Form;
import dev.hookset.providers.DocumentedTypes;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.testing.Events;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the files of samples to the senders that they are of. */
final class SampleFilesTest {
  private static final Path FOLDER =
      Path.of("..", "functions", "src", "test", "resources", "samples");
  private static final String ID = "550e8400-e29b-41d4-a716-446655440000";

  static List<Provider> providers() {
    return Providers.all();
  }

  @Test
  void folder_hasAFileOfEachSender_andNoOther() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      Set<String> names =
          files
              .map(file -> String.valueOf(file.getFileName()).replace(".json", ""))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(new TreeSet<>(Providers.names()), names);
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void file_ofAnySender_isWrittenAsAllAre(Provider provider) throws IOException {
    String text = Files.readString(FOLDER.resolve(provider.name() + ".json"));

    assertEquals(Json.pretty(Json.readIfJson(Body.ofUtf8(text))), text);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void types_ofAnySender_areDocumentedByIt(Provider provider) {
    for (String type : SAMPLES.types(provider)) {
      assertTrue(DocumentedTypes.flaw(provider.name(), type).isEmpty(), type);
    }
  }

  // A sample that was sent and the one that handlers' tests get were two, and could differ.
  @ParameterizedTest
  @MethodSource("providers")
  void body_atTheTimeOfTheFile_isTheOneThatHandlersAreTestedWith(Provider provider) {
    for (String type : SAMPLES.types(provider)) {
      Event event = Events.of(provider.name(), type);
      Body sent = SAMPLES.body(provider, type, ID, Events.NOW);

      assertEquals(type, event.type());
      assertEquals(
          comparable(event.body(), provider, sent), comparable(sent, provider, sent), type);
    }
  }

  /** Returns the body but for its IDs, and with what the one that is sent has besides. */
  private static Body comparable(Body body, Provider provider, Body sent) {
    SampleBody sample =
        SampleBody.of(
            Form.read(body) == null ? Json.readIfJson(body) : TextNode.valueOf(body.utf8()));
    if (sent.utf8().contains(FreshSample.OURS)) {
      sample.add(FreshSample.OURS, ID);
    }
    for (ObjectNode object : sample.objects()) {
      for (String path : provider.idMembers()) {
        SampleBody.set(object, path, _ -> TextNode.valueOf("the ID"));
      }
    }
    return sample.body();
  }
}
