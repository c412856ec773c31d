package dev.hookset.payloads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LaminaRunTest {
  private static final LaminaOutput NO_OUTPUT =
      new LaminaOutput(null, null, null, null, null, null, MissingNode.getInstance());

  @Test
  void run_ofAFlatBody_readsAllFields() {
    String data = Sample.LAMINA.body().strip();
    String flat = data.substring("{\"data\":".length(), data.length() - 1);
    LaminaRun nested = LaminaRun.of(Sample.LAMINA.event());
    LaminaRun run = LaminaRun.of(Sample.event(flat));
    assertEquals(
        new LaminaRun(
            nested.runId(),
            nested.workflowId(),
            nested.status(),
            nested.outputs(),
            nested.errorMessage(),
            nested.startedAt(),
            nested.completedAt(),
            nested.createdAt(),
            nested.json().path("data")),
        run);
  }

  @Test
  void run_withFieldsInDataAndBesideIt_readsThoseInData() {
    LaminaRun run =
        LaminaRun.of(
            Sample.event(
                """
                {"data":{"workflowId":"w1","status":"failed","errorMessage":"m1",
                "completedAt":"2026-06-01T00:00:01Z","outputs":[{"id":"o1"}]},
                "workflowId":"w2","status":"completed","errorMessage":"m2",
                "completedAt":"2026-06-01T00:00:02Z","outputs":[{"id":"o2"},{"id":"o3"}]}
                """));
    assertEquals("w1", run.workflowId());
    assertEquals("failed", run.status());
    assertEquals("m1", run.errorMessage());
    assertEquals(Instant.parse("2026-06-01T00:00:01Z"), run.completedAt());
    assertEquals(List.of("o1"), run.outputs().stream().map(LaminaOutput::id).toList());
  }

  @Test
  void run_withUnusableFieldsInData_readsThoseBesideIt() {
    LaminaRun run =
        LaminaRun.of(
            Sample.event(
                """
                {"data":{"workflowId":1,"status":"","completedAt":"soon","outputs":{}},
                "workflowId":"w2","status":"completed","completedAt":"2026-06-01T00:00:02Z",
                "outputs":[{"id":"o2"}]}
                """));
    assertEquals("w2", run.workflowId());
    assertEquals("completed", run.status());
    assertEquals(Instant.parse("2026-06-01T00:00:02Z"), run.completedAt());
    assertEquals(List.of("o2"), run.outputs().stream().map(LaminaOutput::id).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "'\"runId\":\"a\",\"executionId\":\"b\",\"id\":\"c\"', '\"runId\":\"d\"', a",
    "'\"executionId\":\"b\",\"id\":\"c\"', '\"runId\":\"d\"', b",
    "'\"id\":\"c\"', '\"runId\":\"d\",\"executionId\":\"e\",\"id\":\"f\"', d",
    "'\"id\":\"c\"', '\"executionId\":\"e\",\"id\":\"f\"', e",
    "'\"id\":\"c\"', '\"id\":\"f\"', c",
    "'\"status\":\"failed\"', '\"id\":\"f\"', f",
    "'\"runId\":\"\",\"executionId\":7,\"id\":null', '\"runId\":{},\"id\":\"f\"', f"
  })
  void runId_ofSeveralCandidates_isTheFirstUsable(String inData, String beside, String runId) {
    assertEquals(
        runId, LaminaRun.of(Sample.event("{\"data\":{" + inData + "}," + beside + "}")).runId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"data\":{}}", "{\"data\":{\"runId\":\"\"},\"id\":1}"})
  void runId_withoutAUsableCandidate_isNull(String body) {
    assertNull(LaminaRun.of(Sample.event(body)).runId());
  }

  @Test
  void outputs_ofAFailedRun_areEmpty() {
    LaminaRun run =
        LaminaRun.of(
            Sample.event("{\"data\":{\"runId\":\"r\",\"status\":\"failed\",\"outputs\":[]}}"));
    assertEquals(List.of(), run.outputs());
  }

  @Test
  void outputs_changedFromOutside_stayAsTheyWere() {
    List<LaminaOutput> outputs = new ArrayList<>(List.of(NO_OUTPUT));
    LaminaRun run =
        new LaminaRun(null, null, null, outputs, null, null, null, null, MissingNode.getInstance());
    outputs.clear();
    assertEquals(List.of(NO_OUTPUT), run.outputs());
    assertThrows(UnsupportedOperationException.class, () -> run.outputs().clear());
  }

  @Test
  void outputs_ofAReadRun_areUnmodifiable() {
    LaminaRun run = LaminaRun.of(Sample.LAMINA.event());
    assertThrows(UnsupportedOperationException.class, () -> run.outputs().add(NO_OUTPUT));
  }
}
