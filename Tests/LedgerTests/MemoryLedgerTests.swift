import LedgerContract
import Testing

/// The rules know no database: they hold over arrays and dictionaries, too.
@Suite struct MemoryLedgerTests {
    @Test(arguments: ContractCase.all) func `what every engine promises`(_ contract: ContractCase) async throws {
        try await contract.check(MemoryLedger())
    }
}
