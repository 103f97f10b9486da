internal import DurableFiles

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

    private let staging = ".staging"
    private let next = ".next"

    init(directory: String) { self.directory = directory }

    /// Everything that replacing these files takes, in order; files that are not given stay.
    static func steps(_ files: [CredentialFile: [UInt8]]) -> [Step] {
        let present = CredentialFile.allCases.filter { files[$0] != nil }
        return [.prepare] + present.map { .stage($0, files[$0] ?? []) } + [.commit] + present.map { .move($0) } + [.finish]
    }

    /// Does one step and nothing else, so that a test can stop between any two.
    func perform(_ step: Step) throws(ClientError) {
        try ClientFile.writing(directory) { () throws(FileFailure) in try carryOut(step, in: try OpenDirectory(directory)) }
    }

    private func carryOut(_ step: Step, in home: OpenDirectory) throws(FileFailure) {
        switch step {
        case .prepare:
            try home.removeTree(staging)
            try home.makeDirectory(staging, mode: 0o700)
        case .stage(let file, let bytes):
            let present = try FileDestination(path(file)).permissions
            try home.subdirectory(staging)?.write(bytes, to: file.rawValue, mode: file.mode, as: present)
        case .commit:
            try home.subdirectory(staging)?.synchronize()
            try home.move(staging, to: home, as: next)
            try home.synchronize()
        case .move(let file): try move(file, in: home)
        case .finish:
            try home.synchronize()
            try home.removeTree(next)
            try home.synchronize()
        }
    }

    /// A plain file is replaced by a rename; where a link stands, the file that it leads to is replaced, wherever that is.
    private func move(_ file: CredentialFile, in home: OpenDirectory) throws(FileFailure) {
        guard let source = try home.subdirectory(next), source.contains(file.rawValue) else { return }
        let destination = try FileDestination(path(file))
        try destination.requireFile()
        guard destination.path != path(file) else { return try source.move(file.rawValue, to: home, as: file.rawValue) }
        guard let bytes = try source.read(file.rawValue, limit: Self.limit) else { return }
        try DurableFile.replace(path(file), with: bytes, mode: file.mode)
        try source.remove(file.rawValue)
    }

    /// Completes or undoes what an interrupted rotation left.
    /// - Returns: whether a committed set was moved into place.
    @discardableResult
    func recover() throws(ClientError) -> Bool {
        try ClientFile.writing(directory) { () throws(FileFailure) in
            let home = try OpenDirectory(directory)
            try home.removeTree(staging)
            guard try home.subdirectory(next) != nil else { return false }
            for file in CredentialFile.allCases { try carryOut(.move(file), in: home) }
            try carryOut(.finish, in: home)
            return true
        }
    }

    /// Refuses a directory in which somebody else could put something in our files' place, and places where no file can be.
    func requireSafePlaces() throws(ClientError) {
        try ClientFile.writing(directory) { () throws(FileFailure) in
            try OpenDirectory(directory).requireOwn()
            for file in CredentialFile.allCases { try FileDestination(path(file)).requireFile() }
        }
    }

    /// What a committed set that is not yet in place holds for a file; nil when there is none, or the file is in place.
    func committed(_ file: CredentialFile) throws(ClientError) -> [UInt8]? {
        try ClientFile.writing(directory) { () throws(FileFailure) in
            guard DurableFile.exists(directory + "/" + next) else { return nil }
            return try OpenDirectory(directory).subdirectory(next)?.read(file.rawValue, limit: Self.limit)
        }
    }

    /// Whether `recover` has anything to do.
    var isUnfinished: Bool { ClientFile.exists(directory + "/" + staging) || isCommitted }
    /// Whether a new set is complete but not all of it in place.
    var isCommitted: Bool { ClientFile.exists(directory + "/" + next) }

    private static let limit = 1 << 20

    private func path(_ file: CredentialFile) -> String { directory + "/" + file.rawValue }
}

/// The files of a credential directory, in the order in which a rotation moves them into place.
enum CredentialFile: String, Sendable, CaseIterable {
    /// PKCS#8, mode 0600.
    case key = "key.pem"
    /// The leaf.
    case certificate = "cert.pem"
    /// The leaf and its issuing CA, as TLS servers want it.
    case chain = "chain.pem"
    /// The root.
    case root = "ca.pem"
    case state = "state.json"
    /// Present while a command that is to learn of the change has not succeeded yet.
    case changed = ".changed"

    /// Permission bits.
    var mode: UInt32 { self == .key ? 0o600 : 0o644 }
}
