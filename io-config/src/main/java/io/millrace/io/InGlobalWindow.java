package io.millrace.io;

import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;

/** Moves elements to the global window, for steps that combine elements of any window. */
public final class InGlobalWindow {
  private InGlobalWindow() {}

  /**
   * Adds the step {@code <name>Globally}, unless the input is in the global window: each step costs
   * the DirectRunner an evaluation a bundle.
   */
  public static <T> PCollection<T> of(String name, PCollection<T> input) {
    return input.getWindowingStrategy().getWindowFn() instanceof GlobalWindows
        ? input
        : input.apply(name + "Globally", Window.into(new GlobalWindows()));
  }
}
