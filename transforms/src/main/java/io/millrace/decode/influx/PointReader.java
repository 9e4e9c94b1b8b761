package io.millrace.decode.influx;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.FieldType;
import io.millrace.contract.TimeFormat;
import io.millrace.contract.UnknownFields;
import io.millrace.decode.DecodeException;
import io.millrace.event.Utf8Slice;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Puts the parts of a point into a row, by the paths of a contract. Not thread-safe. */
final class PointReader {
  private final TimeFormat unit;
  private final Names tags;
  private final Names fields;
  private final @Nullable Target measurement;
  private final @Nullable Target series;
  private final @Nullable Target tagSet;
  private final @Nullable Target fieldSet;
  private final @Nullable Target time;
  private final @Nullable Target field;
  private final @Nullable Target value;
  private final @Nullable Target valueType;
  private final ValueReader values = new ValueReader();
  private final TimeReader times = new TimeReader();
  private final UnknownPoint unknown;

  /**
   * Prepares for a contract without problems.
   *
   * @param unit the unit of timestamps
   */
  PointReader(Contract contract, TimeFormat unit) {
    this.unit = unit;
    Map<String, Target> parts = new HashMap<>();
    Map<String, Target> ofTags = new HashMap<>();
    Map<String, Target> ofFields = new HashMap<>();
    for (int i = 0; i < contract.fields().size(); i++) {
      FieldDefinition definition = contract.fields().get(i);
      List<String> path = definition.path();
      Map<String, Target> among =
          path.size() == 1 ? parts : path.get(0).equals(PointPaths.TAGS) ? ofTags : ofFields;
      among.put(path.get(path.size() - 1), Target.of(definition, i));
    }
    this.tags = new Names(ofTags);
    this.fields = new Names(ofFields);
    this.measurement = parts.get(PointPaths.MEASUREMENT);
    this.series = parts.get(PointPaths.SERIES);
    this.tagSet = parts.get(PointPaths.TAGS);
    this.fieldSet = parts.get(PointPaths.FIELDS);
    this.time = parts.get(PointPaths.TIME);
    this.field = parts.get(PointPaths.FIELD);
    this.value = parts.get(PointPaths.VALUE);
    this.valueType = parts.get(PointPaths.VALUE_TYPE);
    this.unknown =
        contract.unknownFields().form() == UnknownFields.Form.JSON
            ? new UnknownPoint.AsJson()
            : new UnknownPoint.AsMap();
  }

  /**
   * Puts what belongs to all of a point into a row: everything but its fields.
   *
   * @param recordTimeMillis the time of a point without a timestamp
   */
  void readPoint(Point point, long recordTimeMillis, @Nullable Object[] row)
      throws DecodeException {
    unknown.clear();
    if (measurement != null) {
      row[measurement.index()] = point.measurement();
    } else if (series == null) {
      unknown.measurement(point);
    }
    if (series != null) {
      row[series.index()] = point.series();
    }
    if (tagSet != null) {
      row[tagSet.index()] = set(tagSet, point.tags, point.tagSet());
    } else {
      readTags(point, row);
    }
    if (time != null) {
      row[time.index()] = times.read(time, unit, point, recordTimeMillis);
    }
  }

  private void readTags(Point point, @Nullable Object[] row) throws DecodeException {
    for (int i = 0; i < point.tags.count(); i++) {
      Target target = tags.find(point.tags, i);
      if (target == null) {
        unknown.tag(point, i);
      } else {
        row[target.index()] = values.read(target, point.tags, i);
      }
    }
  }

  /** Puts the fields of a point into the row of it. */
  void readFields(Point point, @Nullable Object[] row) throws DecodeException {
    if (fieldSet != null) {
      row[fieldSet.index()] = set(fieldSet, point.fields, point.fieldSet());
      return;
    }
    for (int i = 0; i < point.fields.count(); i++) {
      Target target = fields.find(point.fields, i);
      if (target == null) {
        unknown.field(point, i);
      } else {
        row[target.index()] = values.read(target, point.fields, i);
      }
    }
  }

  /** Puts one field of a point into a row of its own. */
  void readField(Point point, int i, @Nullable Object[] row) throws DecodeException {
    if (field != null) {
      row[field.index()] = point.fields.key(i);
    }
    if (value != null) {
      row[value.index()] = values.read(value, point.fields, i);
    }
    if (valueType != null) {
      row[valueType.index()] = point.fields.kind(i).label;
    }
  }

  private Object set(Target target, Pairs pairs, Utf8Slice sent) throws DecodeException {
    if (target.type() == FieldType.JSON) {
      return values.object(pairs);
    } else if (target.type() != FieldType.MAP) {
      return sent;
    }
    Target value = target.ofMap();
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.count(); i++) {
      String key = pairs.key(i).toString();
      map.put(key, value == null ? pairs.text(i).toString() : member(value, key, pairs, i));
    }
    return map;
  }

  private Object member(Target value, String key, Pairs pairs, int i) throws DecodeException {
    try {
      Object read = values.read(value, pairs, i);
      // Only a text of the row itself may be a slice.
      return read instanceof Utf8Slice text ? text.toString() : read;
    } catch (DecodeException e) {
      throw e.underKey(value.path(), key);
    }
  }

  /** The value of the column for unknown fields, after everything else of the point was read. */
  Object unknown(Point point) {
    if (time == null && point.hasTime()) {
      unknown.time(point);
    }
    return unknown.result();
  }
}
