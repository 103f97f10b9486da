import PKI

/// 16 octets, positive, as planned.
struct SerialNumberLint: Lint {
    let name = "serial_number"
    let citation = "RFC 5280 §4.1.2.2"

    func check(_ subject: LintSubject) -> String? {
        let octets = subject.certificate.octets(subject.certificate.serialNumber)
        guard octets.count == 16, let first = octets.first, (0x40...0x7F).contains(first) else {
            return "expected 16 octets from 0x40 to 0x7F on, found \(octets.count)"
        }
        return octets.elementsEqual(subject.plan.serialNumber.octets) ? nil : "it is not the planned serial number"
    }
}
