import Ledger
import PKI
import Testing

@testable import Operations

@Suite struct `An operator` {
    private struct Novelty: Explained {
        let summary = "the sky is green"
        let remedy = "look again"
    }

    private struct Unexplained: Error {}

    @Test func `is told what any explained error says, whatever its type`() {
        #expect("\(OperatorError(Novelty()))" == "the sky is green · remedy: look again")
    }

    @Test func `is told the cause of a ledger's fault, which who asks over the network is not`() {
        let fault = LedgerError.unavailable("another server has the lock")
        #expect(!fault.summary.contains("lock"))
        #expect(OperatorError(fault).summary == "the ledger cannot be used: another server has the lock")
        #expect("\(fault)" == "\(OperatorError(fault))", "a log line, too")
    }

    @Test func `is told an error that does not explain itself as it is, with a place to look`() {
        #expect("\(OperatorError(Unexplained()))" == "Unexplained() · remedy: see the log")
    }
}
