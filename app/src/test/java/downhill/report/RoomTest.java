package downhill.report;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds this package to what it may use. */
class RoomTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target", "classes", "downhill", "report"));

  @Test
  void neitherTheCommandLineNorTheEngineNorAWindowToolkit() {
    noClasses()
        .that()
        .resideInAPackage("downhill.report")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("downhill.app", "downhill.engine", "picocli..", "java.awt..", "javax..")
        .check(CLASSES);
  }
}
