package io.millrace.io.flags;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What help and the Dataflow template need of a flag beside its type, description and default. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Flag {
  /** A duration: {@code 90s}, or ISO 8601. */
  String DURATION =
      "^([0-9]+(ms|s|m|h|d)|P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+([.][0-9]+)?S)?)?)$";

  /** A reference to a secret of Google Cloud. */
  String GCP_SECRET =
      "gcp-secret:projects/[a-z0-9.:-]+/secrets/[A-Za-z0-9_-]+/versions/[A-Za-z0-9_-]+";

  /** Regular expression of the values that Dataflow accepts. Empty: any value of the type. */
  String onDataflow() default "";

  /** Whether a run cannot do without it. */
  boolean required() default false;

  /** Whether it has no meaning on Dataflow, or is refused there. */
  boolean localOnly() default false;
}
