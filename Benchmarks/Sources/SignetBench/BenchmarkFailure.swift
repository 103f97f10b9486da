/// Why a run could not be measured.
enum BenchmarkFailure: Error, CustomStringConvertible {
    case noAnswer(String)
    case refused(operation: String, complaint: String)
    case serverDied(log: String)
    case serverNotReady(seconds: Double, log: String)
    case command(String, status: Int32)
    case missingProgram(String)
    case sqlite(String)
    case unreadable(String)
    case system(String, errno: Int32)

    /// One line for people: what, and what to do.
    var description: String {
        switch self {
        case .noAnswer(let reason): "no answer from the server: \(reason) · remedy: look at the server's log"
        case .refused(let operation, let complaint): "\(operation) was refused: \(complaint) · remedy: has the API changed?"
        case .serverDied(let log): "the server ended by itself:\n\(log) · remedy: start it by hand with the same options"
        case .serverNotReady(let seconds, let log): "the server was not ready after \(seconds) s:\n\(log) · remedy: is the machine busy?"
        case .command(let name, let status): "\(name) ended with status \(status) · remedy: run it by hand"
        case .missingProgram(let path): "there is no program \(path) · remedy: make bench builds it, or say --programs DIR"
        case .sqlite(let reason): "SQLite: \(reason) · remedy: has the ledger's schema changed? Then change RecordLimit with it"
        case .unreadable(let what): "cannot read \(what) · remedy: is this Linux, and the server's answer as docs/api.md says?"
        case .system(let call, let errno): "\(call) failed with errno \(errno) · remedy: is there space in the working folder?"
        }
    }
}
