package io.millrace.decode.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.decode.json.ElementFinder.Element;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonScanTest {
  @Test
  void noMoreElementsAreKeptThanARecordMayHold() throws Exception {
    byte[] json = Decoding.utf8("[{}, [1], {\"a\":[]}, {}, {}]");
    JsonScan scan = new JsonScan();
    scan.open(json, json.length);
    JsonScan.Children children = new JsonScan.Children(3);

    assertEquals(json.length, scan.value(0, children));
    assertEquals(3, children.count());
    assertEquals(3, children.endOf(1));
    assertEquals(8, children.endOf(5));
    assertEquals(18, children.endOf(10));
    assertEquals(-1, children.endOf(20));
    assertEquals(-1, children.endOf(24));
  }

  /** Elements on the way to the events are not limited. */
  @Test
  void elementsThatAreNotKeptAreFoundAllTheSame() throws Exception {
    ElementFinder finder = new ElementFinder(List.of(List.of("g"), List.of("m")), 2);
    String record =
        "{\"g\":[{\"m\":[]},{\"m\":[{\"a\":1}]},{\"m\":[]},{\"n\":{}},{\"m\":[ {\"b\":2} ]}]}";
    List<Element> found = finder.find(Decoding.utf8(record), 0);

    assertEquals(
        List.of("{\"a\":1}", "{\"b\":2}"),
        found.stream().map(e -> record.substring(e.from(), e.to())).toList());
  }
}
