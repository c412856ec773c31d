package dev.hookset.local.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** Counts the calls of SDK clients, and what DynamoDB says that they cost. Safe to share. */
final class Meter implements ExecutionInterceptor {
  private final List<String> calls = new ArrayList<>();
  private double writeUnits;
  private Map<String, Double> lastUnits = Map.of();

  /** Returns the names of the operations that were called, in order. */
  synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** Returns the units of all writes that were applied, the index's among them. */
  synchronized double writeUnits() {
    return writeUnits;
  }

  /** Returns the units of the last write that was applied: the table's, and each index's. */
  synchronized Map<String, Double> lastUnits() {
    return lastUnits;
  }

  synchronized void reset() {
    calls.clear();
    writeUnits = 0;
    lastUnits = Map.of();
  }

  @Override
  public synchronized void beforeExecution(
      Context.BeforeExecution context, ExecutionAttributes attributes) {
    calls.add(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    return switch (context.request()) {
      case PutItemRequest put ->
          put.toBuilder().returnConsumedCapacity(ReturnConsumedCapacity.INDEXES).build();
      case UpdateItemRequest update ->
          update.toBuilder().returnConsumedCapacity(ReturnConsumedCapacity.INDEXES).build();
      case SdkRequest other -> other;
    };
  }

  @Override
  public synchronized void afterExecution(
      Context.AfterExecution context, ExecutionAttributes attributes) {
    ConsumedCapacity consumed = consumed(context.response());
    if (consumed != null) {
      writeUnits += consumed.capacityUnits();
      Map<String, Double> units = new TreeMap<>();
      units.put("table", consumed.table().capacityUnits());
      consumed
          .globalSecondaryIndexes()
          .forEach((index, capacity) -> units.put(index, capacity.capacityUnits()));
      units.values().removeIf(count -> count == 0);
      lastUnits = units;
    }
  }

  private static @Nullable ConsumedCapacity consumed(SdkResponse response) {
    return switch (response) {
      case PutItemResponse put -> put.consumedCapacity();
      case UpdateItemResponse update -> update.consumedCapacity();
      case SdkResponse _ -> null;
    };
  }
}
