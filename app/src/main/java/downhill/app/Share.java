package downhill.app;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A share of a whole, as a person writes it: {@code 0.2}, {@code 1/6}. */
final class Share implements ITypeConverter<Double> {
  private static final Pattern FRACTION = Pattern.compile("(\\d{1,6})/(\\d{1,6})");
  private static final Pattern DECIMAL = Pattern.compile("\\d*\\.?\\d+");

  @Override
  public Double convert(String text) {
    Matcher fraction = FRACTION.matcher(text);
    if (fraction.matches()) {
      return Double.parseDouble(fraction.group(1)) / Double.parseDouble(fraction.group(2));
    }
    if (DECIMAL.matcher(text).matches()) {
      return Double.valueOf(text);
    }
    throw new TypeConversionException("expected a share as in 0.2 or 1/6, found '" + text + "'");
  }
}
