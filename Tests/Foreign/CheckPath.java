import java.io.FileInputStream;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Validates a chain with revocation checking by the lists given. Usage: CheckPath ROOT CHAIN LISTS; prints `valid` or the reason why not. */
class CheckPath {
    public static void main(String[] arguments) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate root = (X509Certificate) read(factory, arguments[0]).iterator().next();
        List<Certificate> chain = new ArrayList<>(read(factory, arguments[1]));
        Collection<?> lists;
        try (FileInputStream file = new FileInputStream(arguments[2])) {
            lists = factory.generateCRLs(file);
        }
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(true);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
        try {
            CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(chain), parameters);
            System.out.println("valid");
        } catch (CertPathValidatorException refusal) {
            System.out.println("refused: " + refusal.getReason());
            System.exit(2);
        }
    }

    private static Collection<? extends Certificate> read(CertificateFactory factory, String path) throws Exception {
        try (FileInputStream file = new FileInputStream(path)) {
            return factory.generateCertificates(file);
        }
    }
}
