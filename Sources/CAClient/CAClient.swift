import ClientCommands

@main
enum CAClient {
    static func main() async {
        await ClientProgram.main()
    }
}
