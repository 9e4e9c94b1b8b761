package io.millrace.clickhouse.encoding;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.clickhouse.write.Batch;
import io.millrace.contract.Contract;
import io.millrace.contract.yaml.ContractLoader;
import io.millrace.event.Event;
import io.millrace.event.SourceRecord;
import io.millrace.fixtures.AllTypes;
import io.millrace.fixtures.TestEvents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;

class RowBlockTest {
  private final RowBlockBuilder builder = new RowBlockBuilder();

  /** A row that is one byte a number: 3 is written as 3 3 3. */
  private RowBlock block(int... numbers) throws InvalidRowException {
    return block(builder, numbers);
  }

  private static RowBlock block(RowBlockBuilder builder, int... numbers)
      throws InvalidRowException {
    for (int n : numbers) {
      builder.add(
          n,
          (number, out) -> {
            byte[] same = new byte[number];
            Arrays.fill(same, (byte) (int) number);
            out.writeRaw(same, 0, number);
          },
          1000L + n,
          TestEvents.origin(n, n));
    }
    return builder.build();
  }

  private static byte[] bytes(Batch batch) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    batch.writeTo(out);
    return out.toByteArray();
  }

  private static List<Long> times(Batch batch) {
    List<Long> times = new ArrayList<>();
    batch.forEachTime(times::add);
    return times;
  }

  @Test
  void coderKeepsEverything() throws Exception {
    CoderProperties.coderDecodeEncodeEqual(RowBlockCoder.of(), block(1, 2, 3));
    CoderProperties.coderDecodeEncodeEqual(RowBlockCoder.of(), block());
    CoderProperties.structuralValueDecodeEncodeEqual(RowBlockCoder.of(), block(4));
    RowBlock two = block(1, 2);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RowBlockCoder.of().encode(two, out);
    assertThat(RowBlockCoder.of().getEncodedElementByteSize(two), is((long) out.size()));
  }

  @Test
  void aLargeBlockIsNotChangedByTheNextOne() throws Exception {
    RowBlock large = block(1, 2_000_000, 3);
    byte[] before = CoderUtils.encodeToByteArray(RowBlockCoder.of(), large);
    RowBlock small = block(5, 6, 7);
    assertThat(CoderUtils.encodeToByteArray(RowBlockCoder.of(), large), is(before));
    assertThat(large.packed(), is(block(new RowBlockBuilder(), 1, 2_000_000, 3)));
    assertThat(large.byteCount(0, 3), is(2_000_004));
    assertThat(small.byteCount(0, 3), is(18));
    CoderProperties.coderDecodeEncodeEqual(RowBlockCoder.of(), large);
  }

  @Test
  void aBlockHoldsTheSameWhetherItHasTravelledOrNot() throws Exception {
    RowBlock here = block(1, 2, 3);
    RowBlock packed = here.packed();
    assertThat(here.isPacked(), is(false));
    assertThat(packed.isPacked(), is(true));
    assertThat(packed, is(here));
    assertThat(packed.packed(), sameInstance(packed));
    for (int row = 0; row < 3; row++) {
      SourceRecord origin = TestEvents.origin(row + 1, row + 1);
      assertThat(here.origin(row), is(origin));
      assertThat(packed.origin(row), is(origin));
      assertThat(here.originWithoutBytes(row).withoutBytes(), is(origin.withoutBytes()));
      assertThat(packed.originWithoutBytes(row), is(origin.withoutBytes()));
      assertThat(packed.eventTimeMillis(row), is(here.eventTimeMillis(row)));
    }
    assertThat(here.part(1, 3), is(packed.part(1, 3)));
    // Limits are the same for both, within what an object takes.
    assertThat(here.memoryBytes(), greaterThan(packed.memoryBytes() / 2));
    assertThat(here.memoryBytes(), lessThan(packed.memoryBytes() + 3 * 100L));
  }

  @Test
  void aBlockInBuffersHoldsTheSame() throws Exception {
    RowBlockBuilder inBuffers = new RowBlockBuilder(new BlockBuffers(1 << 20));
    RowBlock expected = block(1, 2, 3);
    RowBlock found = block(inBuffers, 1, 2, 3);
    assertThat(found, is(expected));
    assertThat(found.hashCode(), is(expected.hashCode()));
    assertThat(found.isPacked(), is(true));
    assertThat(found.memoryBytes(), is(expected.packed().memoryBytes()));
    CoderProperties.coderDecodeEncodeEqual(RowBlockCoder.of(), found);
    for (int row = 0; row < 3; row++) {
      assertThat(found.origin(row), is(expected.origin(row)));
      assertThat(
          found.originWithoutBytes(row), is(expected.originWithoutBytes(row).withoutBytes()));
      assertThat(found.eventTimeMillis(row), is(expected.eventTimeMillis(row)));
    }
    assertThat(found.part(1, 3), is(expected.part(1, 3)));
    assertThat(RowBlock.join(List.of(found, block(inBuffers, 4))), is(block(1, 2, 3, 4)));
    assertThat(bytes(Batch.of(List.of(found))), is(bytes(Batch.of(List.of(expected)))));
  }

  @Test
  void buffersAreUsedAgainOnlyAfterTheirBlockIsReleased() throws Exception {
    RowBlockBuilder inBuffers = new RowBlockBuilder(new BlockBuffers(1 << 20));
    RowBlock first = block(inBuffers, 1, 2, 3);
    RowBlock second = block(inBuffers, 4, 5);
    RowBlock part = first.part(0, 2);
    first.release();
    first.release();
    List<RowBlock> others = new ArrayList<>();
    for (int n = 6; n < 12; n++) {
      others.add(block(inBuffers, n, n));
    }
    assertThat(second, is(block(4, 5)));
    assertThat(part, is(block(1, 2)));
    for (int n = 6; n < 12; n++) {
      assertThat(others.get(n - 6), is(block(n, n)));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> bytes(Batch.of(List.of(first))));
    assertThrows(IndexOutOfBoundsException.class, () -> first.origin(0));
    assertThrows(IndexOutOfBoundsException.class, () -> first.eventTimeMillis(0));
  }

  @Test
  void joinedBlocksHoldTheSameRows() throws Exception {
    RowBlock joined = RowBlock.join(List.of(block(1, 2), block(), block(3), block(4, 5)));
    assertThat(joined, is(block(1, 2, 3, 4, 5)));
    assertThat(joined.origin(3), is(TestEvents.origin(4, 4)));
    assertThat(joined.eventTimeMillis(4), is(1005L));
  }

  @Test
  void aBlockWithoutBuffersKeepsItsRows() throws Exception {
    RowBlockBuilder inBuffers = new RowBlockBuilder(new BlockBuffers(1 << 20));
    RowBlock only = block(inBuffers, 1, 2);
    RowBlock copy = only.withoutBuffers();
    only.release();
    RowBlock next = block(inBuffers, 8, 9);
    assertThat(copy, is(block(1, 2)));
    assertThat(copy.origin(1), is(TestEvents.origin(2, 2)));
    assertThat(next, is(block(8, 9)));
    assertThat(copy.withoutBuffers(), sameInstance(copy));
  }

  @Test
  void halvesOfABatchAreItsRowsInOrder() throws Exception {
    Batch batch = Batch.of(List.of(block(1, 2), block(3, 4, 5)));
    assertThat(batch.rowCount(), is(5));
    assertThat(batch.byteCount(), is(15L));
    assertThat(bytes(batch.firstHalf()), is(new byte[] {1, 2, 2}));
    assertThat(bytes(batch.secondHalf()), is(new byte[] {3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5}));
    assertThat(times(batch.secondHalf()), is(List.of(1003L, 1004L, 1005L)));
    Batch last = batch.secondHalf().secondHalf().secondHalf();
    assertThat(last.rowCount(), is(1));
    assertThat(last.byteCount(), is(5L));
    assertThat(last.firstOrigin(), is(TestEvents.origin(5, 5)));
  }

  @Test
  void tokenIsAFunctionOfTheRowsAlone() throws Exception {
    String token = Batch.of(List.of(block(1, 2), block(3))).token();
    assertThat(Batch.of(List.of(block(1), block(2, 3))).token(), is(token));
    assertThat(Batch.of(List.of(block(1, 2, 4))).token(), not(token));
    assertThat(Batch.of(List.of(block(2, 1, 3))).token(), not(token));
  }

  @Test
  void aRowThatCannotBeEncodedLeavesNoTrace() throws Exception {
    Contract contract = ContractLoader.parse(AllTypes.YAML, "all.yaml");
    TableRowWriter writer = TableRowWriter.of(contract.tables().normal());
    add(contract, writer, Map.of());
    RowBlock alone = builder.build();

    add(contract, writer, Map.of());
    refused(contract, writer, Map.of("id", "00112233-4455-6677-8899-aabbccddeefg"), "not a UUID");
    refused(contract, writer, Map.of("id", "1-1-1-1-1"), "not a UUID");
    refused(contract, writer, Map.of("d9", new BigDecimal("0.001")), "`d9`: more than 2 digits");
    refused(contract, writer, Map.of("d9", new BigDecimal("1E7")), "`d9`: more than 9 digits");
    refused(
        contract,
        writer,
        Map.of("other_time", Instant.ofEpochMilli(ValueEncoders.MAX_TIME + 1)),
        "`other_time`: a time outside of 1900 to 2299");
    refused(
        contract,
        writer,
        Map.of("other_time", Instant.ofEpochMilli(ValueEncoders.MIN_TIME - 1)),
        "1900");
    refused(
        contract,
        writer,
        Map.of("event_time", Instant.parse("2262-04-11T23:47:16.854775808Z")),
        "`event_time`: a time outside of 1900 to 2262");
    Map<String, Object> nulls = new HashMap<>();
    nulls.put("k", null);
    refused(contract, writer, Map.of("extra", nulls), "`extra`: the map contains null");
    assertThat(builder.build(), is(alone));
  }

  private void refused(
      Contract contract, TableRowWriter writer, Map<String, Object> change, String message) {
    InvalidRowException e =
        assertThrows(InvalidRowException.class, () -> add(contract, writer, change));
    assertThat(e.getMessage(), containsString(message));
  }

  private void add(Contract contract, TableRowWriter writer, Map<String, Object> change)
      throws InvalidRowException {
    Map<String, Object> values = new HashMap<>();
    values.put("id", "00112233-4455-6677-8899-aabbccddeeff");
    values.put("event_time", Instant.ofEpochMilli(TestEvents.BASE_TIME));
    values.put("ingestion_time", Instant.ofEpochMilli(TestEvents.BASE_TIME));
    values.putAll(change);
    Event event =
        TestEvents.event(contract, values, TestEvents.BASE_TIME, TestEvents.origin(1, 10));
    builder.add(event.values(), writer, event.eventTimeMillis(), event.origin());
  }
}
