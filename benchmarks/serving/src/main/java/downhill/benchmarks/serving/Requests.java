package downhill.benchmarks.serving;

import downhill.data.Dataset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Requests with one test image each, made before anything is timed. */
final class Requests {
  private static final int IMAGES = 1000;

  private Requests() {}

  /** Returns requests in JSON, or with the pixels as bytes behind it. */
  static byte[][] of(Dataset images, String path, boolean binary) {
    byte[][] requests = new byte[IMAGES][];
    for (int i = 0; i < IMAGES; i++) {
      byte[] pixels = new byte[images.features()];
      images.copyTo(i, pixels, 0);
      requests[i] = binary ? binary(path, pixels) : json(path, pixels);
    }
    return requests;
  }

  private static byte[] json(String path, byte[] pixels) {
    String data =
        IntStream.range(0, pixels.length)
            .mapToObj(i -> Integer.toString(Byte.toUnsignedInt(pixels[i])))
            .collect(Collectors.joining(","));
    String json =
        "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,%s],\"datatype\":\"UINT8\",\"data\":[%s]}]}"
            .formatted(pixels.length, data);
    return Client.request(path, json.getBytes(StandardCharsets.UTF_8), 0);
  }

  private static byte[] binary(String path, byte[] pixels) {
    String json =
        "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,%s],\"datatype\":\"UINT8\",\"parameters\":{\"binary_data_size\":%s}}]}"
            .formatted(pixels.length, pixels.length);
    byte[] head = json.getBytes(StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOf(head, head.length + pixels.length);
    System.arraycopy(pixels, 0, body, head.length, pixels.length);
    return Client.request(path, body, head.length);
  }
}
