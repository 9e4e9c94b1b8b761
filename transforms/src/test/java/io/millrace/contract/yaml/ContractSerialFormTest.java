package io.millrace.contract.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Savepoints contain contracts, so the names in their serialized form are promises. */
class ContractSerialFormTest {
  private static final List<String> CONTRACTS = List.of("query-events.yaml", "user-events.yaml");

  /**
   * A field {@code n} of an earlier version, which has neither leniency nor a rule for failures.
   */
  private static final String FIELD_OF_AN_EARLIER_VERSION =
      """
          rO0ABXNyACRpby5taWxscmFjZS5jb250cmFjdC5GaWVsZERlZmluaXRpb24AAAAAAAAAAAIADUkA
          BWFib3ZlWgAObG93Q2FyZGluYWxpdHlJAAlwcmVjaXNpb25aAAhyZXF1aXJlZEkABXNjYWxlWgAM
          c3RvcmVkQXNKc29uTAAMZGVmYXVsdFZhbHVldAASTGphdmEvbGFuZy9PYmplY3Q7TAAGZmllbGRz
          dAAQTGphdmEvdXRpbC9MaXN0O0wABWl0ZW1zdAAmTGlvL21pbGxyYWNlL2NvbnRyYWN0L0ZpZWxk
          RGVmaW5pdGlvbjtMAARuYW1ldAASTGphdmEvbGFuZy9TdHJpbmc7TAAEcGF0aHEAfgACTAAKdGlt
          ZUZvcm1hdHQAIUxpby9taWxscmFjZS9jb250cmFjdC9UaW1lRm9ybWF0O0wABHR5cGV0ACBMaW8v
          bWlsbHJhY2UvY29udHJhY3QvRmllbGRUeXBlO3hwAAAAAAAAAAAAAAAAAAAAc3IADmphdmEubGFu
          Zy5Mb25nO4vkkMyPI98CAAFKAAV2YWx1ZXhyABBqYXZhLmxhbmcuTnVtYmVyhqyVHQuU4IsCAAB4
          cAAAAAAAAAAHc3IAEWphdmEudXRpbC5Db2xsU2VyV46rtjobqBEDAAFJAAN0YWd4cAAAAAF3BAAA
          AAB4cHQAAW5zcQB+AAsAAAABdwQAAAACdAABbXEAfgANeHB+cgAeaW8ubWlsbHJhY2UuY29udHJh
          Y3QuRmllbGRUeXBlAAAAAAAAAAASAAB4cgAOamF2YS5sYW5nLkVudW0AAAAAAAAAABIAAHhwdAAF
          SU5UNjQ=
          """;

  /** The classes of Millrace in a serialized contract, each with its fields. */
  private static Set<String> form(Contract contract) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(contract);
    }
    Set<String> form = new TreeSet<>();
    ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())) {
          @Override
          protected Class<?> resolveClass(ObjectStreamClass described)
              throws IOException, ClassNotFoundException {
            if (described.getName().startsWith("io.millrace.")) {
              form.add(
                  described.getName().substring("io.millrace.".length())
                      + Arrays.stream(described.getFields())
                          .map(field -> field.getName())
                          .sorted()
                          .collect(Collectors.joining(",", "(", ")")));
            }
            return super.resolveClass(described);
          }
        };
    try (in) {
      Object unused = in.readObject();
    }
    return form;
  }

  @Test
  void keepsItsNames() throws Exception {
    Set<String> form = new TreeSet<>();
    for (String name : CONTRACTS) {
      try (InputStream yaml = getClass().getResourceAsStream("/contracts/" + name)) {
        String text = new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
        form.addAll(form(ContractLoader.parse(text, name)));
      }
    }
    assertThat(
        String.join("\n", form) + "\n",
        is(
            """
            contract.Alerts(all,health,table,ttl)
            contract.ColumnDefinition(beyondDigits,field,index,nullable)
            contract.Compression()
            contract.Condition$Test()
            contract.Condition(expression,field,test,values)
            contract.Contract$AuditTable(name,ttl)
            contract.Contract$DeadLetterTable(name,ttl)
            contract.Contract$Limits(maxBytes,maxDepth)
            contract.Contract$Tables(audit,deadLetters,error,late,normal,routes)
            contract.Contract$TimeBounds(allowedLateness,bucket,maxAhead,notBefore,outOfOrderness)
            contract.Contract(alerts,compression,derivations,description,error,eventTime,events,fields,filters,format,formatOptions,identity,limits,lookups,name,records,redaction,rollups,tables,time,unknownFields,version)
            contract.FieldDefinition(above,defaultValue,fields,items,lenient,lowCardinality,name,nullIfInvalid,path,precision,required,scale,storedAsJson,timeFormat,type,values)
            contract.FieldType()
            contract.Measure$Kind()
            contract.Measure(at,condition,field,kind,name)
            contract.Redaction$Bytes()
            contract.Redaction(bytes,bytesKey,rules)
            contract.Rollup(early,groupBy,measures,table,ttl,where,window)
            contract.RollupWindow$Kind()
            contract.RollupWindow(kind,period,size)
            contract.TableDefinition(columns,identity,name,orderBy,timeColumn,ttl)
            contract.TimeFormat()
            contract.UnknownFields$Form()
            contract.UnknownFields(column,form)
            """));
  }

  @Test
  void readsAFieldOfAnEarlierVersionAsStrict() throws Exception {
    byte[] bytes = Base64.getMimeDecoder().decode(FIELD_OF_AN_EARLIER_VERSION);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      assertThat(
          in.readObject(),
          is(
              new FieldDefinition(
                  "n",
                  List.of("m", "n"),
                  FieldType.INT64,
                  false,
                  7L,
                  null,
                  0,
                  0,
                  null,
                  List.of(),
                  false,
                  false,
                  0,
                  false,
                  false,
                  null)));
    }
  }
}
