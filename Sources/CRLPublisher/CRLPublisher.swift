import CRLPublishing

@main
enum CRLPublisher {
    static func main() async {
        await publisherMain()
    }
}
