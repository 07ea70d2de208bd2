package downhill.export;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds this package to what it may use. */
class RoomTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target", "classes", "downhill", "export"));

  @Test
  void networksModelFilesAndScalingsAlone() {
    noClasses()
        .that()
        .resideInAPackage("downhill.export")
        .should()
        .dependOnClassesThat(
            not(
                resideInAnyPackage(
                    "downhill.export",
                    "downhill.data",
                    "downhill.network",
                    "downhill.modelfile",
                    "downhill.onnx",
                    "org.jspecify..",
                    "javax.lang.model..",
                    "java..")))
        .check(CLASSES);
  }
}
