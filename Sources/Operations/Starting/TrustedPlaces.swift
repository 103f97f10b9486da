import DurableFiles
import Glibc

/// What decides what the CA does: its folder, configuration, policies and issuers. Whoever can change one of them is the CA.
package struct TrustedPlaces {
    private let directory: DataDirectory
    private let configuration: String

    /// - Parameter configuration: the configuration file.
    package init(directory: DataDirectory, configuration: String) {
        (self.directory, self.configuration) = (directory, configuration)
    }

    /// Refuses what group or others can change.
    /// - Parameter owners: also what belongs to somebody else than root and the user of this process.
    package func check(owners: Bool) throws(OperatorError) {
        do {
            for path in try paths() { try check(path, owners: owners) }
        } catch { throw OperatorError(error) }
    }

    private func paths() throws(FileFailure) -> [String] {
        let folders = [directory.policies, "\(directory.policies)/profiles", "\(directory.policies)/access", directory.issuers]
        let files = [configuration, directory.rootCertificate, directory.chain, directory.issuerList]
        var inside: [String] = []
        for folder in folders { inside += try (DurableFile.namesIfPresent(in: folder) ?? []).map { "\(folder)/\($0)" } }
        return [directory.path, directory.published] + folders + files + inside.filter { !folders.contains($0) }
    }

    private func check(_ path: String, owners: Bool) throws {
        guard let access = try FileAccess(of: path) else { return }
        guard !access.isOpenToOthers else {
            throw OperatorError(
                summary: "\(path) can be changed by others: its mode is 0\(String(access.mode, radix: 8))",
                remedy: "see that nobody has changed it, then chmod go-w \(path)")
        }
        guard !owners || !access.isForeign else {
            throw OperatorError(
                summary: "\(path) belongs to user \(access.owner), who is neither root nor the one this program runs as",
                remedy: "see that nobody has changed it, then chown \(geteuid()) \(path)")
        }
    }
}
