/// Replaces all files of a credential directory so that a stop at any point leaves a matching set, or one that the next start makes match.
///
/// The files are plain files, because TLS servers and brokers, their packages' permissions and people's scripts expect `key.pem` to be one.
/// Two plain files cannot be replaced in one step, so there is a journal: the new set is first written beside the old one (`.staging`),
/// renamed to `.next` once it is complete and on disk (this is the commit), then moved file by file. `recover` finishes what was committed and throws away
/// what was not. Between the moves of key and certificate lie two system calls; symbolic links to a generation folder would close even that gap,
/// at the price of a `key.pem` that is a link with mode 0777.
struct Rotation: Sendable {
    let directory: String

    /// One thing that happens on disk.
    enum Step: Sendable, Equatable {
        case prepare
        case stage(CredentialFile, [UInt8])
        case commit
        case move(CredentialFile)
        case finish
    }

    private var staging: String { directory + "/.staging" }
    private var next: String { directory + "/.next" }

    /// Everything that replacing these files takes, in order; files that are not given stay.
    static func steps(_ files: [CredentialFile: [UInt8]]) -> [Step] {
        let present = CredentialFile.allCases.filter { files[$0] != nil }
        return [.prepare] + present.map { .stage($0, files[$0] ?? []) } + [.commit] + present.map { .move($0) } + [.finish]
    }

    /// Does one step and nothing else, so that a test can stop between any two.
    func perform(_ step: Step) throws(ClientError) {
        switch step {
        case .prepare:
            try discard(staging)
            try ClientFile.makeDirectory(staging, mode: 0o700)
        case .stage(let file, let bytes):
            try ClientFile.replace(bytes, at: path(staging, file), mode: file.mode)
        case .commit:
            try ClientFile.synchronize(directory: staging)
            try ClientFile.move(staging, to: next)
            try ClientFile.synchronize(directory: directory)
        case .move(let file):
            try ClientFile.move(path(next, file), to: path(directory, file))
        case .finish:
            try ClientFile.synchronize(directory: directory)
            try discard(next)
            try ClientFile.synchronize(directory: directory)
        }
    }

    /// Completes or undoes what an interrupted rotation left.
    /// - Returns: whether a committed set was moved into place.
    @discardableResult
    func recover() throws(ClientError) -> Bool {
        if ClientFile.exists(staging) { try discard(staging) }
        guard ClientFile.exists(next) else { return false }
        for file in CredentialFile.allCases where ClientFile.exists(path(next, file)) { try perform(.move(file)) }
        try perform(.finish)
        return true
    }

    /// Whether `recover` has anything to do.
    var isUnfinished: Bool { ClientFile.exists(staging) || ClientFile.exists(next) }

    private func discard(_ folder: String) throws(ClientError) {
        guard ClientFile.exists(folder) else { return }
        // Whatever is in it: a stop may have left a file half made, under a name of its own.
        for name in try ClientFile.entries(of: folder) { try ClientFile.remove(folder + "/" + name) }
        try ClientFile.removeDirectory(folder)
    }

    private func path(_ folder: String, _ file: CredentialFile) -> String { folder + "/" + file.rawValue }
}
