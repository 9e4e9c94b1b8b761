package io.millrace.cli.init.guess;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.init.layout.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuessFieldsTest {
  private static List<String> columns(String lines) {
    return Samples.fields(Samples.of(lines)).stream()
        .map(f -> f.name() + "=" + f.dottedPath() + ":" + f.type().type().contractName())
        .toList();
  }

  @Test
  void nestedScalarsAreColumns() {
    assertThat(
        columns("{\"id\":1,\"metadata\":{\"user_id\":\"u\",\"geo\":{\"lat\":1.5}}}"),
        contains(
            "id=id:int64",
            "metadata_user_id=metadata.user_id:string",
            "metadata_geo_lat=metadata.geo.lat:float64"));
  }

  @Test
  void namesAreValidAndDifferInMoreThanTheirCase() {
    assertThat(
        columns(
            "{\"a.b\":1,\"a\":{\"b\":1},\"A_B\":1,\"@ts\":1,\"4xx\":1,\"extra\":1,\"ingestion_time\":1,\"é\":1}"),
        contains(
            "a_b=a.b:int64",
            "a_b_2=a.b:int64",
            "A_B_3=A_B:int64",
            "ts=@ts:int64",
            "field_4xx=4xx:int64",
            "extra_2=extra:int64",
            "ingestion_time_2=ingestion_time:int64",
            "field_=é:int64"));
  }

  @Test
  void anObjectOfLabelsIsAMap() {
    assertThat(
        columns("{\"labels\":{\"app.kubernetes.io/name\":\"a\"}}"), contains("labels=labels:map"));
  }

  @Test
  void anObjectWhoseKeysVaryIsAMapOrJson() {
    StringBuilder scalars = new StringBuilder();
    StringBuilder nested = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      scalars.append("{\"o\":{\"k%d\":%d}}\n".formatted(i, i));
      nested.append("{\"o\":{\"k%d\":{\"x\":%d}}}\n".formatted(i, i));
    }
    assertThat(columns(scalars.toString()), contains("o=o:map"));
    assertThat(columns(nested.toString()), contains("o=o:json"));
  }

  @Test
  void deepObjectsAreJson() {
    assertThat(
        columns("{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":1}}}}}}"),
        contains("a_b_c_d_e=a.b.c.d.e:json"));
  }

  @Test
  void whatIsAlwaysNullOrHasNoPathIsNotDeclared() {
    GuessFields guess = new GuessFields(false);
    List<FieldGuess> fields =
        guess.of(Samples.of("{\"a\":null,\"\":1,\"$\":1,\"b\":1}"), List.of());
    assertThat(Samples.names(fields), is("b"));
    assertThat(
        guess.notes(),
        contains(
            containsString("`a` is not declared and stays in `extra`: null in all samples"),
            containsString("its name cannot be a path"),
            containsString("its name cannot be a path")));
  }

  @Test
  void scalarsAroundTheEventsAreColumns() {
    ObjectNode record =
        (ObjectNode)
            JsonText.container(
                "{\"host\":\"h\",\"list\":[{\"n\":1}]}".getBytes(StandardCharsets.UTF_8));
    SampledEvent event = new SampledEvent((ObjectNode) record.path("list").get(0), record);
    List<FieldGuess> fields = new GuessFields(false).of(List.of(event), List.of("list"));
    assertThat(fields.stream().map(FieldGuess::dottedPath).toList(), contains("n", "$.host"));
    assertThat(event.value(fields.get(1)).textValue(), is("h"));
  }
}
