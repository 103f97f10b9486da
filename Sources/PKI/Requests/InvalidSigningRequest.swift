/// Faults of a PKCS#10 request.
package enum InvalidSigningRequest: Explained, Sendable, Equatable {
    /// A part of a request, named so that a person can find it.
    package enum Field: String, Sendable {
        case attributes = "list of attributes"
        case extensions = "list of extensions"
        case subjectAltName = "subject alternative name"
        case keyUsage = "key usage"
        case basicConstraints = "basic constraints"
    }

    case tooLarge(octets: Int)
    case notPEM(InvalidPEM)
    case severalBlocks(Int)
    case wrongLabel(String)
    case trailingOctets(Int)
    case notDER(DERError)
    /// A part of it is not written as the standards say.
    case malformed(Field)
    case unsupportedVersion(Int64)
    /// More than one list of extensions (RFC 2986 §4.1): in PKCS#9's attribute, in Microsoft's, or in both.
    case severalExtensionLists(Int)
    /// Dotted object identifier of an extension that is there twice (RFC 5280 §4.2).
    case repeatedExtension(String)
    /// A name that must be ASCII and is not: its kind and the text.
    case nameNotASCII(kind: String, String)
    /// Dotted object identifier of an attribute whose text has no known meaning.
    case unreadableName(String)
    case unusableKey(UnusableKey)
    /// Dotted object identifier of the AlgorithmIdentifier.
    case unsupportedSignatureAlgorithm(String)
    case badSignature

    /// The fault in words.
    package var summary: String {
        switch self {
        case .tooLarge(let octets): "the request has \(octets) octets, more than the \(SigningRequest.largestSize) a request may have"
        case .notPEM(let error): "the request is not PEM: \(error.summary)"
        case .severalBlocks(let count): "the text has \(count) PEM blocks where one request is expected"
        case .wrongLabel(let label): "the PEM block is a \(label), not a CERTIFICATE REQUEST"
        case .trailingOctets(let count): "\(count) octets follow the request"
        case .notDER(.truncated): "the request is cut off: its data end too soon"
        case .notDER(.indefiniteLength), .notDER(.nonMinimalLength): "the request is encoded in BER, not in DER"
        case .notDER: "the data are no PKCS#10 certificate request (RFC 2986)"
        case .malformed(let field): "the \(field.rawValue) of the request cannot be read"
        case .unsupportedVersion(let version): "the request has the version number \(version) where PKCS#10 knows only 0"
        case .severalExtensionLists(let count): "the request has \(count) lists of extensions where one may be"
        case .repeatedExtension(let oid): "the request asks for the extension \(ExtensionName.of(oid)) twice"
        case .nameNotASCII(let kind, let name): "the \(kind) '\(visible(String(name.prefix(80))))' in the request has letters beyond ASCII"
        case .unreadableName(let oid):
            "the subject's \(AttributeName.of(oid)) is in a character set that cannot be told, or its text is broken"
        case .unusableKey(let error): error.summary
        case .unsupportedSignatureAlgorithm(let oid):
            "the request is signed with \(KeyAlgorithm.Signature.name(of: oid)), which is not accepted"
        case .badSignature: "the request is not signed by the key it carries"
        }
    }

    /// The next step in words.
    package var remedy: String {
        switch self {
        case .tooLarge: "ask only for names that are needed"
        case .notPEM(let error): error.remedy
        case .severalBlocks: "send one request at a time, and no key or certificate with it"
        case .wrongLabel(let label) where label.hasSuffix("PRIVATE KEY"):
            "a private key must never leave its machine: make a new one, and send only the request made with it"
        case .wrongLabel: "send the certificate signing request, which starts with -----BEGIN CERTIFICATE REQUEST-----"
        case .trailingOctets: "send the request alone, with nothing after it"
        case .notDER(.truncated): "send the whole file, from -----BEGIN to -----END"
        case .notDER(.indefiniteLength), .notDER(.nonMinimalLength): "make the tool write DER, or use another tool for the request"
        case .notDER: "see that the file is a certificate signing request, and make it again from the key"
        case .malformed(let field): "make the request again, with a \(field.rawValue) as RFC 2986 and RFC 5280 have it or without one"
        case .unsupportedVersion: "make the request again with a tool that writes PKCS#10 version 1 (the number 0)"
        case .severalExtensionLists: "put every extension into one extensionRequest attribute (PKCS#9, RFC 2985)"
        case .repeatedExtension: "ask for the extension once, with every value in it"
        case .nameNotASCII(_, let name): HostNameFault.remedy(forNonASCII: name)
        case .unreadableName: "write the subject in UTF-8 (UTF8String)"
        case .unusableKey(let error): error.remedy
        case .unsupportedSignatureAlgorithm:
            "sign the request with ECDSA or RSA (PKCS #1 v1.5) and SHA-256, SHA-384 or SHA-512, or with Ed25519"
        case .badSignature: "make the request again from the key itself; it was changed or cut on its way"
        }
    }
}

/// Names of extensions, for people.
enum ExtensionName {
    /// The name of the extension with a dotted object identifier, or that identifier.
    static func of(_ oid: String) -> String {
        switch oid {
        case "2.5.29.15": "keyUsage"
        case "2.5.29.17": "subjectAltName"
        case "2.5.29.19": "basicConstraints"
        case "2.5.29.37": "extKeyUsage"
        default: oid
        }
    }
}

/// Names of subject attributes, for people.
enum AttributeName {
    /// The name of the attribute with a dotted object identifier, or that identifier.
    static func of(_ oid: String) -> String {
        switch oid {
        case "2.5.4.3": "common name (CN)"
        case "2.5.4.10": "organization (O)"
        case "2.5.4.11": "organizational unit (OU)"
        default: "attribute \(oid)"
        }
    }
}
