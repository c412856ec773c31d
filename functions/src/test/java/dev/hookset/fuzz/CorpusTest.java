package dev.hookset.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every input that was kept, put to its target once more. */
final class CorpusTest {
  @TestFactory
  Stream<DynamicTest> target_everyInputThatWasKept_holdsItsContract() {
    return Targets.all().stream()
        .map(target -> DynamicTest.dynamicTest(target.getSimpleName(), () -> check(target)));
  }

  private static void check(Class<?> target) throws IllegalAccessException, NoSuchMethodException {
    MethodHandle entry =
        MethodHandles.lookup()
            .findStatic(
                target, "fuzzerTestOneInput", MethodType.methodType(void.class, byte[].class));
    List<byte[]> inputs = Targets.inputs(target);
    assertFalse(inputs.isEmpty());
    for (byte[] input : inputs) {
      try {
        entry.invoke(input);
      } catch (Throwable e) {
        throw new AssertionError("input " + Base64.getEncoder().encodeToString(input), e);
      }
    }
  }
}
