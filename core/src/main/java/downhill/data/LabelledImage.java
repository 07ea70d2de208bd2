package downhill.data;

import java.nio.file.Path;

/**
 * A picture's file, and what it shows.
 *
 * @param file where it is
 * @param name what it is called wherever the folder lies: its path from there, with {@code /}
 *     between the parts and accents composed (NFC)
 * @param label its class
 */
record LabelledImage(Path file, String name, int label) {}
