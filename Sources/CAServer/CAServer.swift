import ServerAssembly

/// The program `ca-server`.
@main
enum CAServer {
    static func main() async { await ServerProgram.start() }
}
