import PKI

/// Never a CA's usages; keyAgreement for EC keys only, keyEncipherment for RSA keys only.
struct KeyUsageLint: Lint {
    let name = "key_usage"
    let citation = "RFC 5280 §4.2.1.3, RFC 3279 §2.3.1, RFC 8410 §5, RFC 9295"

    func check(_ subject: LintSubject) throws(DERError) -> String? {
        guard var value = subject.certificate.value(of: .keyUsage) else { return "missing" }
        let content = Array(value.bytes[try value.next(0x03).content])
        try value.requireEnd()
        // One octet of bits holds all that a leaf may have; DER leaves trailing zeros out (X.690 §11.2.2).
        guard content.count == 2, content[1].trailingZeroBitCount == Int(content[0]) else { return "it is no short, minimal BIT STRING" }
        var expected: UInt8 = 0
        for usage in subject.plan.profile.keyUsage(for: subject.plan.publicKey.algorithm) { expected |= 0x80 >> usage.position }
        return content[1] == expected ? nil : "its bits are \(hexadecimal([content[1]])), expected \(hexadecimal([expected]))"
    }
}
