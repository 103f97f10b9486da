import PKI

/// One rule that a certificate, read back from its octets, must keep before the CA's key is used.
protocol Lint: Sendable {
    /// Short, snake_case.
    var name: String { get }
    /// The section of the standard that has the rule.
    var citation: String { get }
    /// The violation of the rule; nil when there is none. Throws when the octets of the rule's part are malformed.
    func check(_ subject: LintSubject) throws(DERError) -> String?
}

/// A certificate as read back, beside its plan and issuer.
struct LintSubject {
    let certificate: LeafReading
    let plan: CertificatePlan
    let issuer: Issuer
}

/// Every lint, cheapest first.
let allLints: [any Lint] = [
    SerialNumberLint(), VersionLint(), SignatureAlgorithmLint(), IssuerNameLint(), ValidityLint(), SubjectLint(), PublicKeyLint(),
    ExtensionSetLint(),
    BasicConstraintsLint(), KeyUsageLint(), ExtendedKeyUsageLint(), KeyIdentifierLint(), AlternativeNameLint(), LocationLint(),
]

/// A to-be-signed certificate read back from its octets (RFC 5280 §4.1): the range of each part; only parts that a lint needs are decoded.
///
/// `DERReader` shares nothing with the writer that made the octets. swift-certificates, which builds a tree of everything at ten times the
/// cost, gives a second opinion on the first certificate of each kind (`SecondOpinion`) and in the tests on thousands.
struct LeafReading {
    /// One Extension.
    struct Extension {
        /// Content of the OBJECT IDENTIFIER.
        let oid: Range<Int>
        let isCritical: Bool
        /// Over the content of the OCTET STRING.
        let value: DERReader
    }

    let tbs: [UInt8]
    /// Content of the explicit version field.
    let version: Range<Int>
    /// Content of the INTEGER.
    let serialNumber: Range<Int>
    let signatureAlgorithm: Range<Int>
    let issuer: Range<Int>
    /// Both inclusive.
    let notBefore: UnixTime
    let notAfter: UnixTime
    /// Over the content of the Name.
    let subject: DERReader
    let publicKey: Range<Int>
    private(set) var extensions: [Extension] = []

    /// Reads the whole of it, strictly: every part in its place and nothing after the last one.
    init(tbs: [UInt8]) throws(DERError) {
        var document = DERReader(tbs)
        var fields = try document.open(0x30)
        try document.requireEnd()
        self.tbs = tbs
        version = try fields.next(0xA0).content
        serialNumber = try fields.next(0x02).content
        signatureAlgorithm = try fields.next(0x30).whole
        issuer = try fields.next(0x30).whole
        var validity = try fields.open(0x30)
        notBefore = try validity.time()
        notAfter = try validity.time()
        try validity.requireEnd()
        subject = try fields.open(0x30)
        publicKey = try fields.next(0x30).whole
        var wrapper = try fields.open(0xA3)
        try fields.requireEnd()
        var list = try wrapper.open(0x30)
        try wrapper.requireEnd()
        extensions.reserveCapacity(8)
        while !list.isAtEnd { extensions.append(try Self.one(&list)) }
    }

    private static func one(_ list: inout DERReader) throws(DERError) -> Extension {
        var fields = try list.open(0x30)
        let oid = try fields.next(0x06).content
        let isCritical = try fields.booleanDefaultFalse()
        let value = fields.inside(try fields.next(0x04))
        try fields.requireEnd()
        return Extension(oid: oid, isCritical: isCritical, value: value)
    }

    /// The octets of a part.
    func octets(_ part: Range<Int>) -> ArraySlice<UInt8> { tbs[part] }

    /// The first extension with this identifier; nil when there is none.
    func `extension`(_ oid: ObjectIdentifierDER) -> Extension? {
        for found in extensions where tbs.hold(oid.content, at: found.oid) { return found }
        return nil
    }

    /// Over its value.
    func value(of oid: ObjectIdentifierDER) -> DERReader? { `extension`(oid)?.value }
}
