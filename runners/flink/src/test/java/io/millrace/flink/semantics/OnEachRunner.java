package io.millrace.flink.semantics;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A test that runs once on each runner, which is its {@link RunnerUnderTest} parameter. Cases in
 * which the size of bundles matters take every {@link RunnerUnderTest} instead.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@EnumSource(
    value = RunnerUnderTest.class,
    names = {"DIRECT", "FLINK"})
@interface OnEachRunner {}
