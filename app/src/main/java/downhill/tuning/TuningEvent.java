package downhill.tuning;

/** What happens in a search, told on the thread that searches. */
public sealed interface TuningEvent {
  /**
   * A trial is being trained.
   *
   * @param trial the trial, from 1
   * @param rung the rung, from 1
   * @param epoch the epoch that goes on, from 1
   * @param examplesDone examples of it seen so far
   */
  record Progressed(int trial, int rung, int epoch, int examplesDone) implements TuningEvent {}

  /**
   * A trial has reached the end of a rung, or diverged, and this is written down.
   *
   * @param result what came of it
   * @param seconds time spent on training it now
   */
  record RungFinished(Result result, double seconds) implements TuningEvent {}

  /**
   * Something is not as it should be, but does no harm.
   *
   * @param message what, in one line
   */
  record Warned(String message) implements TuningEvent {}
}
