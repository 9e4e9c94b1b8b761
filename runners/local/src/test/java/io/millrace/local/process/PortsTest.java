package io.millrace.local.process;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void freePortsAreDifferentAndNotThoseOfOutgoingConnections() {
    List<Integer> ports = Ports.free(Ports.Range.FLINK, 50);
    assertThat(new HashSet<>(ports), hasSize(50));
    assertThat(ports, everyItem(allOf(greaterThanOrEqualTo(20_000), lessThan(23_000))));
  }

  @Test
  void whereSomebodyListensIsNotFree() throws Exception {
    int port = Ports.free(Ports.Range.PROXY);
    try (ServerSocket listening = new ServerSocket(port, 1, Ports.loopback())) {
      assertThat(listening.isBound(), is(true));
      assertThat(Ports.isFree(port), is(false));
      List<Integer> free = Ports.free(Ports.Range.PROXY, 2_000);
      assertThat(free.contains(port), is(false));
    }
  }

  @Test
  void tooManyAreRefused() {
    Exception e =
        assertThrows(LocalStackException.class, () -> Ports.free(Ports.Range.KAFKA, 3_001));
    assertThat(e.getMessage(), containsString("from 10000 to 12999"));
  }
}
