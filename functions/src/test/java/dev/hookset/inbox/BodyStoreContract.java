package dev.hookset.inbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link BodyStore} promises. A subclass supplies the store and nothing else.
 *
 * <p>The store may be shared between tests and hold other bodies: each test works under a provider
 * of its own.
 */
public abstract class BodyStoreContract {
  private static final int MORE_THAN_A_PAGE = 1_001;

  private final String provider = "p" + UUID.randomUUID();

  /** Returns the store under test. */
  protected abstract BodyStore store();

  @ParameterizedTest
  @ValueSource(ints = {1, 100_000, 4 * 1024 * 1024 + 1024})
  void get_whatWasPut_isAsItWas(int length) {
    byte[] bytes = noise(length);
    String name = name(0, "body");

    store().put(name, key("evt"), bytes);

    assertArrayEquals(bytes, store().get(name).orElseThrow());
  }

  @Test
  void get_nothingUnderTheName_isNothing() {
    store().put(name(0, "one"), key("evt"), noise(10));

    assertEquals(Optional.empty(), store().get(name(0, "other")));
    assertEquals(Optional.empty(), store().get(name(0, "on")));
  }

  @Test
  void put_sameNameAgain_keepsWhatCameLast() {
    String name = name(0, "body");
    store().put(name, key("evt"), noise(10));

    store().put(name, key("evt"), noise(11));

    assertArrayEquals(noise(11), store().get(name).orElseThrow());
    assertEquals(Set.of(name), names(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evt",
        "a/b#c d?e&f=g%20",
        "\u0000\u0001\n\r\t\"\\",
        "\u00E9\uD83D\uDE00\uFFFE",
      })
  void owner_anyCharactersInTheId_isWhoseItWas(String id) {
    String name = name(7, "body");

    store().put(name, key(id), noise(10));

    assertEquals(Optional.of(key(id)), store().owner(name));
  }

  @Test
  void owner_theLongestId_isWhoseItWas() {
    EventKey longest = key("\u20AC".repeat(256) + "~0123456789abcdef");

    store().put(name(7, "body"), longest, noise(10));

    assertEquals(Optional.of(longest), store().owner(name(7, "body")));
  }

  @Test
  void owner_nothingUnderTheName_isNobody() {
    assertEquals(Optional.empty(), store().owner(name(0, "body")));
  }

  @Test
  void delete_leavesTheOthers() {
    store().put(name(0, "one"), key("evt"), noise(10));
    store().put(name(0, "other"), key("evt"), noise(10));

    store().delete(name(0, "one"));
    store().delete(name(0, "one"));

    assertEquals(Optional.empty(), store().get(name(0, "one")));
    assertEquals(Optional.empty(), store().owner(name(0, "one")));
    assertEquals(Set.of(name(0, "other")), names(0));
  }

  @Test
  void slice_holdsItsOwnNamesAlone() {
    store().put(name(0x00, "a"), key("a"), noise(1));
    store().put(name(0x0a, "b"), key("b"), noise(1));
    store().put(name(0xa0, "c"), key("c"), noise(1));
    store().put(name(0xff, "d"), key("d"), noise(1));
    store().put("x" + name(0x0a, "e"), key("e"), noise(1));

    assertEquals(Set.of(name(0x0a, "b")), names(0x0a));
    assertEquals(Set.of(name(0xff, "d")), names(0xff));
    assertEquals(Set.of(), names(0x01));
  }

  @Test
  void slice_moreThanAPage_listsAll() {
    Set<String> all = new TreeSet<>();
    for (int i = 0; i < MORE_THAN_A_PAGE; i++) {
      String name = name(1, "body " + i);
      all.add(name);
      store().put(name, key("evt"), noise(1));
    }

    assertEquals(all, names(1));
  }

  @Test
  void slice_whatWasStored_saysWhen() {
    Instant before = Instant.now().minus(Duration.ofSeconds(2));

    store().put(name(0, "body"), key("evt"), noise(1));

    BodyStore.Stored stored = store().slice(provider, 0).next();
    assertTrue(stored.storedAt().isAfter(before), stored::toString);
    assertFalse(stored.storedAt().isAfter(Instant.now().plusSeconds(1)), stored::toString);
  }

  private Set<String> names(int slice) {
    List<String> names = new ArrayList<>();
    store().slice(provider, slice).forEachRemaining(stored -> names.add(stored.name()));
    Set<String> distinct = new TreeSet<>(names);
    assertEquals(distinct.size(), names.size(), "each once");
    return distinct;
  }

  private String name(int slice, String rest) {
    return provider + "/" + String.format("%02x", slice) + rest.replace(' ', '-');
  }

  private EventKey key(String id) {
    return new EventKey(provider, id);
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(length).nextBytes(noise);
    return noise;
  }
}
