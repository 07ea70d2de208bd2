// How numbers are written: as the command line writes them.

export const NONE = "–";

export const count = (n) => n.toLocaleString("en-US");

export const fixed = (x, digits) => (Number.isFinite(x) ? x.toFixed(digits) : NONE);

export const percent = (x, digits = 1) => (Number.isFinite(x) ? (100 * x).toFixed(digits) + "\u00a0%" : NONE);

/** To some significant digits, with an exponent where it is tiny or huge. */
export function significant(x, digits = 4) {
  if (!Number.isFinite(x)) return NONE;
  if (x === 0) return "0";
  const exponent = Math.floor(Math.log10(Math.abs(x)));
  if (exponent < -4 || exponent >= 7) {
    return x.toExponential(digits - 1).replace(/e([+-])(\d)$/, "e$10$2");
  }
  return x.toFixed(Math.min(100, Math.max(0, digits - 1 - exponent)));
}

/** The same in LaTeX. */
export function tex(x, digits = 4) {
  const text = significant(x, digits);
  if (text === NONE) return "\\text{–}";
  const [mantissa, exponent] = text.split("e");
  return exponent === undefined ? mantissa : `${mantissa} \\cdot 10^{${Number(exponent)}}`;
}

/** A factor in LaTeX: in parentheses where it has a sign. */
export const factor = (x, digits = 4) => (x < 0 ? `(${tex(x, digits)})` : tex(x, digits));

export function rate(x) {
  if (x >= 1e6) return (x / 1e6).toFixed(2) + "\u00a0M";
  return x >= 1e4 ? Math.round(x / 1e3) + "\u00a0k" : count(Math.round(x));
}
