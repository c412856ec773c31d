package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.providers.DocumentedTypes;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The samples of the senders' events, a file each: {@code stripe.json} is an object that has a body
 * by type, the usual type first. A body stands there as the sender writes it, so a captured one is
 * a sample as it is; one that is a form stands there as a string. {@link FreshSample} says what is
 * changed before it is sent.
 *
 * <p>A file is read once. Every method throws {@link IllegalArgumentException} for a sender that
 * has no file, or whose file cannot be read; the message names it. Safe to share between threads.
 */
public final class Samples {
  /** Where they are in a checkout: among the resources of the tests, whose kit reads them too. */
  private static final String FOLDER = "functions/src/test/resources/samples";

  private final Path folder;
  private final Map<String, ObjectNode> read = new ConcurrentHashMap<>();

  /**
   * Creates them.
   *
   * @param checkout the folder with {@code template.yaml}
   */
  public Samples(Path checkout) {
    this.folder = checkout.resolve(FOLDER);
  }

  /** Returns the event types that there are samples of, the default one first. */
  public List<String> types(Provider provider) {
    List<String> types = new ArrayList<>();
    of(provider).fieldNames().forEachRemaining(types::add);
    return types;
  }

  /** Returns the type of the first sample. */
  public String defaultType(Provider provider) {
    return types(provider).getFirst();
  }

  /** Returns the type whose sample stands for {@code type}: itself, or the most similar one. */
  public String typeFor(Provider provider, String type) {
    List<String> types = types(provider);
    return types.contains(type) ? type : DocumentedTypes.nearestFirst(type, types).getFirst();
  }

  /**
   * Returns a body of an event of {@code type}; where there is no sample of it, the most similar
   * one's, under that type.
   *
   * @param id makes the event one of its own: the same ID, type and time give the same bytes; a
   *     UUID looks right for every sender
   * @param now when the event happens
   * @throws IllegalArgumentException likewise, and if the sender can have no event of that type:
   *     Lamina's are all {@code run.<status>}
   */
  public Body body(Provider provider, String type, String id, Instant now) {
    String like = typeFor(provider, type);
    return new FreshSample(provider, Objects.requireNonNull(of(provider).get(like), like))
        .body(like, type, id, now);
  }

  private ObjectNode of(Provider provider) {
    return read.computeIfAbsent(provider.name(), this::read);
  }

  private ObjectNode read(String name) {
    Path file = folder.resolve(name + ".json");
    JsonNode samples;
    try {
      samples = Json.readIfJson(Body.wrap(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          "there are no samples of "
              + name
              + ": "
              + file
              + " is not there; it is an object with a body by type");
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be read: " + e.getMessage(), e);
    }
    if (samples instanceof ObjectNode object && !object.isEmpty() && bodies(object)) {
      return object;
    }
    throw new IllegalArgumentException(
        file
            + " is no file of samples: an object is expected, which has by type a body: an object,"
            + " an array, or, for a form, a string");
  }

  private static boolean bodies(ObjectNode samples) {
    for (JsonNode body : samples) {
      if (!body.isContainerNode() && !body.isTextual()) {
        return false;
      }
    }
    return true;
  }
}
