import Ledger
import PKI
import Testing

/// The bytes that the audit chain hashes, against values computed by another program (Python's struct and hashlib).
@Suite struct AuditChainTests {
    @Test func `a row's hash is the SHA-256 of its documented encoding`() {
        let texts = ["token:admin", "sign", "device/ü", "allowed", "192.0.2.1", "", "{}"]
        let row = AuditChain.Row(id: 1, timestamp: 1_800_000_000_123, texts: texts)
        let first = AuditChain.hash(of: row, after: AuditChain.start.hash)
        #expect(hexadecimal(first) == "e3c7db43825779311fc369cbc0c5d284f98431bf772cd00a92e0f646ce2ace20")
        #expect(hexadecimal(AuditChain.hash(of: row, after: first)) == "702ab7b486489a6c2b68a7f1e1be8e003dee0c8517478633f6960f89066523a3")
    }

    @Test func `moving a letter from one column to the next changes the hash`() {
        let left = AuditChain.Row(id: 1, timestamp: 1, texts: ["ab", "c", "", "", "", "", ""])
        let right = AuditChain.Row(id: 1, timestamp: 1, texts: ["a", "bc", "", "", "", "", ""])
        #expect(AuditChain.hash(of: left, after: AuditChain.start.hash) != AuditChain.hash(of: right, after: AuditChain.start.hash))
    }
}
