package downhill.app;

import downhill.data.Split;
import downhill.tuning.Leaderboard;
import downhill.tuning.TuningEvent;
import downhill.tuning.TuningFolder;

/** Shows a search. Told of everything in order, on the main thread. */
interface TuningView {
  /** The search begins, or goes on. */
  void started(TuningFolder folder, Split split);

  /** Something has happened. */
  void told(TuningEvent event);

  /** All trials are over, and what was found is written. */
  void finished(Leaderboard leaderboard);

  /** The search was asked to stop, and did. */
  void interrupted();

  /** The search failed; it can be taken up again. */
  void failed(String message);
}
