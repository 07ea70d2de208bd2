/**
 * The specification: the derivation's equations as code, in double precision and plain loops, to be
 * read beside {@code docs/derivation.md}.
 *
 * <p>Start with {@link downhill.equations.Equations}, one method per numbered equation, built on
 * the definitions of {@link downhill.equations.Preliminaries}. {@link
 * downhill.equations.ReferenceNetwork} strings them together into a network of any depth, {@link
 * downhill.equations.CentralDifferences} asks for the same derivatives by experiment, and {@link
 * downhill.equations.EquationCheck} sets the two side by side.
 *
 * <p>Nothing here is meant to be fast, and nothing here depends on anything else: the fast engine
 * is judged by this package, never the other way round. Static methods are pure and networks,
 * passes and gradients immutable, so all of it may be shared between threads.
 */
@NullMarked
package downhill.equations;

import org.jspecify.annotations.NullMarked;
