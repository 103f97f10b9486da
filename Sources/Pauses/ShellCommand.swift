import Glibc

/// A command line for `/bin/sh -c`, such as one that reloads a broker.
///
/// Foundation's `Process` is not used because it learns of the end of a command only when every descendant has ended, and reload commands like to leave daemons behind.
package struct ShellCommand: Sendable {
    /// What the shell is to run.
    package let line: String
    /// All of the command's environment.
    package let environment: [String: String]
    /// Longer ones are ended, with everything they started in their process group.
    package let timeout: Duration
    private let clock: any Clock<Duration>

    /// Starts nothing yet.
    package init(_ line: String, environment: [String: String], timeout: Duration = .seconds(60), clock: any Clock<Duration>) {
        self.line = line
        self.environment = environment
        self.timeout = timeout
        self.clock = clock
    }

    /// Runs the command to its end. Its standard output goes to our standard error, so that ours stays clean.
    /// - Throws: unless it exits with 0.
    package func run() async throws(CommandFailure) {
        let process = try start()
        var waited = Duration.zero
        let pause = Duration.milliseconds(20)
        while true {
            var status: CInt = 0
            let ended = unsafe waitpid(process, &status, WNOHANG)
            if ended == process { return try judge(status) }
            guard ended == 0 else { throw failed("was lost") }
            guard waited < timeout else {
                try end(process)
                throw failed("did not end within \(timeout) and was stopped")
            }
            do { try await clock.sleep(for: pause) } catch {
                try end(process)
                throw .cancelled
            }
            waited += pause
        }
    }

    /// Wait status as POSIX encodes it: low seven bits the signal, the next byte the exit code.
    private func judge(_ status: CInt) throws(CommandFailure) {
        let signal = status & 0x7F
        guard signal == 0 else { throw failed("was ended by signal \(signal)") }
        let code = status >> 8 & 0xFF
        guard code == 0 else { throw failed("exited with \(code)") }
    }

    private func end(_ process: pid_t) throws(CommandFailure) {
        _ = kill(-process, SIGKILL)
        var status: CInt = 0
        _ = unsafe waitpid(process, &status, 0)
    }

    private func failed(_ outcome: String) -> CommandFailure { .failed(command: line, outcome: outcome) }

    private func start() throws(CommandFailure) -> pid_t {
        var attributes = posix_spawnattr_t()
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawnattr_init(&attributes)
        unsafe posix_spawn_file_actions_init(&actions)
        defer {
            unsafe posix_spawnattr_destroy(&attributes)
            unsafe posix_spawn_file_actions_destroy(&actions)
        }
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        resetSignals(&attributes)
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, 2, 1)
        let arguments = unsafe cStrings(["/bin/sh", "-c", line])
        let variables = unsafe cStrings(environment.map { "\($0.key)=\($0.value)" })
        defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
        var process: pid_t = 0
        let code = unsafe posix_spawn(&process, "/bin/sh", &actions, &attributes, arguments, variables)
        guard code == 0 else { throw failed("could not be started: \(unsafe String(cString: strerror(code)))") }
        return process
    }

    /// Threads of the pool block every signal, and the network library ignores SIGPIPE; a daemon that a command leaves behind would inherit both and
    /// never hear a SIGHUP.
    private func resetSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    }

    /// Copies for the system call, ending in nil; the caller frees them.
    private func cStrings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        unsafe texts.map { unsafe strdup($0) } + [nil]
    }
}

/// Why a command has not done its work.
package enum CommandFailure: Error, Sendable, Equatable {
    /// - outcome: such as `exited with 3`.
    case failed(command: String, outcome: String)
    /// The task was cancelled, and the command ended.
    case cancelled
}
