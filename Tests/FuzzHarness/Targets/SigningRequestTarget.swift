import PKI
import SwiftASN1
import X509

extension FuzzTarget {
    /// PKCS#10 requests, PEM or DER.
    static let signingRequest = FuzzTarget(name: "signing-request") { octets in
        if octets.starts(with: "-----".utf8) {
            _ = try accepted { try SigningRequest(pem: String(decoding: octets, as: UTF8.self)) }
        } else {
            try checkRequest(octets)
            if let resigned = try FixedKey.resigned(octets), resigned != octets { try checkRequest(resigned) }
        }
    }
}

/// What swift-certificates makes of a request whose signature fits.
private struct JudgedRequest {
    let request: CertificateSigningRequest
    let names: SubjectAlternativeNames?

    init?(_ der: [UInt8]) {
        do {
            request = try CertificateSigningRequest(derEncoded: der)
            let extensions = try request.attributes.extensionRequest?.extensions
            names = try extensions?.subjectAlternativeNames
            _ = try (extensions?.basicConstraints, extensions?.keyUsage)
        } catch {
            return nil
        }
        // It reads any number as a version.
        guard request.version == .v1, request.publicKey.isValidSignature(request.signature, for: request) else { return nil }
    }
}

private func checkRequest(_ der: [UInt8]) throws {
    let judged = JudgedRequest(der)
    let request: SigningRequest
    do {
        request = try SigningRequest(der: der)
    } catch {
        try requireWords(summary: error.summary, remedy: error.remedy)
        try require(judged == nil || error.isStricterOnPurpose, "swift-certificates refuses it too: \(error.summary)")
        return
    }
    try check(request, der, judged)
}

private func check(_ request: SigningRequest, _ der: [UInt8], _ judged: JudgedRequest?) throws {
    // It refuses shapes that other tools write and that mean one thing only (decision 61).
    guard let judged else { return }
    try requireEqual(request.publicKey.der, try judgedDER(judged.request.publicKey), "the key")
    if !der.holds(.microsoftCertificateExtensions) { try requireSameNames(request.names, judged.names) }
    let attributes: [(ASN1ObjectIdentifier, [String])] = [
        (.RDNAttributeType.commonName, request.subject.commonName),
        (.RDNAttributeType.organizationName, request.subject.organization),
        (.RDNAttributeType.organizationalUnitName, request.subject.organizationalUnit),
    ]
    // It keeps the octets of string types that it does not know.
    let isKnown = judged.request.subject.allSatisfy { $0.allSatisfy { String($0.value) != nil } }
    for (type, values) in attributes where isKnown && request.subject.unreadable.isEmpty {
        try requireSameSubject(values, type, in: judged.request.subject)
    }

    let fromPEM = try SigningRequest(pem: PEM.encode(der, type: "CERTIFICATE REQUEST"))
    try require(fromPEM.names == request.names && fromPEM.subject == request.subject, "PEM and DER read the same")
    try requireRefused(der + [0]) { try SigningRequest(der: $0) }
    try requireRefused(der.dropLast()) { try SigningRequest(der: $0) }
}

extension InvalidSigningRequest {
    /// Rules that we have and swift-certificates has not.
    fileprivate var isStricterOnPurpose: Bool {
        switch self {
        case .tooLarge, .severalExtensionLists, .repeatedExtension, .unreadableName, .unusableKey, .unsupportedSignatureAlgorithm: true
        // The contents of attributes and extensions that swift-certificates does not open.
        case .malformed, .nameNotASCII: true
        case .notPEM, .severalBlocks, .wrongLabel, .trailingOctets, .notDER, .unsupportedVersion, .badSignature: false
        }
    }
}

extension [UInt8] {
    /// Whether the object identifier's octets are in here, wherever.
    fileprivate func holds(_ oid: ObjectIdentifierDER) -> Bool { contains(oid.content) }
}
