import APISchema
import Crypto
import Foundation
import PKI

/// A certificate for a new device that somebody wants: a key pair of its own and a name for the request, so that it can be asked for again.
struct Wish: Sendable {
    let number: Int
    let csr: String
    /// Sent as Idempotency-Key.
    let name: String

    var device: String { deviceID(number) }

    init(_ number: Int, name: String? = nil) throws {
        self.number = number
        self.name = name ?? "wish-\(number)"
        csr = requestPEM(
            try makeSigningRequest(
                key: .generate(.p256), commonName: deviceID(number), organization: TestCA.organization, organizationalUnit: "sensor",
                names: []))
    }
}

/// A certificate that a client has received.
struct Given: Sendable {
    let wish: Wish
    /// PEM.
    let certificate: String
    /// Lower-case hex without separators.
    let serialNumber: String
    /// Requests that were sent for it while the server was up.
    let attempts: Int

    init(_ wish: Wish, _ answer: APIClient.Answer, attempts: Int = 1) throws {
        let signed = try answer.data(as: SignedCertificate.self)
        self.wish = wish
        self.attempts = attempts
        certificate = signed.certificate
        serialNumber = signed.serialNumber.replacing(":", with: "")
    }

    /// Of its DER, in hex: taken from the PEM by Foundation, not by our own decoder.
    var sha256: String {
        let base64 = certificate.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        return SHA256.hash(data: Data(base64Encoded: base64) ?? Data()).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            .joined()
    }
}

extension APIClient {
    /// Asks once.
    func sign(_ wish: Wish) async throws -> Answer {
        try await post("pki/sign/device", ["csr": wish.csr], idempotencyKey: wish.name)
    }

    /// Revokes once; no reason that suspends the device.
    func revoke(_ given: Given) async throws -> Answer {
        try await post("pki/revoke", ["serial_number": given.serialNumber, "reason": "superseded"])
    }
}
