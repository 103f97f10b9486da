import PKI
import TestKit
import Testing

@Suite struct GrowingRevocationListTests {
    typealias Revoked = (serial: SerialNumber, date: UnixTime, reason: RevocationReason)

    private let issuer: ThrowAwayIssuer
    private let template: CRLTemplate

    init() throws {
        issuer = try ThrowAwayCA().devices
        template = CRLTemplate(
            issuerNameDER: issuer.certificate.subjectDER, authorityKeyIdentifier: issuer.key.publicKey.keyIdentifier,
            signatureAlgorithmDER: issuer.key.algorithm.signature.identifier)
    }

    private func revoked(_ count: Int, seed: UInt64) -> [Revoked] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { number in
            let reason = RevocationReason.allCases[number % RevocationReason.allCases.count]
            // Some lie after 2049, and are written as GeneralizedTime.
            return (SerialNumber(using: &generator), number % 7 == 3 ? 2_600_000_000 : ThrowAwayCA.now + Int64(number), reason)
        }
    }

    /// Writes the list's fields, signs and reads back.
    private func finish(_ list: inout GrowingRevocationList, number: Int64, signature: [UInt8]? = nil) throws {
        let (thisUpdate, nextUpdate) = (ThrowAwayCA.now + number, ThrowAwayCA.now + number + 86_400)
        list.frame(by: template, number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate)
        list.sign(by: template, try signature ?? issuer.key.sign(Array(list.tbsOctets)))
        #expect(try list.readsBack(number: number, thisUpdate: thisUpdate, nextUpdate: nextUpdate))
        #expect(try !list.readsBack(number: number + 1, thisUpdate: thisUpdate, nextUpdate: nextUpdate))
    }

    private func append(_ revoked: some Sequence<Revoked>, to list: inout GrowingRevocationList) {
        for entry in revoked { list.append(entry.serial, date: entry.date, reason: entry.reason) }
    }

    // Around each length at which DER needs one octet more.
    @Test(arguments: [[0, 1], [1, 1, 1, 1, 1], [0, 0, 2, 0, 4], [1_300, 100, 300], [20_000, 1, 0, 1]])
    func `a list that grew is to the octet the list that is written at once`(steps: [Int]) throws {
        var grown = GrowingRevocationList()
        var all: [Revoked] = []
        for (number, count) in steps.enumerated() {
            let more = revoked(count, seed: UInt64(number))
            append(more, to: &grown)
            all += more
            // Signatures of ECDSA differ in length from one to the next.
            let signature = [UInt8](repeating: 7, count: 70 + number % 3)
            try finish(&grown, number: Int64(number), signature: signature)
            var fresh = GrowingRevocationList()
            append(all, to: &fresh)
            try finish(&fresh, number: Int64(number), signature: signature)
            #expect(grown.der == fresh.der && grown.count == all.count)
            #expect(try CertificateRevocationList(der: grown.der).entries().map(\.serialNumber) == all.map(\.serial))
        }
    }

    @Test func `what is removed is gone, wherever it stood, and what was read goes on`() throws {
        let all = revoked(300, seed: 1)
        for gone in [[0], [299], [0, 1, 2], [5, 7, 120, 121, 299], Array(0..<300), []] {
            var first = GrowingRevocationList()
            append(all, to: &first)
            try finish(&first, number: 1)
            var list = GrowingRevocationList(continuing: try CertificateRevocationList(der: first.der))
            list.remove(at: gone)
            append(revoked(3, seed: 2), to: &list)
            try finish(&list, number: 2)
            let rest = all.indices.filter { !gone.contains($0) }.map { all[$0].serial } + revoked(3, seed: 2).map(\.serial)
            let read = try CertificateRevocationList(der: list.der)
            #expect(read.entries().map(\.serialNumber) == rest && list.count == rest.count)
            #expect(read.isSigned(by: issuer.certificate) && first.entryOctets.missing(in: read.entryOctets).count == gone.count)
        }
    }

    @Test func `openssl verifies thirty thousand entries, of which the last one just came`() throws {
        var list = GrowingRevocationList()
        append(revoked(30_000, seed: 3), to: &list)
        try finish(&list, number: 1)
        let last = try SerialNumber(octets: [0x42, 0x42, 0x42])
        list.append(last, date: ThrowAwayCA.now, reason: .keyCompromise)
        try finish(&list, number: 2)
        let files = try TemporaryDirectory()
        try files.write(list.der, to: "crl")
        try files.write(issuer.certificate.pem, to: "ca")
        let shown = try run(
            "openssl", ["crl", "-inform", "DER", "-in", "crl", "-noout", "-text", "-verify", "-CAfile", "ca"], directory: files.path)
        #expect(shown.stderr.contains("verify OK"), "\(shown.stderr)")
        #expect(shown.stdout.split(separator: "Serial Number:").count - 1 == 30_001)
        #expect(shown.stdout.contains("Serial Number: 424242") && shown.stdout.contains("X509v3 CRL Number: \n                2"))
    }

    @Test func `entries are passed in their order, and found by position and date`() throws {
        let all = revoked(5, seed: 4)
        var list = GrowingRevocationList()
        append(all, to: &list)
        #expect(list.positions { position, date in position > 0 && date == all[position].date && position % 2 == 0 } == [2, 4])
        var offset = 0
        for entry in all {
            #expect(!list.entryOctets.passes(try SerialNumber(octets: [1]), at: &offset))
            #expect(list.entryOctets.serialNumber(at: offset) == entry.serial)
            #expect(list.entryOctets.passes(entry.serial, at: &offset))
        }
        #expect(list.entryOctets.serialNumber(at: offset) == nil)
        #expect(!list.entryOctets.passes(all[4].serial, at: &offset))
    }

    @Test(arguments: [0, 1, 2, 3, 47, 48, 49, 96, 196_607, 196_608, 196_609, 400_000]) func `PEM in pieces is the PEM of the whole`(
        count: Int
    ) {
        var generator = SeededGenerator(seed: UInt64(count))
        let octets = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var text: [UInt8] = []
        PEM.encode(octets, type: "X509 CRL") { text += $0 }
        #expect(text == Array(PEM.encode(octets, type: "X509 CRL").utf8))
    }
}
