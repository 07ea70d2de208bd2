package downhill.app;

import downhill.data.Augmentation;
import java.util.List;
import java.util.Map;

/** How images are changed, anew in every epoch. */
final class AugmentationSettings {
  static final List<Setting> ALL =
      List.of(
          Setting.of("augment-shift", "N", "The most pixels an image is moved each way."),
          Setting.of("augment-flip", "P", "The probability of the mirror image."),
          Setting.of("augment-rotation", "X", "The most degrees an image is turned either way."),
          Setting.of(
              "augment-scale", "X", "The most by which its size changes; 0.1 for 0.9 to 1.1."),
          Setting.of(
              "augment-erasing",
              "P",
              "The probability that a rectangle of it is erased.",
              "Default of all these: 0"));

  private AugmentationSettings() {}

  static Augmentation read(Settings settings) {
    Augmentation a = Augmentation.NONE;
    a = settings.withCount("augment-shift", a, Augmentation::withShift);
    a = settings.with("augment-flip", a, Augmentation::withFlip);
    a = settings.with("augment-rotation", a, Augmentation::withRotation);
    a = settings.with("augment-scale", a, Augmentation::withScale);
    return settings.with("augment-erasing", a, Augmentation::withErasing);
  }

  static void write(Augmentation a, Map<String, String> into) {
    if (a.shift() != 0) {
      into.put("augment-shift", Integer.toString(a.shift()));
    }
    put("augment-flip", a.flip(), into);
    put("augment-rotation", a.rotation(), into);
    put("augment-scale", a.scale(), into);
    put("augment-erasing", a.erasing(), into);
  }

  private static void put(String key, double value, Map<String, String> into) {
    if (value != 0) {
      into.put(key, Double.toString(value));
    }
  }
}
